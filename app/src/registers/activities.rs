//! `/school/privacy/activities`: what data is used for, on what basis, and when each use
//! was reviewed last.

use domain::schools::policy::Action;
use domain::{access, reviews};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::oversight::{ActivityLine, ReviewForm};

use super::crumbs;
use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, Chip, CollectErased, Erased, InputKind, PageHead, SelectField, Spread,
    TextArea, TextField, Tone,
};

/// `/school/privacy/activities`.
#[component]
pub(crate) fn ActivitiesRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let door = access::school(&actor, Action::HandleRequests)?;
            let lines = reviews::list(db.read(), &actor, &door, now)
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, lines))
        },
        |(actor, lines)| {
            let again: Again<ReviewForm> = ssr::again();
            let choices = lines
                .iter()
                .map(|line| (line.code.clone(), line.purpose.to_owned()))
                .collect();
            let rows = lines
                .into_iter()
                .map(|line| view! { <Activity line /> })
                .collect_erased();
            view! {
                <Title text=format!("What data is used for - {}", actor.school_name) />
                <Page actor current="/school/privacy">
                    <PageHead
                        title="What data is used for"
                        crumbs=crumbs()
                        lede={"Each use with what allows it. Look at every one at least once a year: is it still needed, still right, still told to people?".to_owned()}
                    />
                    <Done />
                    <WhatIsWrong again=again.clone() />
                    <Spread id="uses" title="Uses">
                        <ul class="rows" role="list">
                            {rows}
                        </ul>
                    </Spread>
                    <Review choices again />
                </Page>
            }
        },
    )
}

#[component]
fn Activity(line: ActivityLine) -> impl IntoView {
    let reviewed = match (line.reviewed, line.due) {
        (Some((at, who)), Some(due)) => {
            format!("Reviewed {} by {who}, due again {}", at.words, due.words)
        }
        _ => "Never reviewed".to_owned(),
    };
    let (tone, words) = if line.is_overdue {
        (Tone::Error, "Review is due")
    } else {
        (Tone::Ok, "Reviewed")
    };
    view! {
        <li class="row">
            <div>
                <span class="row-title">{line.purpose}</span>
                <div class="row-meta">{format!("{}. {reviewed}", line.bases.join("; "))}</div>
            </div>
            <div class="row-end">
                <Chip tone>{words}</Chip>
            </div>
        </li>
    }
    .erased()
}

#[component]
fn Review(choices: Vec<(String, String)>, again: Again<ReviewForm>) -> impl IntoView {
    let form = again.form.clone().unwrap_or_default();
    let months = if form.months.is_empty() {
        "12".to_owned()
    } else {
        form.months
    };
    view! {
        <Spread id="review" title="Reviewed">
            <form class="form" method="post" action="/school/privacy/activities">
                <SelectField id="activity" label="Which use?" error=again.error("activity") options=choices selected=form.activity />
                <TextArea id="note" label="What was found?" error=again.error("note") value=form.note rows=3 />
                <TextField
                    id="months"
                    label="Due again in how many months?"
                    kind=InputKind::Number
                    hint=Some("1 to 12".to_owned())
                    error=again.error("months")
                    value=months
                    autocomplete="off"
                />
                <div class="cluster">
                    <Button kind=ButtonKind::Main>"Write it down"</Button>
                </div>
            </form>
        </Spread>
    }
    .erased()
}
