//! `/settings/reading`: how somebody reads best. It is there for everybody; whoever is
//! signed in has it kept with their account, others on the device.

use domain::Actor;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::reading::{Reading, ReadingForm};

use super::fields::ReadingFields;
use super::{AloudRoom, PAGE, kept, tried};
use crate::page::{Done, Page, WhatIsWrong, theme_word};
use crate::ssr::{self, Again};
use crate::ui::{Button, ButtonKind, CollectErased, Door, Erased, Notice, PageHead, Spread, Tone};

const LEDE: &str = "Make every page as you read it best. Nobody else sees what you choose.";
const SAMPLE: [&str; 2] = [
    "The tide pools at Kettle Bay fill twice a day. Between tides the water is clear, and you can see crabs, small fish and the red arms of a sea star on the rock.",
    "Choose one pool. Draw what lives in it, and write two sentences about how it keeps from drying out when the sun is on the rock.",
];

/// `/settings/reading`.
#[component]
pub(crate) fn ReadingRoute() -> impl IntoView {
    view! {
        <Title text="Reading - Classimize" />
        {match ssr::maybe_actor() {
            Some(actor) => Either::Left(view! {
                <Page actor=actor.clone() current="/settings">
                    <PageHead
                        title="Reading"
                        lede=LEDE.to_owned()
                        crumbs=vec![("/settings".to_owned(), "Your account".to_owned())]
                    />
                    <Inside actor=Some(actor) />
                </Page>
            }),
            None => Either::Right(view! {
                <Door theme=theme_word() back=PAGE>
                    <div class="door-wide">
                        <PageHead title="Reading" lede=LEDE.to_owned() />
                        <Inside actor=None />
                    </div>
                </Door>
            }),
        }}
    }
    .erased()
}

#[component]
fn Inside(
    /// Who is signed in.
    actor: Option<Actor>,
) -> impl IntoView {
    let again: Again<ReadingForm> = ssr::again();
    let tried = tried();
    let form = again
        .form
        .clone()
        .unwrap_or_else(|| tried.unwrap_or_else(kept).into());
    let is_arranged = actor
        .as_ref()
        .is_some_and(|actor| actor.appearance.arranged != Reading::default());
    let (note, start) = if actor.is_some() {
        let start = if is_arranged {
            "Back to what the school has set for you"
        } else {
            "Back to the start"
        };
        ("Kept for you, on every device", start)
    } else {
        (
            "Kept on this device, until somebody signs out here",
            "Back to the start",
        )
    };
    view! {
        <Done />
        <WhatIsWrong again=again.clone() />
        {tried
            .is_some()
            .then(|| {
                view! {
                    <div class="below">
                        <Notice tone=Tone::Info title="This is how it would look".to_owned()>
                            <p>"It is not kept yet. Press Keep, or change something and try again."</p>
                        </Notice>
                    </div>
                }
            })}
        {(is_arranged && tried.is_none())
            .then(|| {
                view! {
                    <div class="below">
                        <Notice tone=Tone::Info>
                            <p>"Your school has set some of this for you. You can change it for yourself."</p>
                        </Notice>
                    </div>
                }
            })}
        <Spread id="preview" title="How it looks">
            <AloudRoom />
            <div class="paper prose" data-aloud="How it looks">
                {SAMPLE.map(|words| view! { <p>{words}</p> }).collect_erased()}
            </div>
        </Spread>
        <Spread id="settings" title="Settings" note=note.to_owned()>
            <form class="form reading-form" method="post" action=PAGE>
                <ReadingFields form errors=again.errors />
                <div class="cluster">
                    <Button kind=ButtonKind::Main big=true>"Keep"</Button>
                    <button class="btn" type="submit" formmethod="get" formaction=PAGE>
                        "Try it on this page"
                    </button>
                </div>
            </form>
            <form class="above" method="post" action=format!("{PAGE}/reset")>
                <Button kind=ButtonKind::Quiet>{start}</Button>
            </form>
        </Spread>
    }
    .erased()
}
