//! `/school/colour`: the one hue of the school, seen on the page before it is kept. Its
//! shades are computed for every theme, so that everything stays as easy to read.

use domain::schools::hue::{self, Hue};
use domain::schools::policy::Action;
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::schools::HueForm;

use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::reading::HUE_PAGE;
use crate::ssr::{self, Again};
use crate::ui::{Button, ButtonKind, CollectErased, Notice, PageHead, Spread, TextField, Tone};

/// `/school/colour`.
#[component]
pub(crate) fn ColourRoute() -> impl IntoView {
    load(
        async move {
            let actor = ssr::actor()?;
            domain::access::school(&actor, Action::ChangeSchool)?;
            Ok::<_, AppError>(actor)
        },
        |actor| {
            let again: Again<HueForm> = ssr::again();
            let kept = actor.appearance.hue;
            let typed = ssr::query("hue").filter(|typed| !typed.trim().is_empty());
            let tried = typed.as_deref().map(Hue::typed);
            let wrong = again
                .error("hue")
                .or_else(|| tried.and_then(Result::err).map(str::to_owned));
            let is_tried = matches!(tried, Some(Ok(_)));
            let value = again
                .form
                .clone()
                .map(|form| form.hue)
                .or(typed)
                .or_else(|| kept.map(|hue| hue.to_string()))
                .unwrap_or_default();
            view! {
                <Title text=format!("The school's colour - {}", actor.school_name) />
                <Page actor current="/more">
                    <PageHead
                        title="The school's colour"
                        lede="One hue for your school. Its shades are computed for each theme, so that text still stands out from its ground by at least 7 to 1. High contrast stays black, white and yellow.".to_owned()
                        crumbs=vec![("/school/details".to_owned(), "The school".to_owned())]
                    />
                    <Done />
                    <WhatIsWrong again />
                    {is_tried
                        .then(|| {
                            view! {
                                <div class="below">
                                    <Notice tone=Tone::Info title="This is how it would look".to_owned()>
                                        <p>"Only you see it, and only on this page, until you press Keep."</p>
                                    </Notice>
                                </div>
                            }
                        })}
                    <Spread id="named" title="To begin with" note="Press one to see this page in it".to_owned()>
                        <Named />
                    </Spread>
                    <Spread id="exact" title="Your own">
                        <form class="form" method="post" action=HUE_PAGE>
                            <TextField
                                id="hue"
                                label="Hue"
                                hint=Some("A number from 0 to 359, or your school's colour such as #0b4f9e: its hue is taken. Leave it empty for the blue that everybody has".to_owned())
                                error=wrong
                                value
                                autocomplete="off"
                                input_class="input-code"
                            />
                            <div class="cluster">
                                <Button kind=ButtonKind::Main>"Keep"</Button>
                                <button class="btn" type="submit" formmethod="get" formaction=HUE_PAGE>
                                    "Try it on this page"
                                </button>
                            </div>
                        </form>
                    </Spread>
                </Page>
            }
        },
    )
}

/// The hues with a name, each with a drop of its shade in the light theme.
#[component]
fn Named() -> impl IntoView {
    let rows = hue::NAMED
        .into_iter()
        .filter_map(|(name, hue)| {
            let fill = hue::shades(hue)?.0.accent.to_string();
            Some(view! {
                <a class="choice" href=format!("{HUE_PAGE}?hue={hue}")>
                    <svg class="swatch" viewBox="0 0 16 16" aria-hidden="true">
                        <circle cx="8" cy="8" r="8" fill=fill />
                    </svg>
                    {name}
                </a>
            })
        })
        .collect_erased();
    view! { <div class="choices">{rows}</div> }
}
