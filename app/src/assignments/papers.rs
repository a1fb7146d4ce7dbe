//! What lies on the table of one answer: its files, and earlier tries. Shown by the
//! pages and by the marking desk.

use leptos::prelude::*;
use vocab::assignments::{AttemptSummary, FileSummary};

use crate::ui::{CollectErased, Icon, IconName};

/// Files to open, each with a way to take it off where that is possible.
#[component]
pub(crate) fn Files(
    /// The files.
    files: Vec<FileSummary>,
    /// The address to take a file off, without its id; none where it cannot be.
    #[prop(optional_no_strip)]
    remove: Option<String>,
) -> impl IntoView {
    let rows = files
        .into_iter()
        .map(move |file| {
            let name = file.name.clone();
            let remove = remove.as_ref().map(|path| format!("{path}/{}/remove", file.id));
            view! {
                <li class="row row-lead row-tight">
                    <Icon name=IconName::File />
                    <div>
                        <a class="row-title" href=format!("/files/{}", file.id) download="">
                            {file.name}
                        </a>
                        <div class="row-meta">{file.size_words}</div>
                    </div>
                    {remove
                        .map(|action| {
                            view! {
                                <div class="row-end">
                                    <button class="btn btn-quiet" type="submit" formaction=action formnovalidate>
                                        "Remove"
                                        <span class="hush">{format!(" {name}")}</span>
                                    </button>
                                </div>
                            }
                        })}
                </li>
            }
        })
        .collect_erased();
    view! { <ul class="rows" role="list">{rows}</ul> }
}

/// An earlier try, to be opened where the reader may see it.
#[component]
pub(crate) fn EarlierTry(
    /// The try; without words and files nothing is shown.
    attempt: AttemptSummary,
) -> impl IntoView {
    let is_bare = attempt.text.trim().is_empty() && attempt.files.is_empty();
    (!is_bare).then(|| {
        view! {
            <details class="history">
                <summary>
                    {format!("What was handed in as try {}, {}", attempt.number, attempt.handed_in.words)}
                </summary>
                <div class="stack">
                    {(!attempt.text.trim().is_empty())
                        .then(|| view! { <article class="paper as-typed">{attempt.text}</article> })}
                    <Files files=attempt.files remove=None />
                </div>
            </details>
        }
    })
}
