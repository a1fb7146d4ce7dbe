//! The forms that set a student's access arrangements and take them away.

use axum::extract::State;
use axum::response::Response;
use axum::routing::{MethodRouter, post};
use domain::arrangements::policy::Action;
use domain::{access, arrangements};
use vocab::arrangements::ArrangementForm;
use vocab::ids::PersonId;

use app::error::AppError;

use crate::forms::{Nothing, Path, Posted};
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

/// `POST /arrangements/{id}/end`.
async fn take_away(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(student): Path<PersonId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let learner = access::arrangements(&**tx, &actor, student, Action::Set).await?;
        Ok(arrangements::take_away(tx, &learner, now).await?)
    })
    .await;
    let page = format!("/arrangements/{student}");
    answer(&site, &parts, done, &page, "arranged-none", &()).await
}
