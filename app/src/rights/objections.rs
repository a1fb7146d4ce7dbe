//! `/my-data/objections`: the uses of somebody's data that stop when they object.

use domain::rights;
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::ids::PersonId;
use vocab::objections::{ObjectionChoice, ObjectionState, ObjectionsOf};

use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::ssr;
use crate::ui::{Button, ButtonKind, ButtonLink, Chip, PageHead, Spread, Tone};

/// `/my-data/objections`.
#[component]
pub(crate) fn ObjectionsRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db) = (ssr::actor()?, ssr::db());
            let all = rights::objections(db.read(), &actor)
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, all))
        },
        |(actor, all)| {
            let people = all.into_iter().map(|of| view! { <Of of /> }).collect_view();
            view! {
                <Title text=format!("Say no to a use - {}", actor.school_name) />
                <Page actor current="/settings">
                    <PageHead
                        title="Say no to a use"
                        crumbs=vec![
                            ("/settings".to_owned(), "Account".to_owned()),
                            ("/my-data".to_owned(), "My data".to_owned()),
                        ]
                        lede={"It stops at once. The school is told, and can only go on if it writes down very strong reasons, which you read here.".to_owned()}
                    />
                    <Done />
                    <WhatIsWrong again={ssr::again::<()>()} />
                    {people}
                    <Spread id="other" title="Something else?">
                        <p class="cluster">
                            <ButtonLink href="/my-data?kind=objection#ask">"Object to another use"</ButtonLink>
                        </p>
                    </Spread>
                </Page>
            }
        },
    )
}

#[component]
fn Of(of: ObjectionsOf) -> impl IntoView {
    let title = if of.is_self {
        "About me".to_owned()
    } else {
        format!("About {}", of.name)
    };
    let id = format!("of-{}", of.person);
    let rows = of
        .uses
        .into_iter()
        .map(|choice| view! { <Use choice person=of.person whose=title.clone() /> })
        .collect_view();
    view! {
        <Spread id title>
            <ul class="rows" role="list">
                {rows}
            </ul>
        </Spread>
    }
}

#[component]
fn Use(choice: ObjectionChoice, person: PersonId, whose: String) -> impl IntoView {
    let holds = choice.state == Some(ObjectionState::Objected);
    let hush = format!(": {}, {whose}", choice.purpose.label());
    let (answer, words) = if holds {
        ("take_back", "Take back")
    } else {
        ("object", "I object")
    };
    let button = (!holds || choice.can_take_back).then(|| {
        view! {
            <form method="post" action="/my-data/objections">
                <input type="hidden" name="about" value=person.to_string() />
                <input type="hidden" name="purpose" value=choice.purpose.as_str() />
                <Button kind=ButtonKind::default() name="answer" value=answer>
                    {words} <span class="hush">{hush}</span>
                </Button>
            </form>
        }
    });
    let chip = holds.then(|| view! { <Chip tone=Tone::Ok>"Stopped"</Chip> });
    let reasons = choice
        .reasons
        .map(|reasons| view! { <div class="row-meta as-typed">{format!("It goes on because: {reasons}")}</div> });
    view! {
        <li class="row">
            <div>
                <span class="row-title">{choice.purpose.label()}</span>
                <div class="row-meta">{choice.purpose.what_stops()}</div>
                {reasons}
            </div>
            <div class="row-end cluster">{chip} {button}</div>
        </li>
    }
}
