//! The head of a page: the way back, the date or the group, the title, and the
//! acts of the page beside it.

use leptos::prelude::*;

use super::{CollectErased, Erased};

/// The head of a page.
#[component]
pub fn PageHead(
    /// The page's `h1`.
    #[prop(into)]
    title: String,
    /// The line above it: the date, the group, how many.
    #[prop(optional_no_strip, into)]
    dateline: Option<String>,
    /// The way back, from far to near: address and label.
    #[prop(optional)]
    crumbs: Vec<(String, String)>,
    /// A sentence under the title.
    #[prop(optional_no_strip, into)]
    lede: Option<String>,
    /// The acts of the page, the main one first.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let crumbs = (!crumbs.is_empty()).then(|| {
        let steps = crumbs
            .into_iter()
            .map(|(href, label)| {
                view! {
                    <li>
                        <a href=href>{label}</a>
                    </li>
                }
            })
            .collect_erased();
        view! {
            <nav class="crumbs" aria-label="Where you are">
                <ol>{steps}</ol>
            </nav>
        }
    });
    view! {
        <div class="head">
            <div class="head-words">
                {crumbs}
                {dateline.map(|words| view! { <p class="dateline">{words}</p> })}
                <h1>{title}</h1>
                {lede.map(|words| view! { <p class="lede">{words}</p> })}
            </div>
            {children.map(|children| view! { <div class="cluster">{children()}</div> })}
        </div>
    }
    .erased()
}
