//! A date and a time, in the browser's own pickers. They are sent as
//! `{name}_date` (2026-11-26) and `{name}_time` (15:30); the server reads them
//! in the school's time zone, so no zone is sent.

use leptos::prelude::*;

use super::Erased;
use super::field::{described_by, field_words};

/// A date and a time in one group.
#[component]
pub fn DateTimeField(
    /// The group's `id`; the controls are `{id}_date` and `{id}_time`.
    #[prop(into)]
    id: String,
    /// The first half of the names that are sent; the `id` where none is given.
    #[prop(optional, into)]
    name: Option<String>,
    /// What it asks for.
    #[prop(into)]
    label: String,
    /// What helps to fill it in, such as which clock is meant.
    #[prop(optional_no_strip, into)]
    hint: Option<String>,
    /// What is wrong with either.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
    /// The date that stands in it, as 2026-11-26.
    #[prop(optional, into)]
    date: String,
    /// The time that stands in it, as 15:30.
    #[prop(optional, into)]
    time: String,
) -> impl IntoView {
    let name = name.unwrap_or_else(|| id.clone());
    let described_by = described_by(&id, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    let group_described_by = described_by.clone();
    let (date_id, time_id) = (format!("{id}_date"), format!("{id}_time"));
    view! {
        <fieldset class="field" id=id tabindex="-1" aria-describedby=group_described_by>
            <legend>{label}</legend>
            {field_words(&id, hint, error)}
            <div class="moment">
                <div>
                    <label for=date_id.clone()>"Date"</label>
                    <input
                        class="input"
                        type="date"
                        id=date_id
                        name=format!("{name}_date")
                        value=date
                        aria-invalid=invalid
                        aria-describedby=described_by.clone()
                    />
                </div>
                <div>
                    <label for=time_id.clone()>"Time"</label>
                    <input
                        class="input"
                        type="time"
                        id=time_id
                        name=format!("{name}_time")
                        value=time
                        aria-invalid=invalid
                        aria-describedby=described_by
                    />
                </div>
            </div>
        </fieldset>
    }
    .erased()
}
