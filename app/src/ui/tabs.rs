//! Tabs are links: each part of a page has its own address.

use leptos::prelude::*;

use super::{CollectErased, Erased};

/// One tab.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tab {
    /// Its address.
    pub href: String,
    /// Its words.
    pub label: String,
    /// This is the part that is shown.
    pub current: bool,
    /// How many things wait there.
    pub count: Option<u64>,
}

/// The parts of a page.
#[component]
pub fn Tabs(
    /// What the parts belong to, such as the classroom's name.
    #[prop(into)]
    label: String,
    /// The parts, from first to last.
    items: Vec<Tab>,
) -> impl IntoView {
    let items = items
        .into_iter()
        .map(|tab| {
            view! {
                <li>
                    <a href=tab.href aria-current={tab.current.then_some("page")}>
                        {tab.label}
                        {tab.count.map(|count| view! { <span class="count">{count}</span> })}
                    </a>
                </li>
            }
        })
        .collect_erased();
    view! {
        <nav class="tabs" aria-label=label>
            <ul>{items}</ul>
        </nav>
    }
    .erased()
}
