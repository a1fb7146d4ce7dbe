//! A moment as a person reads it, with the exact time for machines.

use leptos::prelude::*;
use vocab::moment::Moment;

/// A date or time in words.
#[component]
pub fn When(
    /// The moment and its words.
    at: Moment,
) -> impl IntoView {
    view! { <time datetime=at.iso>{at.words}</time> }
}
