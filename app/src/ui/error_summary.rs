//! Everything that is wrong with a form, first on the page and in focus, each
//! line a link to its field. It shows nothing while nothing is wrong.

use leptos::prelude::*;
use vocab::form::{FieldError, PASSWORD_AGAIN};

use super::CollectErased;

/// All errors of a form.
#[component]
pub fn ErrorSummary(
    /// The errors, in the order of the fields. One with an empty `field` concerns the whole form.
    errors: Vec<FieldError>,
) -> impl IntoView {
    (!errors.is_empty()).then(|| {
        let mistakes = errors
            .iter()
            .filter(|error| error.message != PASSWORD_AGAIN);
        let title = title_of(mistakes.count());
        let lines = errors
            .into_iter()
            .map(|FieldError { field, message }| {
                if field.is_empty() {
                    view! { <li>{message}</li> }.into_any()
                } else {
                    view! {
                        <li>
                            <a href=format!("#{field}")>{message}</a>
                        </li>
                    }
                    .into_any()
                }
            })
            .collect_erased();
        view! {
            <div
                class="error-summary"
                id="errors"
                role="alert"
                tabindex="-1"
                autofocus=true
                aria-labelledby="errors-title"
            >
                <h2 id="errors-title">{title}</h2>
                <ul>{lines}</ul>
            </div>
        }
    })
}

fn title_of(count: usize) -> String {
    match count {
        0 | 1 => "One thing to put right".to_owned(),
        2 => "Two things to put right".to_owned(),
        3 => "Three things to put right".to_owned(),
        more => format!("{more} things to put right"),
    }
}
