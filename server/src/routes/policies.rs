//! The answers to the notice and to the terms, and the history as a feed.

use std::fmt::Write as _;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use domain::policies;
use http::header;
use http::request::Parts;
use serde::{Deserialize, Serialize};
use vocab::policies::{PolicyLine, TermsForm};

use app::error::AppError;

use crate::forms::Posted;
use crate::respond::{answer, change, failed, on_to, refused};
use crate::session::SignedIn;
use crate::site::Site;

/// The addresses of the forms.
pub(crate) fn forms() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![
        ("/notice/read", post(have_read)),
        ("/terms", post(answer_terms)),
    ]
}

/// Which version was read.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct HaveRead {
    version: String,
}

/// `POST /notice/read`.
async fn have_read(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<HaveRead>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let version = form.version.parse().map_err(|_| AppError::NotFound)?;
        Ok(policies::acknowledge(tx, &actor, version, now).await?)
    })
    .await;
    answer(&site, &parts, done, "/home", "read", &form).await
}

/// `POST /terms`.
async fn answer_terms(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<TermsForm>,
) -> Response {
    let accepts = form.intent == "accept";
    let done = change(&site, async |tx, now| {
        let version = form.version.parse().map_err(|_| AppError::NotFound)?;
        if accepts && form.accept != "yes" {
            return Err(policies::Error::NotTicked.into());
        }
        Ok(policies::answer_terms(tx, &actor, version, accepts, now).await?)
    })
    .await;
    match done {
        Ok(()) if accepts => on_to("/home?done=terms"),
        Ok(()) => on_to("/terms?done=terms-refused"),
        Err(error) => refused(&site, &parts, "/terms", &form, error).await,
    }
}

/// `GET /privacy/history.atom` (RFC 4287).
pub(crate) async fn feed(State(site): State<Site>, parts: Parts) -> Response {
    match policies::history(site.db.read(), site.clock.now()).await {
        Ok(lines) => {
            let headers = [(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")];
            (headers, atom(&site.config.public_url, &lines)).into_response()
        }
        Err(error) => failed(&site, &parts, error.into()).await,
    }
}

fn atom(public_url: &str, lines: &[PolicyLine]) -> String {
    let url = escaped(public_url);
    let updated = lines
        .iter()
        .map(|line| line.changed.as_str())
        .max()
        .unwrap_or("1970-01-01T00:00:00Z");
    let mut feed = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en-GB\">\n\
         <title>History of the policies</title>\n<id>{url}/privacy/history</id>\n<updated>{updated}</updated>\n\
         <author><name>Classimize</name></author>\n\
         <link rel=\"self\" href=\"{url}/privacy/history.atom\"/>\n<link href=\"{url}/privacy/history\"/>\n"
    );
    for line in lines {
        let title = format!(
            "{} {}: {}",
            line.document.label(),
            line.semver,
            line.state.label()
        );
        let words = format!("From {}. {}", line.from, line.change_log);
        let _ = writeln!(
            feed,
            "<entry><title>{}</title><id>urn:uuid:{}</id><updated>{}</updated>\
             <link href=\"{url}/privacy/versions/{}\"/><summary>{}</summary></entry>",
            escaped(&title),
            line.id,
            line.changed,
            line.id,
            escaped(&words),
        );
    }
    feed + "</feed>\n"
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
