//! `/manifest.webmanifest`: what a browser needs to put the platform among the apps of a
//! tablet. It names the school whose code was typed last on the device, and nobody: of who
//! is signed in it knows whether they teach, for the shortcut to their marking.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::OnDevice;
use domain::schools::hue::{self, Hue};
use http::{HeaderMap, header};
use serde_json::json;
use vocab::people::Role;

use app::ssr::cookie_in;

use crate::session::{SCHOOL_COOKIE, SignedIn};
use crate::site::Site;

/// Chars that fit beneath an icon; a longer name is shown as the product's.
const SHORT: usize = 12;
const PRODUCT: &str = "Classimize";

/// `GET /manifest.webmanifest`.
pub(crate) async fn manifest(
    State(site): State<Site>,
    signed_in: Option<SignedIn>,
    headers: HeaderMap,
) -> Response {
    let school = match cookie_in(&headers, SCHOOL_COOKIE) {
        Some(code) => domain::schools::find_by_code(site.db.read(), &code).await,
        None => Ok(None),
    };
    // A database that is away is no reason to have no app.
    let school = school.ok().flatten();
    let theme_colour = school
        .as_ref()
        .and_then(|school| hue::shades(Hue::new(school.hue?)?))
        .map_or_else(
            || "#fcfbf8".to_owned(),
            |(light, _)| light.accent.to_string(),
        );
    let school = school.map(|school| school.name);
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
    let screenshot = |file: &str, sizes: &str, form: &str, label: &str| {
        json!({
            "src": format!("/screenshots/{file}"),
            "sizes": sizes,
            "type": "image/png",
            "form_factor": form,
            "label": label,
        })
    };
    let shortcut = |name: &str, url: &str| json!({ "name": name, "url": url });
    // A device that a class shares is set up by a teacher, and used by students.
    let marks = signed_in.is_some_and(|SignedIn(actor)| {
        actor.is(Role::Teacher) && actor.on_device != OnDevice::Shared
    });
    let own = if marks {
        shortcut("Marking", "/marking")
    } else {
        shortcut("Sign in with a badge", "/badge")
    };
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
        "handle_links": "preferred",
        "background_color": "#fcfbf8",
        "theme_color": theme_colour,
        "icons": [
            icon("app-192.png", 192, "any"),
            icon("app-512.png", 512, "any"),
            icon("maskable-512.png", 512, "maskable"),
            icon("monochrome-512.png", 512, "monochrome"),
        ],
        "screenshots": [
            screenshot("wide.png", "1024x640", "wide", "What a student has to do, on a laptop"),
            screenshot("narrow.png", "540x960", "narrow", "A piece of work, on a phone"),
        ],
        "shortcuts": [
            shortcut("Today", "/home"),
            shortcut("Classes", "/classrooms"),
            own,
            shortcut("Without a network", "/shell"),
        ],
        // Photos and papers, from the camera or another app, into a student's draft.
        "share_target": {
            "action": "/share",
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": { "files": [{ "name": "files", "accept": ["image/*", "application/pdf"] }] },
        },
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
