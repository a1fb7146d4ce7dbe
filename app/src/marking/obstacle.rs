//! What stands between a teacher and a saved mark, above the fields. The keyboard is put
//! there, for the button that was pressed stands far below it on a phone.

use leptos::prelude::*;
use vocab::form::FieldError;
use vocab::marking::{KeptMark, MarkForm};

use super::fields::since;
use crate::error::AppError;
use crate::ui::ErrorSummary;

/// What stands between the teacher and a saved mark.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum InTheWay {
    /// Something in the form.
    Invalid(Vec<FieldError>),
    /// Somebody else saved first.
    Conflict(KeptMark),
    /// Nobody is signed in any more.
    SignedOut,
    /// Anything else, in a sentence.
    Said(String),
}

impl From<AppError> for InTheWay {
    fn from(error: AppError) -> Self {
        match error {
            AppError::SignedOut => Self::SignedOut,
            error => Self::Said(error.to_string()),
        }
    }
}

impl InTheWay {
    /// Where it stands in the page.
    pub(super) const fn id(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "errors",
            Self::Conflict(_) => "conflict",
            Self::SignedOut | Self::Said(_) => "refusal",
        }
    }
}

/// What saving does now that somebody else saved first, for the button.
pub(super) fn save_over(kept: &KeptMark) -> String {
    match &kept.marked_by {
        _ if kept.is_empty() => "Save mine".to_owned(),
        _ if kept.is_own => "Save this one".to_owned(),
        Some(who) => format!("Save mine over {who}'s"),
        None => "Save mine over theirs".to_owned(),
    }
}

#[component]
pub(super) fn Obstacle(what: InTheWay, mine: Option<MarkForm>) -> impl IntoView {
    let id = what.id();
    match what {
        InTheWay::Invalid(errors) => view! { <ErrorSummary errors /> }.into_any(),
        InTheWay::Said(sentence) => view! {
            <div class="notice" id=id tabindex="-1" autofocus=true data-tone="error" role="alert">
                <p>{sentence}</p>
            </div>
        }
        .into_any(),
        InTheWay::SignedOut => view! {
            <div class="notice" id=id tabindex="-1" data-tone="error" role="alert">
                <p>
                    "You are signed out. This page stays as it is. "
                    <a href="/sign-in" target="_blank">"Sign in in a new window"</a>
                    ", then come back and go on."
                </p>
            </div>
        }
        .into_any(),
        InTheWay::Conflict(kept) => view! {
            <div class="notice" id=id tabindex="-1" autofocus=true data-tone="warn" role="alert">
                <Both kept mine={mine.unwrap_or_default()} />
            </div>
        }
        .into_any(),
    }
}

/// What is kept and what was to be saved, beside each other.
#[component]
fn Both(kept: KeptMark, mine: MarkForm) -> impl IntoView {
    let is_off = kept.is_empty();
    let who = kept.marked_by.unwrap_or_else(|| "Somebody".to_owned());
    let title = if kept.returned.is_some() {
        "This was returned already".to_owned()
    } else if is_off {
        format!("{who} took the mark off")
    } else if kept.is_own {
        "You saved something else before".to_owned()
    } else {
        format!("{who} marked this first")
    };
    let theirs = match kept.marked {
        Some(at) => format!("{who}, {}", at.words),
        None => who,
    };
    let points = kept
        .points
        .map_or_else(|| "No mark".to_owned(), |points| points.to_string());
    view! {
        <div class="stack">
            <h3>{title}</h3>
            <p>
                "Nothing was overwritten. Look at both, and change yours if need be: saving again puts yours in the place of what is kept."
            </p>
            {kept.returned.map(|at| view! { <p>{since(&at.words)}</p> })}
            <dl class="compare">
                <dt>{theirs}</dt>
                <dd>
                    <b>{points}</b>
                    " "
                    <span class="as-typed">{kept.comment}</span>
                </dd>
                <dt>"You, not saved yet"</dt>
                <dd>
                    <b>{mine.points}</b>
                    " "
                    <span class="as-typed">{mine.comment}</span>
                </dd>
            </dl>
        </div>
    }
}
