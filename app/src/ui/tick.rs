//! A box to tick: a yes that is sent only when it is given.

use leptos::prelude::*;

use super::Erased;
use super::field::{described_by, field_words};

/// A box to tick.
#[component]
pub fn TickField(
    /// The control's `id`, which the error summary links to.
    #[prop(into)]
    id: String,
    /// The name that is sent; the `id` where none is given.
    #[prop(optional, into)]
    name: Option<String>,
    /// What is sent when it is ticked.
    #[prop(default = "yes".to_owned(), into)]
    value: String,
    /// What a tick says.
    #[prop(into)]
    label: String,
    /// What helps to decide.
    #[prop(optional_no_strip, into)]
    hint: Option<String>,
    /// What is wrong with it.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
    /// Ticked already.
    #[prop(optional)]
    checked: bool,
    /// Cannot be ticked now; the page says why.
    #[prop(optional)]
    disabled: bool,
) -> impl IntoView {
    let name = name.unwrap_or_else(|| id.clone());
    let described_by = described_by(&id, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    let label_for = id.clone();
    view! {
        <div class="field">
            {field_words(&id, hint, error)}
            <label class="tick" for=label_for>
                <input
                    type="checkbox"
                    id=id
                    name=name
                    value=value
                    checked=checked
                    disabled=disabled
                    aria-invalid=invalid
                    aria-describedby=described_by
                />
                <span>{label}</span>
            </label>
        </div>
    }
    .erased()
}
