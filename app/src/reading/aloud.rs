//! Where texts are read aloud: the buttons are made by a script, their room is on the page
//! from its first byte.

use leptos::prelude::*;
use vocab::reading::Switch;

use super::in_force;
use crate::assignments::is_simple;
use crate::ssr;

/// Whether this page has the buttons: where somebody chose them, and in every simple view.
/// The page for no network has none, whatever is chosen: many voices need a network.
pub(crate) fn reads_aloud() -> bool {
    let path = ssr::path();
    let is_chosen = path != "/shell" && in_force().aloud == Some(Switch::On);
    is_chosen || is_simple(&path)
}

/// The room for the buttons. The text that they read comes right after it, with
/// `data-aloud` and what it is called.
#[component]
pub(crate) fn AloudRoom() -> impl IntoView {
    reads_aloud().then(|| view! { <div class="aloud"></div> })
}
