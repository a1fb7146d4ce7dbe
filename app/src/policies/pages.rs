//! `/privacy/history` and `/privacy/versions/:id`: every version that was ever approved,
//! as it was approved, with what it changed.

use domain::policies;
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::policies::{DiffLine, PolicyDocument, PolicyLine, PolicyPage, PolicyState};

use crate::error::AppError;
use crate::page::{load, theme_word};
use crate::routes::id_in_path;
use crate::ssr;
use crate::ui::{ButtonLink, Chip, CollectErased, Door, Erased, IconName, PageHead, Tone};

/// `/privacy/history`.
#[component]
pub(crate) fn HistoryRoute() -> impl IntoView {
    load(
        async move { Ok::<_, AppError>(policies::history(ssr::db().read(), ssr::now()).await?) },
        |lines| view! { <History lines /> },
    )
}

#[component]
fn History(lines: Vec<PolicyLine>) -> impl IntoView {
    let sections = PolicyDocument::ALL
        .iter()
        .map(|document| {
            let rows: Vec<_> = lines
                .iter()
                .filter(|line| line.document == *document)
                .cloned()
                .map(|line| view! { <VersionRow line /> })
                .collect();
            let is_empty = rows.is_empty();
            view! {
                <section>
                    <h2>{document.label()}</h2>
                    {is_empty.then(|| view! { <p class="muted">"No version yet."</p> })}
                    {(!is_empty).then(|| view! { <ul class="rows" role="list">{rows}</ul> })}
                </section>
            }
        })
        .collect_erased();
    view! {
        <Title text="History of the policies - Classimize" />
        <Door theme=theme_word() back="/privacy/history">
            <div class="door-wide stack">
                <PageHead
                    title="What changed, and when"
                    crumbs=vec![("/privacy".to_owned(), "Privacy".to_owned())]
                    lede={"Every version of our policies. A version is written by one person and approved by another, and stays as it was from then on. A change that matters is announced 30 days before it holds.".to_owned()}
                />
                <p class="cluster">
                    <ButtonLink href="/privacy/history.atom">"Feed for news readers"</ButtonLink>
                </p>
                {sections}
            </div>
        </Door>
    }
    .erased()
}

#[component]
fn VersionRow(line: PolicyLine) -> impl IntoView {
    view! {
        <li class="row">
            <div>
                <a class="row-title" href=format!("/privacy/versions/{}", line.id)>
                    {format!("Version {}", line.semver)}
                </a>
                <div class="row-meta">{format!("From {}. {}", line.from, line.change_log)}</div>
            </div>
            <div class="row-end">
                <StateOf state=line.state />
            </div>
        </li>
    }
    .erased()
}

#[component]
fn StateOf(state: PolicyState) -> impl IntoView {
    let tone = match state {
        PolicyState::InForce => Tone::Ok,
        PolicyState::Scheduled => Tone::Info,
        _ => Tone::Plain,
    };
    let icon = match state {
        PolicyState::InForce => IconName::TickCircle,
        _ => IconName::Info,
    };
    view! {
        <Chip tone icon=Some(icon)>
            {state.label()}
        </Chip>
    }
    .erased()
}

/// `/privacy/versions/:id`.
#[component]
pub(crate) fn VersionRoute() -> impl IntoView {
    load(
        async move {
            let id = id_in_path()?;
            let page = policies::page(ssr::db().read(), id, ssr::now()).await?;
            let is_of_terms = page.line.document == PolicyDocument::Terms;
            if is_of_terms && !super::terms::may_see_terms() {
                return Err(AppError::NotFound);
            }
            Ok(page)
        },
        |page| view! { <Version page /> },
    )
}

#[component]
fn Version(page: PolicyPage) -> impl IntoView {
    let PolicyPage {
        line,
        text,
        sha256,
        people: (author, approver),
        changes,
    } = page;
    let title = format!("{} {}", line.document.label(), line.semver);
    let back = format!("/privacy/versions/{}", line.id);
    let changes = changes.map(|(before, lines)| {
        view! {
            <section>
                <h2>{format!("What changed since {before}")}</h2>
                <Difference lines />
            </section>
        }
    });
    view! {
        <Title text=format!("{title} - Classimize") />
        <Door theme=theme_word() back>
            <div class="door-wide stack">
                <PageHead
                    title
                    crumbs=vec![
                        ("/privacy".to_owned(), "Privacy".to_owned()),
                        ("/privacy/history".to_owned(), "What changed".to_owned()),
                    ]
                    lede=line.change_log.clone()
                />
                <dl class="facts">
                    <dt>"Stands"</dt>
                    <dd>{line.state.label()}</dd>
                    <dt>"Holds from"</dt>
                    <dd>{line.from.clone()}</dd>
                    <dt>"Kind of change"</dt>
                    <dd>{if line.is_material { "It matters: announced 30 days ahead" } else { "Small" }}</dd>
                    <dt>"Written by"</dt>
                    <dd>{author}</dd>
                    <dt>"Approved by"</dt>
                    <dd>{approver}</dd>
                    <dt>"SHA-256 of the text"</dt>
                    <dd>
                        <code>{sha256}</code>
                    </dd>
                </dl>
                {changes}
                <section>
                    <h2>"The text"</h2>
                    <PolicyText text />
                </section>
                <p class="cluster">
                    <ButtonLink href="/privacy/history">"Every version"</ButtonLink>
                </p>
            </div>
        </Door>
    }
    .erased()
}

/// The lines of a policy's text.
#[component]
pub(crate) fn PolicyText(
    /// As it was approved.
    text: String,
) -> impl IntoView {
    let lines = text
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| view! { <p>{line.to_owned()}</p> })
        .collect_erased();
    view! { <div class="policy-text">{lines}</div> }
}

/// What was removed and added; lines that stayed are left out.
#[component]
fn Difference(lines: Vec<DiffLine>) -> impl IntoView {
    let rows = lines
        .into_iter()
        .filter_map(|line| match line {
            DiffLine::Same(_) => None,
            DiffLine::Added(text) if text.is_empty() => None,
            DiffLine::Removed(text) if text.is_empty() => None,
            DiffLine::Added(text) => Some(
                view! {
                    <li>
                        <span class="hush">"Added: "</span>
                        <ins>{text}</ins>
                    </li>
                }
                .into_any(),
            ),
            DiffLine::Removed(text) => Some(
                view! {
                    <li>
                        <span class="hush">"Removed: "</span>
                        <del>{text}</del>
                    </li>
                }
                .into_any(),
            ),
        })
        .collect_erased();
    view! {
        <ul class="difference" role="list">
            {rows}
        </ul>
    }
    .into_any()
}
