//! The file picker: the browser's own control in a frame that says what may be
//! sent. The form around it must be `enctype="multipart/form-data"`.

use leptos::prelude::*;

use super::Erased;
use super::field::{described_by, field_words};

/// A control that picks files.
#[component]
pub fn FileField(
    /// The control's `id`, which the error summary links to.
    #[prop(into)]
    id: String,
    /// The name that is sent; the `id` where none is given.
    #[prop(optional, into)]
    name: Option<String>,
    /// What it asks for.
    #[prop(into)]
    label: String,
    /// What may be sent and how large it may be.
    #[prop(optional_no_strip, into)]
    hint: Option<String>,
    /// What is wrong with the files.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
    /// Several files at once.
    #[prop(optional)]
    multiple: bool,
    /// The types the browser offers first, such as `.zip,application/zip`.
    #[prop(optional, into)]
    accept: Option<&'static str>,
) -> impl IntoView {
    let name = name.unwrap_or_else(|| id.clone());
    let described_by = described_by(&id, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    view! {
        <div class="drop" data-invalid=invalid>
            <label for=id.clone()>{label}</label>
            {field_words(&id, hint, error)}
            <input
                type="file"
                id=id
                name=name
                multiple=multiple
                accept=accept
                aria-invalid=invalid
                aria-describedby=described_by
            />
        </div>
    }
    .erased()
}
