//! What was wrong with a file, or needs a look: a table of which the first rows stand open. On
//! a phone each row is a block, so a long table would put far away what comes after it.

use leptos::prelude::*;
use vocab::rosters::{ImportPage, ImportStage, RosterProblem};

use super::check::waits;
use crate::ui::{ButtonLink, CollectErased, Column, Erased, IconName, Spread, Table};

/// Problems that stand open; the others unfold.
const OPEN_PROBLEMS: usize = 10;
/// Problems that the page shows; the file has them all.
const SHOWN_PROBLEMS: usize = 100;

/// The problems of an import.
#[component]
pub(super) fn Problems(import: ImportPage) -> impl IntoView {
    if import.problems.is_empty() {
        return ().into_any();
    }
    let note = note_of(&import);
    let count = import.problems.len();
    let file = format!("/people/import/{}/problems.csv", import.id);
    let mut open = import.problems;
    open.truncate(SHOWN_PROBLEMS);
    let folded = open.split_off(open.len().min(OPEN_PROBLEMS));
    let more = (!folded.is_empty()).then(|| {
        let summary = format!("{} more", folded.len());
        view! {
            <details class="history">
                <summary>{summary}</summary>
                <ProblemTable caption="More problems" problems=folded />
            </details>
        }
    });
    let left_out = (count > SHOWN_PROBLEMS)
        .then(|| view! { <p class="muted">{format!("The first {SHOWN_PROBLEMS} of them. The file has them all.")}</p> });
    view! {
        <Spread id="problems" title=problems_words(count) note=note.to_owned()>
            <div class="stack">
                <ProblemTable caption="Problems" problems=open />
                {more}
                {left_out}
                <p>
                    <ButtonLink href=file icon=IconName::Download download=true>
                        "Problems as a file"
                    </ButtonLink>
                </p>
            </div>
        </Spread>
    }
    .into_any()
}

/// "1 problem", "32 problems".
pub(super) fn problems_words(count: usize) -> String {
    if count == 1 {
        "1 problem".to_owned()
    } else {
        format!("{count} problems")
    }
}

fn note_of(import: &ImportPage) -> &'static str {
    match import.stage {
        ImportStage::Checked if waits(import) => {
            "Each says what is left out or needs a look. The rest goes in."
        }
        ImportStage::Refused => "Because of them nothing goes in.",
        ImportStage::Checked | ImportStage::Applied | ImportStage::Undone => {
            "What was left out or needed a look."
        }
    }
}

#[component]
fn ProblemTable(caption: &'static str, problems: Vec<RosterProblem>) -> impl IntoView {
    let rows = problems
        .into_iter()
        .map(|problem| view! { <ProblemRow problem /> })
        .collect_erased();
    view! {
        <Table
            caption=caption
            hide_caption=true
            head=vec![Column::text("File"), Column::text("Row"), Column::text("Field"), Column::text("Reason")]
        >
            {rows}
        </Table>
    }
    .erased()
}

#[component]
fn ProblemRow(problem: RosterProblem) -> impl IntoView {
    let file = if problem.file.is_empty() {
        "The package".to_owned()
    } else {
        problem.file
    };
    view! {
        <tr>
            <th scope="row" class="breaks">
                {file}
            </th>
            <td data-label="Row">{problem.row.map(|row| row.to_string())}</td>
            // The names of columns are as long as a package likes.
            <td data-label="Field" class="breaks">
                {problem.field}
            </td>
            <td data-label="Reason" class="breaks">
                {problem.reason}
            </td>
        </tr>
    }
    .erased()
}
