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
    /// Stands inside a part of the page that has a heading of its own.
    #[prop(optional)]
    inner: bool,
    /// The part itself.
    children: Children,
) -> impl IntoView {
    let labelled_by = id.clone();
    let heading = if inner {
        view! { <h3 id=id>{title}</h3> }.into_any()
    } else {
        view! { <h2 id=id>{title}</h2> }.into_any()
    };
    view! {
        <section class="spread" aria-labelledby=labelled_by>
            <div class="margin">
                {heading}
                {note.map(|words| view! { <p>{words}</p> })}
            </div>
            <div class="body">{children()}</div>
        </section>
    }
    .into_any()
}
