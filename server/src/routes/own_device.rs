//! What a page asks about the device that it is on: whether the sign-in still holds, whether
//! somebody ended it, and whether the school has forgotten the device. And the ways by which
//! it forgets: by its own person, or because an admin said so.

use axum::Json;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use domain::OnDevice;
use domain::accounts::sessions;
use domain::badges::devices;
use domain::offline;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::json;

use app::error::AppError;
use app::ssr::unavailable;

use crate::forms::{Nothing, Posted, words_in};
use crate::respond::{change, failed, on_to};
use crate::session::{self, SCHOOL_COOKIE, SignedIn};
use crate::site::Site;

/// The ticket of a device that is somebody's own: it knows its sign-in longer than the
/// browser keeps the cookies.
const OFFLINE_TICKET: HeaderName = HeaderName::from_static("offline-ticket");

/// The addresses of the forms.
pub(crate) fn forms() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![
        ("/settings/forget-device", post(forget)),
        ("/offline/forgotten", post(forgotten)),
        ("/share", post(share).layer(DefaultBodyLimit::disable())),
    ]
}

/// `GET /offline/standing`: asked when a page comes back to the network.
pub(crate) async fn standing(
    State(site): State<Site>,
    signed_in: Option<SignedIn>,
    headers: HeaderMap,
) -> Response {
    let is_signed_in = signed_in.is_some();
    let asked = async {
        // Whoever forgets a device signs out everybody on it.
        if is_signed_in {
            return Ok((false, false));
        }
        let is_forgotten = is_forgotten(&site, &headers).await?;
        Ok::<_, AppError>((is_forgotten, was_ended(&site, &headers).await?))
    };
    match asked.await {
        Ok((is_forgotten, was_ended)) => Json(json!({
            "signed_in": is_signed_in,
            "forgotten": is_forgotten,
            "ended": was_ended,
        }))
        .into_response(),
        Err(error) => {
            tracing::error!(%error, "whether a device is forgotten is not known");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

async fn is_forgotten(site: &Site, headers: &HeaderMap) -> Result<bool, AppError> {
    match session::enrolment(headers, site) {
        Some(token) => devices::is_forgotten(site.db.read(), &token)
            .await
            .map_err(unavailable),
        None => Ok(false),
    }
}

async fn was_ended(site: &Site, headers: &HeaderMap) -> Result<bool, AppError> {
    let ticket = headers
        .get(OFFLINE_TICKET)
        .and_then(|ticket| ticket.to_str().ok());
    match ticket {
        Some(ticket) => offline::was_ended(site.db.read(), ticket, site.clock.now())
            .await
            .map_err(unavailable),
        None => Ok(false),
    }
}

/// `POST /offline/forgotten`: from a device that the school has forgotten, once nothing
/// waits on it any more. Everything that is left goes.
async fn forgotten(State(site): State<Site>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    match is_forgotten(&site, &parts.headers).await {
        Ok(true) => {
            let mut response = StatusCode::NO_CONTENT.into_response();
            session::forget_enrolment(response.headers_mut(), &site);
            clear(response.headers_mut());
            response
        }
        Ok(false) => failed(&site, &parts, AppError::NotFound).await,
        Err(error) => failed(&site, &parts, error).await,
    }
}

/// `POST /settings/forget-device`: signs out, and takes everything along that is kept in
/// this browser. Not on a device that a class shares: others' unsent work lies there, and
/// nothing of anybody stays after signing out.
async fn forget(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        if actor.on_device == OnDevice::Shared {
            return Err(AppError::NotFound);
        }
        sessions::end_current(tx, &actor, now)
            .await
            .map_err(unavailable)
    });
    match done.await {
        Ok(()) => {
            let mut response = on_to("/sign-in?done=device-forgotten");
            let headers = response.headers_mut();
            session::forget(headers, &site);
            session::forget_name(headers, &site);
            session::set_cookie(headers, &site, SCHOOL_COOKIE, "", Some(0));
            clear(headers);
            response
        }
        Err(error) => failed(&site, &parts, error).await,
    }
}

/// Databases, caches and the worker go: what a browser keeps for us.
fn clear(headers: &mut HeaderMap) {
    let all = HeaderValue::from_static("\"cache\", \"storage\"");
    headers.insert("clear-site-data", all);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// `POST /share`: a photo that another app gives to ours. The worker in the browser takes
/// it, and nothing arrives here; where there is no worker yet, the page asks for it again.
async fn share(State(site): State<Site>, SignedIn(_): SignedIn, request: Request) -> Response {
    // Read to its end, else the browser shows a broken connection.
    words_in(&site, request).await;
    on_to("/share?done=share-again")
}
