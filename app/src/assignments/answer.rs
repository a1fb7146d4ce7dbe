//! An answer that is read and not written: what was handed in, and beside it whatever of the
//! student's is not in there, so that nothing seems lost.

use leptos::prelude::*;
use vocab::assignments::{AssignmentHead, FileSummary, Stage};
use vocab::classrooms::Place;

use super::papers::Files;
use crate::ui::as_content;

/// The answer.
#[component]
pub(crate) fn AnswerText(
    /// Its words.
    text: String,
    /// Its files.
    files: Vec<FileSummary>,
    /// The draft's files that came after the hand-in.
    left_out: Vec<FileSummary>,
    /// What these wait for, in a sentence.
    waits_for: &'static str,
    /// What was typed in a form that came back, where it had words.
    typed: Option<String>,
    /// Whether the reader wrote it.
    is_own: bool,
) -> impl IntoView {
    let beside = typed
        .filter(|typed| !typed.trim().is_empty() && *typed != text)
        .map(|typed| view! { <Typed typed /> });
    if text.trim().is_empty() && files.is_empty() {
        let words = if is_own {
            "Nothing was handed in, and handing in is closed."
        } else {
            "Nothing to see yet."
        };
        return view! {
            <p class="muted">{words}</p>
            {beside}
        }
        .into_any();
    }
    let html = domain::markdown::plain_to_html(&text);
    let has_left_out = !left_out.is_empty();
    view! {
        <div class="stack">
            {(!html.is_empty()).then(|| view! { <article class="paper prose" inner_html=html></article> })}
            <Files files remove=None />
            {has_left_out
                .then(|| {
                    view! {
                        <h3>"Not handed in"</h3>
                        <p class="muted">{waits_for}</p>
                        <Files files=left_out remove=None />
                    }
                })}
            {beside}
        </div>
    }
    .into_any()
}

/// What was typed where there is no field for it any more, to be copied. It has the field's
/// id: what is wrong with the form leads there.
#[component]
fn Typed(typed: String) -> impl IntoView {
    view! {
        <div class="field">
            <label for="text">"What you wrote on this device"</label>
            <textarea class="input" id="text" rows="6" readonly>
                {as_content(typed)}
            </textarea>
        </div>
    }
}

/// What files wait for that are with the draft and not in what was handed in.
pub(super) fn waits_for(
    head: &AssignmentHead,
    place: Place,
    is_own: bool,
    can_unsubmit: bool,
) -> &'static str {
    let is_open =
        head.stage == Stage::Published && head.classroom.archived.is_none() && place == Place::Open;
    match (is_own, can_unsubmit, is_open) {
        (false, ..) => "Kept with the draft. Their teacher does not see it.",
        (true, true, _) => {
            "Kept with your draft. Your teacher does not see it: take your work back to add it."
        }
        (true, false, true) => {
            "Kept with your draft. Your teacher does not see it. It can go with a new try, once this one is returned."
        }
        (true, false, false) => {
            "Kept with your draft. Your teacher does not see it, and handing in is closed."
        }
    }
}
