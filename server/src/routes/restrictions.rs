//! The forms that restrict somebody's data and end it.

use app::error::AppError;
use app::ssr::Under;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{MethodRouter, post};
use domain::schools::policy::Action;
use domain::{access, rights};
use vocab::ids::RestrictionId;
use vocab::restrictions::{OwnRestrictionForm, RestrictForm};
use vocab::retention::ReasonForm;

use crate::forms::{Path, Posted};
use crate::respond::{answer, at_fields_under, change};
use crate::session::SignedIn;
use crate::site::Site;

const OWN: &str = "/my-data/restriction";
const RESTRICTIONS: &str = "/school/privacy/restrictions";

/// The addresses of the forms.
pub(crate) fn forms() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![
        (OWN, post(own)),
        (RESTRICTIONS, post(restrict)),
        ("/school/privacy/restrictions/{id}/end", post(end)),
    ]
}

/// `POST /my-data/restriction`: about oneself or a child.
async fn own(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<OwnRestrictionForm>,
) -> Response {
    let ends = form.answer == "end";
    let done = change(&site, async |tx, now| {
        let person = form.about.parse().map_err(|_| AppError::NotFound)?;
        let about = access::about(&**tx, &actor, person).await?;
        match form.answer.as_str() {
            "restrict" => rights::restrict(tx, &about, now).await?,
            "end" => rights::end(tx, &about, now).await?,
            _ => return Err(AppError::NotFound),
        }
        Ok(())
    })
    .await;
    let word = if ends {
        "restriction-ended"
    } else {
        "restricted"
    };
    answer(&site, &parts, done, "/my-data/objections", word, &()).await
}

/// `POST /school/privacy/restrictions`.
async fn restrict(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<RestrictForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        let (username, ground) = form.validate()?;
        Ok(rights::restrict_for(tx, &door, (&username, ground), now).await?)
    })
    .await;
    answer(&site, &parts, done, RESTRICTIONS, "restricted", &form).await
}

/// `POST /school/privacy/restrictions/{id}/end`.
async fn end(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<RestrictionId>,
    Posted { form, parts }: Posted<ReasonForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        let reason = form
            .validate()
            .map_err(|errors| at_fields_under(&id, errors))?;
        Ok(rights::give_notice(tx, &door, id, &reason, now).await?)
    })
    .await;
    let form = Under {
        under: id.to_string(),
        form,
    };
    answer(&site, &parts, done, RESTRICTIONS, "lifting", &form).await
}
