//! A status as a shape, a word and a colour, in that order.

use leptos::prelude::*;

use super::Erased;
use super::icon::{Icon, IconName};
use super::tone::Tone;

/// A status.
#[component]
pub fn Chip(
    /// Which ink it takes.
    #[prop(optional)]
    tone: Tone,
    /// Its shape; the tone's own where none is given.
    #[prop(optional_no_strip, into)]
    icon: Option<IconName>,
    /// Filled, for what the eye must stop at.
    #[prop(optional)]
    fill: bool,
    /// The word.
    children: Children,
) -> impl IntoView {
    let class = if fill { "chip chip-fill" } else { "chip" };
    view! {
        <span class=class data-tone=tone.as_attr()>
            <Icon name={icon.unwrap_or(tone.icon())} />
            <span>{children()}</span>
        </span>
    }
}

/// Says that the roster has closed somebody's account.
#[component]
pub fn Closed() -> impl IntoView {
    view! { <Chip icon=Some(IconName::Lock)>"Closed by the roster"</Chip> }
}

/// Says to staff that somebody's data is restricted: it is kept, and nothing else.
#[component]
pub fn Restricted() -> impl IntoView {
    view! {
        <Chip tone=Tone::Warn icon=Some(IconName::Lock)>
            "Restricted"
        </Chip>
    }
    .erased()
}
