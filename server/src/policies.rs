//! What policies mean for a request that is signed in: what its pages say is put into
//! it, what is new about it is written down, and staff who have not accepted the terms
//! are led to them.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::Actor;
use domain::policies::{self, Asked, Standing};

use app::error::AppError;

use crate::forms::words_in;
use crate::respond;
use crate::site::Site;

/// What the actor's pages say about policies; the first page shows the notice. A database
/// that does not answer is no reason to keep anybody from their work.
pub(crate) async fn ask(
    site: &Site,
    actor: &Actor,
    standing: Standing,
    is_first_page: bool,
) -> Asked {
    let now = site.clock.now();
    let asked = async {
        let in_force = site.in_force.get(site.db.read(), now).await?;
        let asked = in_force.asked(actor, standing);
        // Who is led to the terms does not see the first page.
        let shows_notice = is_first_page && !asked.is_stopped;
        policies::meet(&site.db, &in_force, actor, standing, shows_notice, now).await?;
        Ok::<_, sea_orm::DbErr>(asked)
    };
    asked.await.unwrap_or_else(|error| {
        tracing::warn!(%error, "what policies ask could not be read");
        Asked::default()
    })
}

/// Leads staff to the terms until they accept them, and gives back what they had typed
/// before they knew. Their rights, the contact page and the way out stay open.
pub(crate) async fn stop_without_terms(
    State(site): State<Site>,
    request: Request,
    next: Next,
) -> Response {
    let is_stopped = request
        .extensions()
        .get::<Asked>()
        .is_some_and(|asked| asked.is_stopped);
    let path = request.uri().path();
    if !is_stopped || is_open_without_terms(path) {
        return next.run(request).await;
    }
    let is_for_the_page = path.starts_with("/api/");
    let is_form = request.method() == http::Method::POST;
    let (parts, body) = request.into_parts();
    if is_for_the_page {
        return respond::failed(&site, &parts, AppError::NotAllowed).await;
    }
    if !is_form {
        return respond::on_to("/terms");
    }
    let typed = words_in(&site, Request::from_parts(parts.clone(), body)).await;
    if typed.is_empty() {
        return respond::on_to("/terms");
    }
    let error = AppError::Refused(TERMS_FIRST.to_owned());
    respond::failed_with(&site, &parts, error, typed).await
}

/// To whoever sends a form while the terms wait for them.
const TERMS_FIRST: &str =
    "The terms of use come first, so this was not saved. Copy your words, then go to the terms.";

fn is_open_without_terms(path: &str) -> bool {
    const OPEN: [&str; 12] = [
        "/terms",
        "/sign-in",
        "/sign-out",
        "/theme",
        "/contact",
        "/trust",
        "/my-data",
        "/settings/privacy",
        "/notice/read",
        "/healthz",
        "/readyz",
        "/privacy",
    ];
    const BELOW: [&str; 6] = [
        "/privacy/",
        "/my-data/",
        "/consents/",
        "/pkg/",
        "/.well-known/",
        "/dev/",
    ];
    // Files of the site have a dot in their name; no page of ours has.
    let is_file = path
        .rsplit('/')
        .next()
        .is_some_and(|name| name.contains('.'))
        && path.matches('/').count() == 1;
    OPEN.contains(&path) || BELOW.iter().any(|below| path.starts_with(below)) || is_file
}
