//! Where the site's own files lie. Their names carry the hash of what is in
//! them, so they are known only when the server runs: the shell puts them in
//! context, and the page's `<html data-icons>` tells them to islands.

use std::collections::BTreeMap;

use leptos::prelude::*;

/// The addresses of the fingerprinted files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assets {
    /// The style sheet.
    pub css: String,
    /// The sprite of drawings.
    pub icons: String,
    /// What the script and the WASM that start an island are called, by the island's
    /// component.
    pub islands: BTreeMap<String, String>,
    /// The script for work without a network.
    pub offline: String,
    /// The script of the sign-in page, which loads that one where something waits.
    pub door: String,
    /// The script of the page that stands in for all others without a network.
    pub workspace: String,
    /// The script that offers a new version where there is none for work without a network, and
    /// goes where somebody signs out in another tab.
    pub offer: String,
    /// The reading ruler.
    pub ruler: String,
    /// The script that gives the page without a network its reader's colour and ruler.
    pub dress: String,
    /// The buttons that read aloud.
    pub aloud: String,
    /// What reads the square on a badge where the browser cannot.
    pub scanner: String,
    /// The site's sign in the browser's tab.
    pub favicon: String,
}

/// The sprite's address: from context on the server, from the page in the browser.
pub(crate) fn icons_url() -> String {
    with_context(|assets: &Assets| assets.icons.clone()).unwrap_or_else(icons_url_of_page)
}

#[cfg(target_arch = "wasm32")]
fn icons_url_of_page() -> String {
    document()
        .document_element()
        .and_then(|html| html.get_attribute("data-icons"))
        .unwrap_or_default()
}

#[cfg(not(target_arch = "wasm32"))]
fn icons_url_of_page() -> String {
    String::new()
}
