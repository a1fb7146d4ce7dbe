//! A spread: the heading stands in the margin, the work on the lines.

use leptos::prelude::*;

/// One part of a page under its heading.
#[component]
pub fn Spread(
    /// The heading's `id`, unique on the page.
    #[prop(into)]
    id: String,
    /// The heading.
    #[prop(into)]
    title: String,
    /// A word under the heading.
    #[prop(optional_no_strip, into)]
    note: Option<String>,
    /// The part itself.
    children: Children,
) -> impl IntoView {
    let labelled_by = id.clone();
    view! {
        <section class="spread" aria-labelledby=labelled_by>
            <div class="margin">
                <h2 id=id>{title}</h2>
                {note.map(|words| view! { <p>{words}</p> })}
            </div>
            <div class="body">{children()}</div>
        </section>
    }
}
