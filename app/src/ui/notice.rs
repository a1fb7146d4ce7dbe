//! What happened, what was kept and what to do next: a `Notice` stays in the
//! page, a `Toast` floats above it after something was done. A toast never
//! holds the only copy of what it says.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::tone::Tone;

/// A band in the page.
#[component]
pub fn Notice(
    /// Which ink and tint it takes.
    #[prop(optional)]
    tone: Tone,
    /// Its shape; the tone's own where none is given.
    #[prop(optional_no_strip, into)]
    icon: Option<IconName>,
    /// The main thing, in bold.
    #[prop(optional_no_strip, into)]
    title: Option<String>,
    /// Tells about what was just done: read out by screen readers.
    #[prop(optional)]
    live: bool,
    /// The rest.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let icon = icon.unwrap_or(match tone {
        Tone::Plain => IconName::Info,
        tone => tone.icon(),
    });
    view! {
        <div class="notice" data-tone=tone.as_attr() role={live.then_some("status")}>
            <Icon name=icon />
            {title.map(|title| view! { <p class="notice-title">{title}</p> })}
            {children.map(|children| view! { <div class="stack gap-2">{children()}</div> })}
        </div>
    }
}

/// A short word about what was just done, above the page.
#[component]
pub fn Toast(
    /// The words, and at most one button.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="toasts" role="status">
            <div class="toast">
                <Icon name=IconName::Check />
                {children()}
            </div>
        </div>
    }
}
