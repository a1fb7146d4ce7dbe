//! What belongs to no feature: the first address, the site's own files, pages,
//! server functions, and the counting of statements while measuring.

use std::sync::atomic::Ordering;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Actor;
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use leptos::prelude::provide_context;

use app::error::AppError;

use crate::respond;
use crate::site::Site;

/// `/`: to one's own first page, to the sign-in page, or to the set-up page.
pub(crate) async fn first_page(State(site): State<Site>, request: Request) -> Response {
    let is_signed_in = request.extensions().get::<Actor>().is_some();
    let path = match (is_signed_in, site.setup_code.is_some()) {
        (true, _) => "/home",
        (false, true) if !has_a_school(&site).await => "/set-up",
        (false, _) => "/sign-in",
    };
    Redirect::to(path).into_response()
}

async fn has_a_school(site: &Site) -> bool {
    domain::schools::any_exists(site.db.read())
        .await
        .unwrap_or(true)
}

/// A file of the site, else a page. Nothing but reading is done here.
pub(crate) async fn file_or_page(State(site): State<Site>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let (parts, _) = request.into_parts();
        return respond::failed(&site, &parts, AppError::NotFound).await;
    }
    if let Some(file) = site.files.answer(request.uri().path(), request.headers()) {
        return file;
    }
    respond::page(State(site), request).await
}

/// A call from an island.
pub(crate) async fn server_function(State(site): State<Site>, request: Request) -> Response {
    let means = site.means();
    leptos_axum::handle_server_fns_with_context(move || provide_context(means.clone()), request)
        .await
        .into_response()
}

/// While measuring: how many statements this answer took. Right for one request at a time.
pub(crate) async fn count_statements(
    State(site): State<Site>,
    request: Request,
    next: Next,
) -> Response {
    if !site.config.count_queries {
        return next.run(request).await;
    }
    let before = site.statements.load(Ordering::Relaxed);
    let mut response = next.run(request).await;
    let count = site.statements.load(Ordering::Relaxed) - before;
    if let Ok(value) = HeaderValue::from_str(&format!("db;desc=\"{count}\"")) {
        response
            .headers_mut()
            .insert(HeaderName::from_static("server-timing"), value);
    }
    response
}

/// When this server started, so that a developer's browser sees the next one.
pub(crate) async fn started() -> Response {
    static STARTED: std::sync::LazyLock<String> =
        std::sync::LazyLock::new(|| domain::secrets::new_id().to_string());
    (StatusCode::OK, STARTED.as_str()).into_response()
}

/// Asks once a second whether the server is another one, and reloads if so.
pub(crate) async fn reload_script() -> Response {
    const SCRIPT: &str = "let was; setInterval(async () => { try { const is = await (await fetch('/dev/reload')).text(); \
                          if (was && is !== was) location.reload(); was = is; } catch {} }, 1000);";
    ([(header::CONTENT_TYPE, "text/javascript")], SCRIPT).into_response()
}
