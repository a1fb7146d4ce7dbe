//! What a teacher gives with set work: the instructions, and the files, to fetch for
//! everybody who sees the work. Its teachers add some and take one off; the box for it is
//! folded, so that who has handed in stands near the top.

use leptos::prelude::*;
use vocab::assignments::{AssignmentHead, FileSummary};
use vocab::classrooms::Standing;

use super::components::Instructions;
use crate::ssr;
use crate::ui::{Button, CollectErased, Confirm, Erased, FileField, Icon, IconName, Spread};

/// The instructions and the files, with small forms for the work's teachers.
#[component]
pub(crate) fn WhatToDo(
    /// The work.
    head: AssignmentHead,
    /// Another way to read it, below it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let can_change =
        head.classroom.standing == Standing::Teacher && head.classroom.archived.is_none();
    let change = can_change.then(|| format!("/assignments/{}/materials", head.id));
    view! {
        <Spread id="what" title="What to do">
            <Instructions html=head.instructions_html />
            {children.map(|children| view! { <p class="above">{children()}</p> })}
        </Spread>
        <Materials files=head.files change />
    }
    .erased()
}

/// The files to fetch.
#[component]
pub(super) fn Materials(
    /// The files.
    files: Vec<FileSummary>,
    /// Where its teachers send changes.
    change: Option<String>,
) -> impl IntoView {
    if files.is_empty() && change.is_none() {
        return ().into_any();
    }
    let wrong = ssr::again::<()>().error("files");
    let is_wrong = wrong.is_some();
    let rows = files
        .into_iter()
        .map(|file| view! { <MaterialRow file change=change.clone() /> })
        .collect_erased();
    view! {
        <Spread id="materials" title="Files for this work">
            <ul class="rows" role="list">
                {rows}
            </ul>
            {change
                .map(|action| {
                    view! {
                        <details class="confirm" open=is_wrong>
                            <summary class="btn">"Add files"</summary>
                            <form class="confirm-box" method="post" action=action enctype="multipart/form-data">
                                <FilePicker label="Files" error=wrong />
                                <div class="cluster">
                                    <Button>"Add these files"</Button>
                                </div>
                            </form>
                        </details>
                    }
                })}
        </Spread>
    }
    .into_any()
}

/// A file to fetch, which its teachers may take off once they were asked.
#[component]
fn MaterialRow(file: FileSummary, change: Option<String>) -> impl IntoView {
    let remove = change.map(|path| {
        view! {
            <div class="row-end">
                <Confirm
                    summary="Remove"
                    about=format!(" {}", file.name)
                    message="Nobody who sees the work can fetch this file any more. To give it again, you add it again."
                    action=format!("{path}/{}/remove", file.id)
                    button=format!("Remove {}", file.name)
                />
            </div>
        }
    });
    // A question needs the room of the row.
    let class = if remove.is_some() {
        "row row-lead"
    } else {
        "row row-lead row-tight"
    };
    view! {
        <li class=class>
            <Icon name=IconName::File />
            <div>
                <a class="row-title" href=format!("/materials/{}", file.id) download="">
                    {file.name}
                </a>
                <div class="row-meta">{file.size_words}</div>
            </div>
            {remove}
        </li>
    }
    .erased()
}

/// The files that work has already, above the picker for more.
#[component]
pub(super) fn FilesThere(
    /// The files.
    files: Vec<FileSummary>,
) -> impl IntoView {
    (!files.is_empty()).then(|| {
        let rows = files
            .into_iter()
            .map(|file| view! { <MaterialRow file change=None /> })
            .collect_erased();
        view! {
            <div class="stack gap-2">
                <p class="legend" id="files-there">
                    "Files it has"
                </p>
                <p class="hint">"You take one off on the work's own page"</p>
                <ul class="rows" role="list" aria-labelledby="files-there">
                    {rows}
                </ul>
            </div>
        }
    })
}

/// The picker for files of set work.
#[component]
pub(crate) fn FilePicker(
    /// What it asks for.
    #[prop(into)]
    label: String,
    /// What is wrong with the files.
    #[prop(optional_no_strip)]
    error: Option<String>,
) -> impl IntoView {
    view! {
        <FileField
            id="files"
            label
            hint=Some("Up to 50 MB each. Whoever sees the work can fetch them".to_owned())
            error
            multiple=true
        />
    }
    .erased()
}
