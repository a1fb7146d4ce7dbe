//! A list with nothing in it: what would be here, and one thing to do.

use leptos::prelude::*;

use super::icon::{Icon, IconName};

/// Nothing here.
#[component]
pub fn Empty(
    /// A drawing of what would be here.
    icon: IconName,
    /// What it is, such as "No work set yet".
    #[prop(into)]
    title: String,
    /// Stands on the page itself and not in a part with a heading of its own.
    #[prop(optional)]
    alone: bool,
    /// A sentence and at most one button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let title = if alone {
        view! { <h2>{title}</h2> }.into_any()
    } else {
        view! { <h3>{title}</h3> }.into_any()
    };
    view! {
        <div class="empty">
            <Icon name=icon />
            {title}
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}
