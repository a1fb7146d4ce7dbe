//! Work without a network: the service worker and the page that it falls back to, what a
//! student's page may keep, the door for what was done meanwhile, and the tray for what
//! could not be done. The door asks for nobody's session: whoever uses the tablet next
//! delivers, and learns nothing.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use domain::accounts::sessions;
use domain::offline::{self, Error, Spoilt};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::json;
use uuid::Uuid;
use vocab::ids::{AssignmentId, FileId};
use vocab::outbox::MAX_ITEM_BYTES;

use app::error::AppError;
use app::ssr::unavailable;

use super::files::as_download;
use crate::forms::{Nothing, Path, Posted};
use crate::respond::{self, answer, change, failed};
use crate::session::{SignedIn, device_name};
use crate::site::Site;

/// On what is the same for everybody, so that the service worker may keep it.
pub(super) const CACHE_CLASS: HeaderName = HeaderName::from_static("x-cache-class");

/// On what the door for sealed items refuses for good: without it a refusal is some network's
/// on the way, and the item is sent again.
const REFUSED: HeaderName = HeaderName::from_static("x-outbox-refused");

/// The addresses of the forms.
pub(crate) fn forms() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![("/needs-you/{item}/done", post(see))]
}

/// The addresses of what is fetched.
pub(crate) fn downloads() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![
        ("/needs-you/files/{id}", get(file)),
        ("/offline/work/{id}", get(work)),
    ]
}

/// The door for sealed items, bounded in size.
pub(crate) fn outbox() -> MethodRouter<Site> {
    post(deliver).layer(DefaultBodyLimit::max(MAX_ITEM_BYTES))
}

/// `GET /sw.js`: changes when anything that it keeps does, so that browsers notice.
pub(crate) async fn worker(State(site): State<Site>) -> Response {
    const WORKER: &str = include_str!("offline/worker.js");
    let assets = &site.files.assets;
    let files = json!([
        assets.css,
        assets.icons,
        assets.favicon,
        assets.offline,
        assets.workspace,
        assets.dress,
        assets.ruler
    ]);
    let version = domain::secrets::fingerprint(&format!("{WORKER}{files}"));
    let script = WORKER
        .replace("__FILES__", &files.to_string())
        .replace("__VERSION__", &version[..12]);
    (
        [
            (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
            (header::CACHE_CONTROL, "no-cache"),
        ],
        script,
    )
        .into_response()
}

/// `GET /shell`: the page without anybody's data.
pub(crate) async fn shell(State(site): State<Site>, request: Request) -> Response {
    let mut response = respond::page(State(site), request).await;
    if response.status() == StatusCode::OK && !response.headers().contains_key(header::SET_COOKIE) {
        response
            .headers_mut()
            .insert(CACHE_CLASS, HeaderValue::from_static("public"));
    }
    response
}

/// `GET /offline/ticket`: for a student's page, while it is signed in.
pub(crate) async fn ticket(
    State(site): State<Site>,
    signed_in: Option<SignedIn>,
    headers: HeaderMap,
) -> Response {
    let Some(SignedIn(actor)) = signed_in else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    if !actor.is(vocab::people::Role::Student) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let device = device_name(&headers).unwrap_or_default();
    match sessions::began_at(site.db.read(), &actor).await {
        Ok(Some(began_at)) => {
            Json(offline::issue(&site.offline, &actor, &device, began_at)).into_response()
        }
        Ok(None) => StatusCode::UNAUTHORIZED.into_response(),
        Err(error) => {
            tracing::error!(%error, "when a sign-in began is not known");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// `GET /offline/pack`: which work a student keeps on the tablet.
pub(crate) async fn pack(State(site): State<Site>, signed_in: Option<SignedIn>) -> Response {
    let Some(SignedIn(actor)) = signed_in else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    match offline::pack(site.db.read(), &actor, site.clock.now()).await {
        Ok(pack) => Json(pack).into_response(),
        Err(error) => refusal(&error).into_response(),
    }
}

/// `GET /offline/work/{id}`: one piece of it.
async fn work(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<AssignmentId>,
) -> Response {
    match offline::work(site.db.read(), &actor, id, site.clock.now()).await {
        Ok(work) => Json(work).into_response(),
        Err(error) => refusal(&error).into_response(),
    }
}

/// `POST /outbox`: a sealed item, from whoever has it.
async fn deliver(State(site): State<Site>, item: Result<Bytes, BytesRejection>) -> Response {
    let now = site.clock.now();
    let wait = || {
        (
            StatusCode::TOO_MANY_REQUESTS,
            [(header::RETRY_AFTER, "30")],
            "wait",
        )
            .into_response()
    };
    let Some(_turn) = site.deliveries.turn(now).await else {
        return wait();
    };
    let delivered = match item {
        Ok(item) => offline::deliver((&site.db, &site.store), &site.offline, &item, now).await,
        Err(BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_))) => {
            Err(Error::Spoilt(Spoilt::TooLarge))
        }
        // It broke off on the way.
        Err(_) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
    };
    match delivered {
        Ok(delivered) => Json(json!({ "receipt": delivered.receipt })).into_response(),
        Err(error) => {
            tracing::info!(%error, "an item was not taken");
            let status = refusal(&error);
            if status.is_client_error() {
                (status, [(REFUSED, "yes")]).into_response()
            } else {
                status.into_response()
            }
        }
    }
}

fn refusal(error: &Error) -> StatusCode {
    match error {
        Error::Spoilt(Spoilt::TooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
        Error::Spoilt(_) => StatusCode::BAD_REQUEST,
        Error::OtherBody => StatusCode::UNPROCESSABLE_ENTITY,
        Error::Access(
            domain::AccessError::NotFound
            | domain::AccessError::NotAllowed
            | domain::AccessError::Archived { .. },
        ) => StatusCode::NOT_FOUND,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// `POST /needs-you/{item}/done`.
async fn see(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(item): Path<Uuid>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let seen = change(&site, async |tx, now| {
        Ok(offline::see(tx, &actor, item, now).await?)
    });
    answer(&site, &parts, seen.await, "/needs-you", "seen", &()).await
}

/// `GET /needs-you/files/{id}`: for its owner alone.
async fn file(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<FileId>,
    request: Request,
) -> Response {
    match offline::file(site.db.read(), &actor, id).await {
        Ok(found) => as_download(&site, request, Ok(found)).await,
        Err(error) => {
            let (parts, _) = request.into_parts();
            let error = match error {
                domain::AccessError::Database(error) => unavailable(error),
                _ => AppError::NotFound,
            };
            failed(&site, &parts, error).await
        }
    }
}
