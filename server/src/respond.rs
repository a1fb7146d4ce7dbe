//! Answers that are pages: any address by its own page, a form again with what
//! was typed and what is wrong, or what went wrong on the way.

use app::error::AppError;
use app::marking::pages::MarkConflict;
use app::ssr::{Posted, Typed, WasPosted, back_after_sign_in, unavailable};
use axum::body::Body;
use axum::extract::{FromRef, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Write;
use domain::clock::Time;
use domain::export::Making;
use futures::TryStreamExt;
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use leptos::nonce::use_nonce;
use leptos::prelude::{LeptosOptions, expect_context, provide_context};
use leptos_axum::ResponseOptions;
use serde::Serialize;
use tokio_util::io::ReaderStream;

use vocab::form::{FieldError, PASSWORD_AGAIN, error_for};
use vocab::marking::KeptMark;
use vocab::visitors::Visit;

use crate::security::{Pictures, content_security_policy};
use crate::site::Site;

/// The page at the request's address.
pub(crate) async fn page(State(site): State<Site>, request: Request) -> Response {
    render(&site, request, None).await
}

/// The page at `path` again, after a form on it was refused.
pub(crate) async fn refused(
    site: &Site,
    parts: &Parts,
    path: &str,
    form: &impl Serialize,
    error: AppError,
) -> Response {
    if matches!(
        error,
        AppError::Invalid(_) | AppError::Refused(_) | AppError::SlowDown(_)
    ) {
        let posted = Posted::refused(form, &error);
        with_status(render(site, at(parts, path), Some(posted)).await, &error)
    } else {
        failed_with(site, parts, error, Typed::in_form(form)).await
    }
}

/// The page at `path`, showing something once.
pub(crate) async fn shown_once(site: &Site, parts: &Parts, path: &str, what: Posted) -> Response {
    render(site, at(parts, path), Some(what)).await
}

/// The marking desk again, with what somebody else saved first beside what was typed.
pub(crate) async fn conflict(
    site: &Site,
    parts: &Parts,
    path: &str,
    posted: Posted,
    kept: KeptMark,
) -> Response {
    let mut request = at(parts, path);
    request.extensions_mut().insert(MarkConflict(kept));
    let mut response = render(site, request, Some(posted)).await;
    *response.status_mut() = StatusCode::CONFLICT;
    response
}

/// One change in one transaction: kept as a whole or not at all.
pub(crate) async fn change<T>(
    site: &Site,
    act: impl AsyncFnOnce(&Write, Time) -> Result<T, AppError>,
) -> Result<T, AppError> {
    let tx = site.db.write().await.map_err(unavailable)?;
    let done = act(&tx, site.clock.now()).await?;
    tx.commit().await.map_err(unavailable)?;
    Ok(done)
}

/// Back to the page with what was done, or the page again with what is wrong.
pub(crate) async fn answer(
    site: &Site,
    parts: &Parts,
    outcome: Result<(), AppError>,
    page: &str,
    done: &str,
    form: &impl Serialize,
) -> Response {
    match outcome {
        Ok(()) => on_to(&format!("{page}?done={done}")),
        Err(error) => refused(site, parts, page, form, error).await,
    }
}

/// What is wrong with a form that stands many times on its page, each mistake at a field of
/// the one that came: their ids end in what it stands under.
pub(crate) fn at_fields_under(id: &impl ToString, errors: Vec<FieldError>) -> AppError {
    let id = id.to_string();
    let of_one = errors.into_iter().map(|error| FieldError {
        field: format!("{}-{id}", error.field),
        message: error.message,
    });
    AppError::Invalid(of_one.collect())
}

/// The same where the form holds a password, which never comes back into its field: where
/// nothing is wrong with it, it is said there that it has to be typed again.
pub(crate) fn with_password_again(error: AppError) -> AppError {
    match error {
        AppError::Invalid(mut errors) => {
            if error_for(&errors, "password").is_none() {
                errors.push(FieldError {
                    field: "password".to_owned(),
                    message: PASSWORD_AGAIN.to_owned(),
                });
            }
            AppError::Invalid(errors)
        }
        other => other,
    }
}

/// A page that says what went wrong.
pub(crate) async fn failed(site: &Site, parts: &Parts, error: AppError) -> Response {
    failed_with(site, parts, error, Vec::new()).await
}

/// A page that says what went wrong, with the words that could not be kept.
pub(crate) async fn failed_with(
    site: &Site,
    parts: &Parts,
    error: AppError,
    typed: Vec<Typed>,
) -> Response {
    let path = parts.uri.path().to_owned();
    if error == AppError::SignedOut && typed.is_empty() {
        return Redirect::to(&back_after_sign_in(parts)).into_response();
    }
    let mut request = at(parts, &path);
    request.extensions_mut().insert(WasPosted);
    let posted = Posted::Failed(error.clone(), typed);
    with_status(render(site, request, Some(posted)).await, &error)
}

/// On to another page, after a form was taken.
pub(crate) fn on_to(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// A file of this kind, which the browser saves under this name.
pub(crate) fn file(kind: &'static str, name: &str, body: impl Into<Body>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    let body: Body = body.into();
    (headers, body).into_response()
}

/// The same of an archive.
pub(crate) fn zip(name: &str, archive: impl Into<Body>) -> Response {
    file("application/zip", name, archive)
}

/// An archive that was made on the disk.
pub(crate) fn on_disk(made: std::fs::File) -> Body {
    Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(made)))
}

/// A copy that goes out while it is made. Where it breaks off, the connection does as well:
/// the browser says that the download failed.
pub(crate) fn as_made(copy: Making) -> Body {
    let bytes = copy
        .bytes()
        .inspect_err(|error| tracing::error!(%error, "a copy broke off while it went out"));
    Body::from_stream(bytes)
}

/// In place of a page about somebody that a browser asks for before anybody has pressed
/// the link: nobody looked yet, so nothing goes out. The browser asks again once it is
/// pressed.
pub(crate) fn not_ahead() -> Response {
    (
        StatusCode::SERVICE_UNAVAILABLE,
        [(header::CACHE_CONTROL, "no-store")],
    )
        .into_response()
}

/// In place of a page about somebody, where it could not be written down who looked.
pub(crate) fn not_on_record() -> Response {
    (
        StatusCode::SERVICE_UNAVAILABLE,
        [
            (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
        ],
        "This page shows somebody's data, and it could not be written down that you looked. Try again in a minute.",
    )
        .into_response()
}

fn with_status(mut response: Response, error: &AppError) -> Response {
    *response.status_mut() =
        StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}

/// A request for the page at `path` by the same person.
fn at(parts: &Parts, path: &str) -> Request {
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = path.parse().unwrap_or_else(|_| Uri::from_static("/"));
    *request.headers_mut() = parts.headers.clone();
    request.headers_mut().remove(header::CONTENT_LENGTH);
    request.headers_mut().remove(header::CONTENT_TYPE);
    *request.extensions_mut() = parts.extensions.clone();
    request
}

async fn render(site: &Site, request: Request, posted: Option<Posted>) -> Response {
    let means = site.means();
    let hosts: Vec<String> = request
        .extensions()
        .get::<Visit>()
        .map(|visit| visit.loaded.iter().flat_map(|party| party.hosts.clone()))
        .into_iter()
        .flatten()
        .collect();
    let pictures = match request.uri().path() {
        "/shell" => Pictures::Opened,
        _ => Pictures::Ours,
    };
    let options = LeptosOptions::from_ref(site);
    let context = move || {
        let answer = expect_context::<ResponseOptions>();
        let nonce = use_nonce();
        if let Ok(policy) =
            HeaderValue::from_str(&content_security_policy(nonce.as_deref(), &hosts, pictures))
        {
            answer.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
        answer.insert_header(
            HeaderName::from_static("speculation-rules"),
            HeaderValue::from_static("\"/speculation.json\""),
        );
        provide_context(means.clone());
        if let Some(posted) = posted.clone() {
            provide_context(posted);
        }
    };
    leptos_axum::render_app_async_with_context(context, move || app::shell::shell(options.clone()))(
        request,
    )
    .await
    .map(Body::new)
}
