//! The browser's side: starts the islands that the pages hold, nothing else.

use app as _; // links the islands, which nothing here names

/// Called once by the page's start script after the WASM has loaded.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
