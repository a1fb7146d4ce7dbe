//! How far something is, in words and as a line.

use leptos::prelude::*;

use super::Erased;

/// A line that fills up.
#[component]
pub fn Progress(
    /// The line's `id`, unique on the page.
    #[prop(into)]
    id: String,
    /// What it says: "5 of 28 marked".
    #[prop(into)]
    label: String,
    /// How much is done.
    value: u64,
    /// How much there is.
    max: u64,
) -> impl IntoView {
    view! {
        <div class="progress">
            <label for=id.clone()>{label}</label>
            <progress id=id max=max.max(1).to_string() value=value.to_string()>
                {format!("{value} of {max}")}
            </progress>
        </div>
    }
    .erased()
}
