//! `/manifest.webmanifest`: what a browser needs to put the platform among the apps of a
//! tablet. It names the school whose code was typed last on the device, and nobody.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};
use serde_json::json;

use app::ssr::cookie_in;

use crate::session::SCHOOL_COOKIE;
use crate::site::Site;

/// Chars that fit beneath an icon; a longer name is shown as the product's.
const SHORT: usize = 12;
const PRODUCT: &str = "Classimize";

/// `GET /manifest.webmanifest`.
pub(crate) async fn manifest(State(site): State<Site>, headers: HeaderMap) -> Response {
    let school = match cookie_in(&headers, SCHOOL_COOKIE) {
        Some(code) => domain::schools::find_by_code(site.db.read(), &code).await,
        None => Ok(None),
    };
    // A database that is away is no reason to have no app.
    let school = school.ok().flatten().map(|school| school.name);
    let name = school.as_deref().unwrap_or(PRODUCT);
    let short = school
        .as_deref()
        .filter(|name| name.chars().count() <= SHORT)
        .unwrap_or(PRODUCT);
    let icon = |file: &str, size: u32, purpose: &str| {
        json!({
            "src": format!("/icons/{file}"),
            "sizes": format!("{size}x{size}"),
            "type": "image/png",
            "purpose": purpose,
        })
    };
    let shortcut = |name: &str, url: &str| json!({ "name": name, "url": url });
    let manifest = json!({
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "name": name,
        "short_name": short,
        "description": "Set work, handing in and feedback.",
        "lang": "en-GB",
        "dir": "ltr",
        "display": "standalone",
        "display_override": ["standalone", "minimal-ui"],
        "launch_handler": { "client_mode": "navigate-existing" },
        "background_color": "#fcfbf8",
        "theme_color": "#fcfbf8",
        "icons": [
            icon("app-192.png", 192, "any"),
            icon("app-512.png", 512, "any"),
            icon("maskable-512.png", 512, "maskable"),
        ],
        "shortcuts": [shortcut("Today", "/home"), shortcut("Classes", "/classrooms")],
    });
    let kind = "application/manifest+json; charset=utf-8";
    (
        [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, "private, no-cache"),
        ],
        manifest.to_string(),
    )
        .into_response()
}
