//! The pages before anybody is known, in the colour of the school that they belong to:
//! the one whose code stands in the address, or was typed last on the device.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::Actor;
use domain::schools;
use domain::schools::hue::Hue;

use app::reading::DoorHue;
use app::ssr::cookie_in;

use crate::session::SCHOOL_COOKIE;
use crate::site::Site;

/// Puts the school's hue into a request for its doors.
pub(crate) async fn know_the_hue(
    State(site): State<Site>,
    mut request: Request,
    next: Next,
) -> Response {
    let is_a_door = matches!(request.uri().path(), "/sign-in" | "/badge")
        && request.extensions().get::<Actor>().is_none();
    if is_a_door && let Some(code) = code_of(&request) {
        // A database that is away is no reason to have no door.
        let school = schools::find_by_code(site.db.read(), &code).await;
        let hue = school.ok().flatten().and_then(|school| school.hue);
        if let Some(hue) = hue.and_then(Hue::new) {
            request.extensions_mut().insert(DoorHue(hue));
        }
    }
    next.run(request).await
}

fn code_of(request: &Request) -> Option<String> {
    let asked = request.uri().query().and_then(|query| {
        url::form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == "school")
            .map(|(_, code)| code.into_owned())
    });
    asked
        .or_else(|| cookie_in(request.headers(), SCHOOL_COOKIE))
        .map(|code| vocab::schools::spell_code(&code))
        .filter(|code| !code.is_empty())
}
