//! What happened, what was kept and what to do next. It stays in the page: words that
//! float away after a few seconds are gone before a slow reader has read them.

use leptos::prelude::*;

use super::Erased;
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
    .erased()
}
