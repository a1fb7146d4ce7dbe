//! The forms that set a student's access arrangements and take them away.

use axum::extract::State;
use axum::response::Response;
use axum::routing::{MethodRouter, post};
use domain::arrangements::policy::Action;
use domain::{access, arrangements};
use serde::Deserialize;
use vocab::arrangements::ArrangementForm;
use vocab::ids::PersonId;

use app::error::AppError;

use crate::forms::{Path, Posted};
use crate::respond::{answer, change};
use crate::session::SignedIn;
use crate::site::Site;

/// The addresses of the forms.
pub(crate) fn forms() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![
        ("/arrangements/{id}", post(set)),
        ("/arrangements/{id}/end", post(take_away)),
    ]
}

/// `POST /arrangements/{id}`.
async fn set(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(student): Path<PersonId>,
    Posted { form, parts }: Posted<ArrangementForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let learner = access::arrangements(&**tx, &actor, student, Action::Set).await?;
        let new = form.validate().map_err(AppError::Invalid)?;
        Ok(arrangements::set(tx, &learner, &new, &form.seen, now).await?)
    })
    .await;
    let page = format!("/arrangements/{student}");
    answer(&site, &parts, done, &page, "arranged", &form).await
}

/// The form that takes everything away.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ToEnd {
    /// Which arrangements stood there as the page was opened.
    seen: String,
}

/// `POST /arrangements/{id}/end`.
async fn take_away(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(student): Path<PersonId>,
    Posted { form, parts }: Posted<ToEnd>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let learner = access::arrangements(&**tx, &actor, student, Action::Set).await?;
        Ok(arrangements::take_away(tx, &learner, &form.seen, now).await?)
    })
    .await;
    let page = format!("/arrangements/{student}");
    answer(&site, &parts, done, &page, "arranged-none", &()).await
}
