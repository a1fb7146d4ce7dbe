//! One choice out of several, as the browser's own list.

use leptos::prelude::*;

use super::field::{described_by, field_words};
use super::{CollectErased, Erased};

/// A list of which one is chosen.
#[component]
pub fn SelectField(
    /// The control's `id`, which the error summary links to.
    #[prop(into)]
    id: String,
    /// The name that is sent; the `id` where none is given.
    #[prop(optional, into)]
    name: Option<String>,
    /// What it asks for.
    #[prop(into)]
    label: String,
    /// What helps to choose.
    #[prop(optional_no_strip, into)]
    hint: Option<String>,
    /// What is wrong with the choice.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
    /// Value and label of each choice, in the order shown.
    options: Vec<(String, String)>,
    /// The value that is chosen.
    #[prop(optional, into)]
    selected: String,
    /// More classes of the control.
    #[prop(optional, into)]
    input_class: Option<&'static str>,
) -> impl IntoView {
    let name = name.unwrap_or_else(|| id.clone());
    let described_by = described_by(&id, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    let class = format!("input {}", input_class.unwrap_or_default());
    let choices = options
        .into_iter()
        .map(move |(value, label)| {
            let is_selected = value == selected;
            view! {
                <option value=value selected=is_selected>
                    {label}
                </option>
            }
        })
        .collect_erased();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            {field_words(&id, hint, error)}
            <select
                class=class.trim_end().to_owned()
                id=id
                name=name
                aria-invalid=invalid
                aria-describedby=described_by
            >
                {choices}
            </select>
        </div>
    }
    .erased()
}

/// The choices, the first of them none: nobody chooses by overlooking it.
pub fn choose_from(choices: impl IntoIterator<Item = (String, String)>) -> Vec<(String, String)> {
    std::iter::once((String::new(), "Choose".to_owned()))
        .chain(choices)
        .collect()
}

/// Choices by their words, the first of them none.
pub fn options<'a, T: std::fmt::Display + 'a>(
    words: impl IntoIterator<Item = (&'a T, &'static str)>,
) -> Vec<(String, String)> {
    choose_from(
        words
            .into_iter()
            .map(|(word, label)| (word.to_string(), label.to_owned())),
    )
}
