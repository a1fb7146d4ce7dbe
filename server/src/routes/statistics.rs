//! Whether a school takes part in statistics over schools, and the released tables.

use app::error::AppError;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use domain::schools::policy::Action;
use domain::{access, statistics};
use http::header;
use http::request::Parts;
use serde::{Deserialize, Serialize};
use vocab::ids::ReleaseId;

use crate::forms::{Path, Posted};
use crate::respond::{answer, change, failed};
use crate::session::SignedIn;
use crate::site::Site;

const STATISTICS: &str = "/school/privacy/statistics";

/// The addresses of the forms.
pub(crate) fn forms() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![(STATISTICS, post(take_part))]
}

/// Released tables.
pub(crate) fn downloads() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![(
        "/school/privacy/statistics/{id}/table.csv",
        get(released_table),
    )]
}

/// Whether the school takes part in statistics.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct TakePart {
    /// `agree` or `leave`.
    answer: String,
}

async fn take_part(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<TakePart>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        match form.answer.as_str() {
            "agree" => Ok(statistics::agree(tx, &door, now).await?),
            "leave" => Ok(statistics::leave(tx, &door, now).await?),
            _ => Err(AppError::Refused("Take part, or leave.".to_owned())),
        }
    })
    .await;
    answer(&site, &parts, done, STATISTICS, "saved", &()).await
}

/// `GET /school/privacy/statistics/{id}/table.csv`: a released table, in which nobody is.
async fn released_table(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<ReleaseId>,
    parts: Parts,
) -> Response {
    let found = async {
        access::school(&actor, Action::HandleRequests)?;
        Ok::<_, AppError>(statistics::one(site.db.read(), id).await?)
    };
    match found.await {
        Ok(release) => {
            let name = format!("attachment; filename=\"{}.csv\"", release.template);
            let headers = [
                (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
                (header::CONTENT_DISPOSITION, name),
            ];
            (headers, statistics::as_csv(&release)).into_response()
        }
        Err(error) => failed(&site, &parts, error).await,
    }
}
