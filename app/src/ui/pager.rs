//! The way through a list of several pages, as links.

use leptos::prelude::*;

use super::Erased;
use super::button::ButtonLink;
use super::icon::IconName;

/// The page before, where one is, and the page after.
#[component]
pub fn Pager(
    /// What the pages are of, such as "Pages of people".
    #[prop(into)]
    label: String,
    /// Where one is: "Page 2 of 7".
    #[prop(into)]
    words: String,
    /// The address of the page before, if there is one.
    #[prop(optional_no_strip, into)]
    before: Option<String>,
    /// The address of the page after, if there is one.
    #[prop(optional_no_strip, into)]
    after: Option<String>,
) -> impl IntoView {
    view! {
        <nav class="pager" aria-label=label>
            {before.map(|href| view! { <ButtonLink href icon=IconName::ArrowLeft>"Previous"</ButtonLink> })}
            <span class="muted">{words}</span>
            {after.map(|href| view! { <ButtonLink href icon=IconName::ArrowRight>"Next"</ButtonLink> })}
        </nav>
    }
    .erased()
}
