//! `/report`: whoever is signed in says what hurt or worried them, and sees how far it is.

use domain::safety;
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::people::Role;
use vocab::safety::{ReportForm, ReportKind, ReportLine};

use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, Chip, CollectErased, Erased, Notice, PageHead, SelectField, Spread,
    TextArea, TextField, Tone, options,
};

/// `/report`.
#[component]
pub(crate) fn ReportRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let mine = safety::mine(db.read(), &actor, now)
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, mine))
        },
        |(actor, mine)| {
            let again: Again<ReportForm> = ssr::again();
            let is_child = actor.is(Role::Student);
            let danger = if is_child {
                "If you or somebody else is in danger now, tell an adult near you, or call 999. Childline is 0800 1111."
            } else {
                "If somebody is in danger now, call 999."
            };
            view! {
                <Title text=format!("Report a problem - {}", actor.school_name) />
                <Page actor current="/settings">
                    <PageHead
                        title="Report a problem"
                        crumbs=vec![("/settings".to_owned(), "Account".to_owned())]
                        lede={"Something that somebody wrote, or how somebody behaves. The school's safeguarding lead reads it. Nobody else sees that you wrote it.".to_owned()}
                    />
                    <Done />
                    <WhatIsWrong again=again.clone() />
                    <Notice tone=Tone::Warn title="In danger?".to_owned()>
                        <p>{danger}</p>
                    </Notice>
                    <Tell again />
                    <Mine mine />
                </Page>
            }
        },
    )
}

#[component]
fn Tell(again: Again<ReportForm>) -> impl IntoView {
    let form = again.form.clone().unwrap_or_default();
    let kinds = options(ReportKind::ALL.iter().map(|kind| (kind, kind.label())));
    view! {
        <Spread id="tell" title="Tell us">
            <form class="form" method="post" action="/report">
                <SelectField id="kind" label="What is it about?" error=again.error("kind") options=kinds selected=form.kind />
                <TextArea id="words" label="What happened?" error=again.error("words") value=form.words rows=5 />
                <TextField
                    id="place"
                    label="Where?"
                    hint=Some("A classroom, a page, a name. You may leave it empty".to_owned())
                    error=again.error("place")
                    value=form.place
                    autocomplete="off"
                />
                <div class="cluster">
                    <Button kind=ButtonKind::Main>"Send it"</Button>
                </div>
            </form>
        </Spread>
    }
    .erased()
}

#[component]
fn Mine(mine: Vec<ReportLine>) -> impl IntoView {
    if mine.is_empty() {
        return ().into_any();
    }
    let rows = mine
        .into_iter()
        .map(|line| {
            let answer = line
                .answer
                .map(|answer| view! { <div class="row-meta as-typed">{format!("The school says: {answer}")}</div> });
            view! {
                <li class="row">
                    <div>
                        <span class="row-title">{line.kind.label()}</span>
                        <div class="row-meta as-typed">{format!("{}. {}", line.at.words, line.words)}</div>
                        {answer}
                    </div>
                    <div class="row-end">
                        <Chip tone=Tone::Info>{line.state.label()}</Chip>
                    </div>
                </li>
            }
        })
        .collect_erased();
    view! {
        <Spread id="mine" title="What you have reported">
            <ul class="rows" role="list">
                {rows}
            </ul>
        </Spread>
    }
    .into_any()
}
