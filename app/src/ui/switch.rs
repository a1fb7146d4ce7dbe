//! A choice of whom a page is about: closed it says who that is, and it unfolds in its place
//! to links to the others. Each has an address of its own, and no script is needed.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::tabs::Tab;
use super::{CollectErased, Erased};

/// A choice of whom a page is about.
#[component]
pub fn Switch(
    /// What is chosen, such as "Which child".
    #[prop(into)]
    label: String,
    /// Who may be chosen.
    items: Vec<Tab>,
) -> impl IntoView {
    let shown = items.iter().find(|item| item.current);
    let shown = shown.map_or_else(|| label.clone(), |item| item.label.clone());
    let items = items
        .into_iter()
        .map(|item| {
            view! {
                <li class="row row-tight">
                    <a class="row-title" href=item.href aria-current={item.current.then_some("page")}>
                        {item.label}
                    </a>
                    {item.current.then(|| view! { <Icon name=IconName::Check /> })}
                </li>
            }
        })
        .collect_erased();
    view! {
        <details class="switch">
            <summary class="btn">
                <Icon name=IconName::People />
                <span class="hush">{format!("{label}: ")}</span>
                {shown}
                <span class="muted small">"Change"</span>
            </summary>
            <nav aria-label=label>
                <ul class="rows" role="list">
                    {items}
                </ul>
            </nav>
        </details>
    }
    .erased()
}
