//! How pages look: the reading settings in force for whoever asks, and the hue of their
//! school. The shell writes both on the first byte.

mod aloud;
pub mod fields;
pub mod pages;

pub(crate) use aloud::{AloudRoom, reads_aloud};
pub(crate) use fields::{ReadingFields, said};

use domain::schools::hue::Hue;
use http::HeaderMap;
use vocab::reading::{Reading, Theme};

use crate::ssr;

/// The cookie that holds the theme which was chosen while nobody was signed in.
pub const THEME_COOKIE: &str = "theme";
/// The same for the other reading settings.
pub const READING_COOKIE: &str = "reading";

/// The address of the page about the reading settings.
pub const PAGE: &str = "/settings/reading";
/// The address of the page about the school's hue.
pub const HUE_PAGE: &str = "/school/colour";

/// The hue of the school at whose door somebody stands, put into the request.
#[derive(Clone, Copy, Debug)]
pub struct DoorHue(pub Hue);

/// What was chosen on this device while nobody was signed in.
pub fn of_device(headers: &HeaderMap) -> Reading {
    let others = ssr::cookie_in(headers, READING_COOKIE).unwrap_or_default();
    let theme = ssr::cookie_in(headers, THEME_COOKIE).and_then(|theme| theme.parse::<Theme>().ok());
    Reading {
        theme,
        ..Reading::of_cookie(&others)
    }
}

fn of_this_device() -> Reading {
    ssr::of_request(|parts| of_device(&parts.headers)).unwrap_or_default()
}

/// What holds for whoever asks, with every setting filled in.
pub(crate) fn kept() -> Reading {
    let device = of_this_device();
    ssr::maybe_actor()
        .map_or(device, |actor| actor.appearance.reading(device))
        .or(Reading::PLAIN)
}

/// Settings that are tried on this one page, before they are kept.
pub(crate) fn tried() -> Option<Reading> {
    let is_tried = ssr::path() == PAGE && ssr::query("size").is_some();
    is_tried.then(|| Reading::of_words(ssr::query).or(kept()))
}

/// What this page is shown with.
pub(crate) fn in_force() -> Reading {
    tried().unwrap_or_else(kept)
}

/// The hue of this page, if its school has one: also one that is tried before it is kept.
pub(crate) fn hue() -> Option<Hue> {
    let tried = || ssr::query("hue").and_then(|hue| Hue::typed(&hue).ok());
    if ssr::path() == HUE_PAGE
        && let Some(tried) = tried()
    {
        return Some(tried);
    }
    match ssr::maybe_actor() {
        Some(actor) => actor.appearance.hue,
        None => ssr::beside::<DoorHue>().map(|door| door.0),
    }
}
