//! The data protection lead's registers: breaches, disclosures, reviews of what data is
//! used for, and for how long the operator may look inside.

pub mod activities;
pub mod breaches;
pub mod disclosures;
pub mod sources;
pub mod support;

use leptos::prelude::*;

use crate::error::AppError;
use crate::ssr;
use crate::ui::{Button, ButtonKind, Erased, TextField};

/// The way back from every page of the data protection lead.
pub(crate) fn crumbs() -> Vec<(String, String)> {
    vec![("/school/privacy".to_owned(), "Data protection".to_owned())]
}

/// What was typed into a step's form that came back.
struct Typed {
    step: String,
    words: String,
}

/// A step with a sentence that is kept: a form that opens, and comes back open with
/// what was typed.
#[component]
fn StepForm(
    /// Where it is posted to.
    action: String,
    /// Whose step: part of the fields' ids.
    of: String,
    step: &'static str,
    button: &'static str,
    /// What the sentence is about.
    label: &'static str,
    typed: Option<Typed>,
    /// Stands before the sentence.
    #[prop(optional_no_strip)]
    before: Option<AnyView>,
) -> impl IntoView {
    let typed = typed.filter(|typed| typed.step == step);
    let is_open = typed.is_some();
    let words = typed.map(|typed| typed.words).unwrap_or_default();
    let id = format!("words-{step}-{of}");
    let error = ssr::again::<()>().error(&id);
    view! {
        <details class="confirm" open=is_open>
            <summary class="btn">{button}</summary>
            <form class="form" method="post" action=action>
                <input type="hidden" name="step" value=step />
                {before}
                <TextField id name="words" label error value=words autocomplete="off" />
                <div class="cluster">
                    <Button kind=ButtonKind::Main>{button}</Button>
                </div>
            </form>
        </details>
    }
    .erased()
}

impl From<domain::sources::Error> for AppError {
    fn from(error: domain::sources::Error) -> Self {
        use domain::sources::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Invalid(errors) => Self::Invalid(errors),
            Error::SecondPerson | Error::NothingToDo => Self::Refused(error.to_string()),
        }
    }
}

impl From<domain::breaches::Error> for AppError {
    fn from(error: domain::breaches::Error) -> Self {
        use domain::breaches::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Invalid(errors) => Self::Invalid(errors),
            Error::NotNow | Error::Unreadable(_) => Self::Refused(error.to_string()),
        }
    }
}

impl From<domain::disclosures::Error> for AppError {
    fn from(error: domain::disclosures::Error) -> Self {
        use domain::disclosures::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Export(error) => crate::ssr::unavailable(error),
            Error::Invalid(errors) => Self::Invalid(errors),
            Error::TwoPeople
            | Error::NotNow
            | Error::NotApproved
            | Error::NothingChosen
            | Error::BeingErased => Self::Refused(error.to_string()),
        }
    }
}

impl From<domain::reviews::Error> for AppError {
    fn from(error: domain::reviews::Error) -> Self {
        use domain::reviews::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Invalid(errors) => Self::Invalid(errors),
        }
    }
}
