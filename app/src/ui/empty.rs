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
    /// A sentence and at most one button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=icon />
            <h3>{title}</h3>
            {children.map(|children| children())}
        </div>
    }
}
