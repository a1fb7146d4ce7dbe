//! `/school/privacy/sources`: where data about people comes from.

use domain::schools::policy::Action;
use domain::{access, sources};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::sources::{SourceForm, SourceLine, SourcesPage};

use super::crumbs;
use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, Chip, CollectErased, Erased, Listed, PageHead, Spread, TextArea, TextField,
    TickField, Tone,
};

/// `/school/privacy/sources`.
#[component]
pub(crate) fn SourcesRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let door = access::school(&actor, Action::HandleRequests)?;
            let page = sources::page(db.read(), &actor, &door, now)
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, page))
        },
        |(actor, page)| {
            let again: Again<SourceForm> = ssr::again();
            view! {
                <Title text=format!("Sources - {}", actor.school_name) />
                <Page actor current="/school/privacy">
                    <PageHead
                        title="Sources"
                        crumbs=crumbs()
                        lede={"Where data about people comes from. A roster from any other system is refused until it is declared here with its assessment, and a second person has approved it.".to_owned()}
                    />
                    <Done />
                    <WhatIsWrong again=again.clone() />
                    <Own page=page.clone() />
                    <Declared lines=page.lines />
                    <Declare again />
                </Page>
            }
        },
    )
}

#[component]
fn Own(page: SourcesPage) -> impl IntoView {
    let system = page.roster_system.or(page.own_system);
    let roster = match (system, page.is_declared) {
        (Some(system), true) => format!("{system}. It stands in the school's declaration"),
        (None, true) => {
            "It stands in the school's declaration; the first roster that names its system names it here".to_owned()
        }
        (_, false) => "The declaration is not signed or has ended: nothing comes in".to_owned(),
    };
    let rows = [
        ("The school's own roster", roster),
        (
            "Staff",
            "Added and corrected by the office; marks and comments by teachers".to_owned(),
        ),
        (
            "The people themselves",
            "Work, settings, answers and requests".to_owned(),
        ),
        (
            "Guardians on paper",
            "Answers to questions of consent, written down by staff".to_owned(),
        ),
    ]
    .map(|(title, words)| {
        view! {
            <li class="row">
                <div>
                    <span class="row-title">{title}</span>
                    <div class="row-meta">{words}</div>
                </div>
            </li>
        }
    });
    view! {
        <Spread id="own" title="The school's own">
            <ul class="rows" role="list">
                {rows.into_iter().collect_erased()}
            </ul>
        </Spread>
    }
    .erased()
}

#[component]
fn Declared(lines: Vec<SourceLine>) -> impl IntoView {
    let lines = lines
        .into_iter()
        .map(|line| view! { <Source line /> }.into_any())
        .collect();
    view! {
        <Listed
            id="declared"
            title="Other sources"
            empty="None"
            explains="Nothing from anybody else is combined with the school's data."
            lines
        />
    }
    .into_any()
}

#[component]
fn Source(line: SourceLine) -> impl IntoView {
    let (tone, words) = match (&line.ended, &line.approved) {
        (Some(_), _) => (Tone::Plain, "Ended"),
        (None, Some(_)) => (Tone::Ok, "Approved"),
        (None, None) => (Tone::Warn, "Waits for a second person"),
    };
    let approved = line
        .approved
        .map(|approved| format!(" Approved by {approved}."))
        .unwrap_or_default();
    let replaces = if line.replaces_roster {
        " It replaces the system of the school's roster."
    } else {
        ""
    };
    let ended = line
        .ended
        .as_ref()
        .map(|ended| format!(" Ended {}.", ended.words))
        .unwrap_or_default();
    let act = |path: &str, words: &'static str| {
        let action = format!("/school/privacy/sources/{}/{path}", line.id);
        let hush = format!(": {}", line.system);
        view! {
            <form method="post" action=action>
                <Button>
                    {words} <span class="hush">{hush}</span>
                </Button>
            </form>
        }
    };
    let approve = line.may_approve.then(|| act("approve", "Approve"));
    let end = line.ended.is_none().then(|| act("end", "End"));
    view! {
        <li class="row row-many">
            <div>
                <span class="row-title">{line.system.clone()}</span>
                <div class="row-meta as-typed">
                    {format!("{}. {}. Assessment: {}.{replaces}", line.what, line.because, line.assessment)}
                </div>
                <div class="row-meta">{format!("Declared by {}.{approved}{ended}", line.declared)}</div>
            </div>
            <div class="row-end cluster">
                <Chip tone>{words}</Chip>
                {approve}
                {end}
            </div>
        </li>
    }
    .erased()
}

#[component]
fn Declare(again: Again<SourceForm>) -> impl IntoView {
    let form = again.form.clone().unwrap_or_default();
    view! {
        <Spread id="declare" title="Declare a source">
            <form class="form" method="post" action="/school/privacy/sources">
                <TextField
                    id="system"
                    label="The system's name"
                    hint=Some("As its packages give it; the sentence of the refusal names it".to_owned())
                    error=again.error("system")
                    value=form.system
                    autocomplete="off"
                />
                <TextArea id="what" label="Which data comes from it?" error=again.error("what") value=form.what rows=2 />
                <TextArea
                    id="because"
                    label="Why is it needed, and what allows it?"
                    error=again.error("because")
                    value=form.because
                    rows=3
                />
                <TextField
                    id="assessment"
                    label="Which assessment (DPIA) looked at it?"
                    error=again.error("assessment")
                    value=form.assessment
                    autocomplete="off"
                />
                <TickField
                    id="replaces_roster"
                    label="The school's roster comes from it from now on"
                    hint=Some("Once a second person has approved it, nothing comes in from the system before. People of that one keep their accounts where the new one has both names, the role, and a username or e-mail address that nobody else has".to_owned())
                    checked={form.replaces_roster == "yes"}
                />
                <div class="cluster">
                    <Button kind=ButtonKind::Main>"Declare it"</Button>
                </div>
            </form>
        </Spread>
    }
    .erased()
}
