//! `/school/reports`: what people have reported, for who leads it.

use domain::{access, safety};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::safety::{ReportLine, ReportState, ReportStepForm};

use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::ssr::{self, Again};
use crate::ui::{Button, ButtonKind, Erased, Layout, Listed, PageHead, TextArea};

/// `/school/reports`.
#[component]
pub(crate) fn ReportsRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let door = access::reports(db.read(), &actor).await?;
            let lines = safety::reports(db.read(), &actor, &door, now)
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, lines))
        },
        |(actor, lines)| {
            let again: Again<()> = ssr::again();
            view! {
                <Title text=format!("Reports - {}", actor.school_name) />
                <Page actor current="/settings">
                    <PageHead
                        title="Reports"
                        crumbs=vec![("/settings".to_owned(), "Account".to_owned())]
                        lede={"What people have reported. Only the safeguarding lead reads it; where nobody has the duty, the data protection lead and the admins do. A report goes a year after it is closed.".to_owned()}
                    />
                    <Done />
                    <WhatIsWrong again=again />
                    <Lines lines />
                </Page>
            }
        },
    )
}

#[component]
fn Lines(lines: Vec<ReportLine>) -> impl IntoView {
    let lines = lines
        .into_iter()
        .map(|line| view! { <Report line /> }.into_any())
        .collect();
    view! {
        <Listed
            id="reports"
            title="Reports"
            empty="Nothing was reported"
            explains="Everybody finds the form under Account, Report a problem."
            layout=Layout::Cards
            lines
        />
    }
    .into_any()
}

#[component]
fn Report(line: ReportLine) -> impl IntoView {
    let id = line.id.to_string();
    let action = format!("/school/reports/{id}");
    let typed: Option<ReportStepForm> = ssr::again_under(&id);
    let at = line.at.words.clone();
    let look = (line.state == ReportState::Received).then(|| {
        view! {
            <form method="post" action=action.clone()>
                <input type="hidden" name="step" value="look" />
                <Button>
                    "I look into it" <span class="hush">{format!(": {at}")}</span>
                </Button>
            </form>
        }
    });
    let close = (line.state != ReportState::Closed).then(|| {
        view! {
            <form class="form" method="post" action=action.clone()>
                <input type="hidden" name="step" value="close" />
                <TextArea
                    id=format!("answer-{id}")
                    name="answer"
                    label="What is the person told who reported it?"
                    value=typed.unwrap_or_default().answer
                    rows=3
                />
                <div class="cluster">
                    <Button kind=ButtonKind::Main>"Close it and tell them"</Button>
                </div>
            </form>
        }
    });
    view! {
        <section class="card stack">
            <h3>{format!("{}, {}", line.kind.label(), line.at.words)}</h3>
            <dl class="facts">
                <dt>"What happened"</dt>
                <dd class="as-typed">{line.words}</dd>
                {(!line.place.is_empty()).then(|| view! { <dt>"Where"</dt> <dd class="as-typed">{line.place}</dd> })}
                <dt>"Reported by"</dt>
                <dd>{line.reporter}</dd>
                <dt>"How far"</dt>
                <dd>{line.state.label()}</dd>
                {line.answer.map(|answer| view! { <dt>"They were told"</dt> <dd class="as-typed">{answer}</dd> })}
            </dl>
            {look}
            {close}
        </section>
    }
    .erased()
}
