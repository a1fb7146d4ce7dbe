//! What is made of the data map as files, and the addresses that browsers and other
//! programs know by heart. The record of processing names who receives data: of the reader's
//! own school, where somebody is signed in.

use app::notices::{IS_A_DRAFT, number_of, promises_by_id};
use app::ssr::unavailable;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{NaiveTime, TimeDelta};
use domain::access;
use domain::moments::day_in;
use domain::notice::{self, Recipient, WhoDecides};
use domain::schools::policy::Action;
use http::request::Parts;
use http::{StatusCode, header};
use serde_json::json;

use crate::respond::{failed, file};
use crate::session::SignedIn;
use crate::site::Site;

/// `GET /privacy/record.csv`: the record of processing.
pub(crate) async fn record_csv(
    State(site): State<Site>,
    signed_in: Option<SignedIn>,
) -> Result<Response, StatusCode> {
    csv(&site, signed_in, None).await
}

/// `GET /privacy/record-30-1.csv`: what the platform does as controller.
pub(crate) async fn record_as_controller(
    State(site): State<Site>,
    signed_in: Option<SignedIn>,
) -> Result<Response, StatusCode> {
    csv(&site, signed_in, Some(WhoDecides::Platform)).await
}

/// `GET /privacy/record-30-2.csv`: what the platform does for schools, as processor.
pub(crate) async fn record_as_processor(
    State(site): State<Site>,
    signed_in: Option<SignedIn>,
) -> Result<Response, StatusCode> {
    csv(&site, signed_in, Some(WhoDecides::School)).await
}

async fn csv(
    site: &Site,
    signed_in: Option<SignedIn>,
    part: Option<WhoDecides>,
) -> Result<Response, StatusCode> {
    let recipients = recipients(site, signed_in).await?;
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8")];
    Ok((headers, notice::record_csv(part, &recipients)).into_response())
}

async fn recipients(
    site: &Site,
    signed_in: Option<SignedIn>,
) -> Result<Vec<Recipient>, StatusCode> {
    let school = signed_in.map(|SignedIn(actor)| actor.school);
    notice::recipients(site.db.read(), school, site.clock.now())
        .await
        .map_err(|error| {
            unavailable(error);
            StatusCode::SERVICE_UNAVAILABLE
        })
}

/// `GET /privacy/record.jsonld`.
pub(crate) async fn record_json_ld(
    State(site): State<Site>,
    signed_in: Option<SignedIn>,
) -> Result<Response, StatusCode> {
    let recipients = recipients(&site, signed_in).await?;
    let headers = [(header::CONTENT_TYPE, "application/ld+json")];
    let record = notice::record_json_ld(&recipients).to_string();
    Ok((headers, record).into_response())
}

/// `GET /school/privacy/assessment.csv`: the draft of the school's assessment of the risks, as
/// a table to edit. Each measure has its promises with the tests that prove them.
pub(crate) async fn assessment(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    parts: Parts,
) -> Response {
    let now = site.clock.now();
    let made = async {
        let door = access::school(&actor, Action::HandleRequests)?;
        notice::assessment(site.db.read(), &actor, &door, now)
            .await
            .map_err(unavailable)
    };
    let draft = match made.await {
        Ok(draft) => draft,
        Err(error) => return failed(&site, &parts, error).await,
    };
    let promises = promises_by_id();
    let proof = |id: &str| {
        promises.get(id).map_or_else(
            || id.to_owned(),
            |promise| {
                let tests = promise.tests.join(", ");
                format!("{id}: {} Tests: {tests}", promise.says)
            },
        )
    };
    let day = day_in(now, actor.time_zone);
    let number = number_of(
        &draft,
        &promises,
        &actor.school_name,
        &site.config.legal_entity,
    );
    let head: [(&str, &str); 4] = [
        ("What this is", IS_A_DRAFT),
        ("School", &actor.school_name),
        ("Made on", &day),
        ("Number", &number),
    ];
    let table = draft.csv(&head, proof);
    file("text/csv; charset=utf-8", "assessment.csv", table)
}

/// `GET /.well-known/change-password`: where a password manager sends its owner.
pub(crate) async fn change_password() -> Redirect {
    Redirect::to("/settings#password-part")
}

/// `GET /.well-known/gpc.json`: the wish of a browser not to be sold or shared is heard.
pub(crate) async fn global_privacy_control() -> Response {
    Json(json!({ "gpc": true, "lastUpdate": "2026-11-24" })).into_response()
}

/// `GET /.well-known/security.txt` (RFC 9116): where whoever finds a hole writes to. It is
/// made anew with each request, so that it never runs out. Where nobody is named there is
/// none.
pub(crate) async fn security_txt(State(site): State<Site>) -> Response {
    let contact = site.config.legal_entity.security();
    if contact.is_empty() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let scheme = if contact.contains("://") {
        ""
    } else {
        "mailto:"
    };
    let day = (site.clock.now() + TimeDelta::days(180)).date_naive();
    let expires = day.and_time(NaiveTime::MIN).format("%Y-%m-%dT%H:%M:%SZ");
    let url = &site.config.public_url;
    let text = format!(
        "Contact: {scheme}{contact}\nExpires: {expires}\nPreferred-Languages: en\n\
         Canonical: {url}/.well-known/security.txt\n"
    );
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}
