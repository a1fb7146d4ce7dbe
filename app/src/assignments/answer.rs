//! An answer that is read and not written: what was handed in, and beside it whatever of the
//! student's is not in there, so that nothing seems lost.

use leptos::prelude::*;
use vocab::assignments::{AssignmentHead, AttemptSummary, FileSummary, Stage, WorkState};
use vocab::classrooms::Place;
use vocab::moment::Moment;

use super::papers::Files;
use crate::ui::{Erased, Notice, Tone, as_content};

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
    /// That it was not handed in, where it is a draft.
    draft: Option<(Tone, &'static str)>,
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
    let draft = draft.map(|(tone, words)| view! { <Notice tone title=words.to_owned() /> });
    let html = domain::markdown::plain_to_html(&text);
    let has_left_out = !left_out.is_empty();
    view! {
        <div class="stack">
            {draft}
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
    .erased()
}

/// That what is shown is a draft; nothing where it was handed in.
pub(super) fn draft_words(
    head: &AssignmentHead,
    place: Place,
    state: WorkState,
    attempts: &[AttemptSummary],
    saved: Option<&Moment>,
) -> Option<(Tone, &'static str)> {
    let standing = attempts.iter().find(|attempt| !attempt.is_withdrawn);
    let stands = standing.is_some();
    // After what was returned comes the draft of a next try, once there is one.
    let is_next_try = standing.is_none_or(|attempt| {
        state == WorkState::Returned && saved.is_some_and(|at| at.iso > attempt.handed_in.iso)
    });
    match (is_open(head, place), is_next_try) {
        (true, true) => Some((Tone::Info, "This is a draft. It is not handed in.")),
        (false, _) if !stands => Some((
            Tone::Warn,
            "Handing in is closed. This draft was not handed in.",
        )),
        _ => None,
    }
}

fn is_open(head: &AssignmentHead, place: Place) -> bool {
    head.stage == Stage::Published && head.classroom.archived.is_none() && place == Place::Open
}

/// What files wait for that are with the draft and not in what was handed in.
pub(super) fn waits_for(
    head: &AssignmentHead,
    place: Place,
    is_own: bool,
    can_unsubmit: bool,
) -> &'static str {
    match (is_own, can_unsubmit, is_open(head, place)) {
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
