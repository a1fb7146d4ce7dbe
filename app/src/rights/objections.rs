//! `/my-data/objections`: the uses of somebody's data that stop when they object.

use domain::{consent, rights};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::ids::PersonId;
use vocab::objections::{
    ObjectionChoice, ObjectionState, ObjectionStep, ObjectionUse, ObjectionsOf,
};
use vocab::restrictions::RestrictionOf;

use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::ssr;
use crate::ui::{
    Button, ButtonKind, ButtonLink, Chip, CollectErased, Confirm, Erased, PageHead, Spread, Tone,
};

/// `/my-data/objections`.
#[component]
pub(crate) fn ObjectionsRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db) = (ssr::actor()?, ssr::db());
            let all = rights::objections(db.read(), &actor)
                .await
                .map_err(ssr::unavailable)?;
            let people = consent::people(db.read(), &actor)
                .await
                .map_err(ssr::unavailable)?;
            let restrictions = rights::restrictions(db.read(), &actor, &people, ssr::now())
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, all, restrictions))
        },
        |(actor, all, restrictions)| {
            let people = all
                .into_iter()
                .map(|of| {
                    let restriction = restrictions.iter().find(|one| one.person == of.person);
                    view! { <Of of restriction=restriction.cloned() /> }
                })
                .collect_erased();
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
                            <ButtonLink href="/my-data?kind=question#ask">"Ask the school"</ButtonLink>
                        </p>
                    </Spread>
                </Page>
            }
        },
    )
}

#[component]
fn Of(of: ObjectionsOf, restriction: Option<RestrictionOf>) -> impl IntoView {
    let title = if of.is_self {
        "About me".to_owned()
    } else {
        format!("About {}", of.name)
    };
    let id = format!("of-{}", of.person);
    let may_restrict = of.may_stop;
    let restrict =
        view! { <Restrict person=of.person restriction may_restrict whose=title.clone() /> };
    let rows = of
        .uses
        .into_iter()
        .map(|choice| view! { <Use choice person=of.person whose=title.clone() /> })
        .collect_erased();
    view! {
        <Spread id title>
            <ul class="rows" role="list">
                {restrict}
                {rows}
            </ul>
        </Spread>
    }
    .erased()
}

/// The switch that keeps everything and stops all that is done with it.
#[component]
fn Restrict(
    person: PersonId,
    restriction: Option<RestrictionOf>,
    may_restrict: bool,
    whose: String,
) -> impl IntoView {
    let holds = restriction.is_some();
    let since = restriction.as_ref().map(|one| {
        let words = format!("Since {}. {}.", one.since.words, one.ground.label());
        view! { <div class="row-meta">{words}</div> }
    });
    let lifts = restriction.as_ref().and_then(|one| one.lifts.clone());
    let lifts = lifts.map(|(at, reason)| {
        view! { <div class="row-meta as-typed">{format!("The school ends it on {}: {reason}", at.words)}</div> }
    });
    let can_end = restriction.as_ref().is_some_and(|one| one.can_end);
    let (answer, words) = if holds {
        ("end", "End it")
    } else {
        ("restrict", "Restrict")
    };
    let hush = format!(": everything, {whose}");
    let button = ((holds && can_end) || (!holds && may_restrict)).then(|| {
        view! {
            <form method="post" action="/my-data/restriction">
                <input type="hidden" name="about" value=person.to_string() />
                <Button kind=ButtonKind::default() name="answer" value=answer>
                    {words} <span class="hush">{hush}</span>
                </Button>
            </form>
        }
    });
    let chip = holds.then(|| view! { <Chip tone=Tone::Ok>"Restricted"</Chip> });
    view! {
        <li class="row row-many">
            <div>
                <span class="row-title">"Keep everything, and do nothing else with it"</span>
                <div class="row-meta">
                    "Nothing is marked, changed, counted or given to anybody. What you write yourself is kept, and you read everything."
                </div>
                {since}
                {lifts}
            </div>
            <div class="row-end cluster">{chip} {button}</div>
        </li>
    }
    .erased()
}

#[component]
fn Use(choice: ObjectionChoice, person: PersonId, whose: String) -> impl IntoView {
    let holds = choice.state == Some(ObjectionState::Objected);
    let hush = format!(": {}, {whose}", choice.purpose.label());
    let button = choice.may.map(|step| {
        // One press would lock them out, and nobody but the school opens it again.
        if (step, choice.purpose) == (ObjectionStep::Object, ObjectionUse::SigningIn) {
            return view! {
                <Confirm
                    summary="I object"
                    message=choice.purpose.what_stops()
                    action="/my-data/objections"
                    button=format!("Close the account. {whose}")
                >
                    <input type="hidden" name="about" value=person.to_string() />
                    <input type="hidden" name="purpose" value=choice.purpose.as_str() />
                    <input type="hidden" name="answer" value=step.as_str() />
                </Confirm>
            }
            .into_any();
        }
        let words = match step {
            ObjectionStep::Object => "I object",
            ObjectionStep::TakeBack => "Take back",
            ObjectionStep::Disagree => "I do not agree",
        };
        view! {
            <form method="post" action="/my-data/objections">
                <input type="hidden" name="about" value=person.to_string() />
                <input type="hidden" name="purpose" value=choice.purpose.as_str() />
                <Button kind=ButtonKind::default() name="answer" value=step.as_str()>
                    {words} <span class="hush">{hush}</span>
                </Button>
            </form>
        }
        .into_any()
    });
    let chip = holds.then(|| view! { <Chip tone=Tone::Ok>"Stopped"</Chip> });
    let disputed = choice.is_disputed.then(|| {
        view! { <div class="row-meta">"Somebody does not agree. It stays stopped until the school's data protection lead decides."</div> }
    });
    let reasons = choice
        .reasons
        .map(|reasons| view! { <div class="row-meta as-typed">{format!("It goes on because: {reasons}")}</div> });
    view! {
        <li class="row">
            <div>
                <span class="row-title">{choice.purpose.label()}</span>
                <div class="row-meta">{choice.purpose.what_stops()}</div>
                {disputed}
                {reasons}
            </div>
            <div class="row-end cluster">{chip} {button}</div>
        </li>
    }
    .into_any()
}
