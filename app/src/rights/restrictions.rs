//! `/school/privacy/restrictions`: whose data is kept and nothing else, for the lead.
//! Forms: `server/src/routes/restrictions.rs`.

use domain::schools::policy::Action;
use domain::{access, rights};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::restrictions::{RestrictForm, RestrictionGround, RestrictionLine};
use vocab::retention::ReasonForm;

use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::registers;
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, Chip, Erased, Listed, PageHead, SelectField, Spread, TextArea, TextField,
    Tone, options,
};

/// `/school/privacy/restrictions`.
#[component]
pub(crate) fn RestrictionsRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let door = access::school(&actor, Action::HandleRequests)?;
            let lines = rights::list_restrictions(db.read(), &actor, &door, now)
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, lines))
        },
        |(actor, lines)| {
            let again: Again<RestrictForm> = ssr::again();
            view! {
                <Title text=format!("Restrictions - {}", actor.school_name) />
                <Page actor current="/school/privacy">
                    <PageHead
                        title="Restrictions"
                        crumbs=registers::crumbs()
                        lede={"What the school has about these people is kept, and nothing else is done with it. They can switch it on themselves, under My data. A restriction that you end holds for another week, and they are told first.".to_owned()}
                    />
                    <Done />
                    <WhatIsWrong again=again.clone() />
                    <Lines lines />
                    <New again />
                </Page>
            }
        },
    )
}

#[component]
fn Lines(lines: Vec<RestrictionLine>) -> impl IntoView {
    let lines = lines
        .into_iter()
        .map(|line| view! { <Line line /> }.into_any())
        .collect();
    view! {
        <Listed
            id="restrictions"
            title="Whose data"
            empty="Nobody"
            explains="Nobody's data is restricted."
            lines
        />
    }
    .into_any()
}

#[component]
fn Line(line: RestrictionLine) -> impl IntoView {
    let how = match (&line.ended, &line.lifts) {
        (Some(ended), _) => format!("Ended {}", ended.words),
        (None, Some((at, reason))) => format!("Ends {}: {reason}", at.words),
        (None, None) => "Holds".to_owned(),
    };
    let id = line.id.to_string();
    let may_end = line.ended.is_none() && line.lifts.is_none();
    let chip = line
        .ended
        .is_none()
        .then(|| view! { <Chip tone=Tone::Warn>"Restricted"</Chip> });
    let end = may_end.then(|| {
        let typed: Option<ReasonForm> = ssr::again_under(&id);
        let is_open = typed.is_some();
        let reason = format!("reason-{id}");
        let error = ssr::again::<()>().error(&reason);
        view! {
            <details class="confirm" open=is_open>
                <summary class="btn">"End it" <span class="hush">{format!(": {}", line.whom)}</span></summary>
                <form class="form" method="post" action=format!("/school/privacy/restrictions/{id}/end")>
                    <TextArea
                        id=reason
                        name="reason"
                        label="Why does it end? They read this"
                        error
                        value=typed.unwrap_or_default().reason
                        rows=3
                    />
                    <Button kind=ButtonKind::Danger>"Tell them, and end it in a week"</Button>
                </form>
            </details>
        }
    });
    view! {
        <li class="row row-many">
            <div>
                <span class="row-title">{line.whom.clone()}</span>
                <div class="row-meta as-typed">
                    {format!("{}, since {}. {how}", line.ground.label(), line.since.words)}
                </div>
            </div>
            <div class="row-end cluster">{chip} {end}</div>
        </li>
    }
    .erased()
}

#[component]
fn New(again: Again<RestrictForm>) -> impl IntoView {
    let form = again.form.clone().unwrap_or_default();
    let grounds = options(
        RestrictionGround::CHOICES
            .iter()
            .map(|word| (word, word.label())),
    );
    view! {
        <Spread id="new" title="Restrict somebody's data">
            <form class="form" method="post" action="/school/privacy/restrictions">
                <TextField
                    id="username"
                    label="Their username"
                    error=again.error("username")
                    value=form.username
                    input_class="input-medium"
                    autocomplete="off"
                />
                <SelectField id="ground" label="Why?" error=again.error("ground") options=grounds selected=form.ground />
                <div class="cluster">
                    <Button kind=ButtonKind::Main>"Restrict"</Button>
                </div>
            </form>
        </Spread>
    }
    .erased()
}
