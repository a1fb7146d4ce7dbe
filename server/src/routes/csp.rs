//! Where browsers report what our content security policy made them refuse. Nobody is looked
//! up for it, and nothing of a report but two words is kept: see `violations`.

use axum::extract::{DefaultBodyLimit, State};
use axum::routing::{MethodRouter, post};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};

use crate::site::Site;
use crate::violations::read;

/// The longest report, in bytes.
const MOST_BYTES: usize = 16 * 1024;

/// In which form a report may come.
const KINDS: [&str; 3] = [
    "application/csp-report",
    "application/reports+json",
    "application/json",
];

/// The door for reports, bounded in size.
pub(crate) fn reports() -> MethodRouter<Site> {
    post(take).layer(DefaultBodyLimit::max(MOST_BYTES))
}

/// `POST /csp-report`.
async fn take(State(site): State<Site>, headers: HeaderMap, report: Bytes) -> StatusCode {
    let now = site.clock.now();
    if !site.violations.admit(now) {
        return StatusCode::TOO_MANY_REQUESTS;
    }
    if !is_a_report(&headers) {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE;
    }
    let Some(violations) = read(&report) else {
        return StatusCode::BAD_REQUEST;
    };
    site.violations.note(violations, now);
    StatusCode::NO_CONTENT
}

fn is_a_report(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| KINDS.contains(&kind.trim()))
}
