//! The forms of the sites that a school opens to its students.

use axum::extract::State;
use axum::response::Response;
use axum::routing::{MethodRouter, post};
use domain::schools::policy::Action;
use domain::{access, links};
use uuid::Uuid;
use vocab::links::AllowHost;

use crate::forms::{Nothing, Path, Posted};
use crate::respond::{answer, change};
use crate::session::SignedIn;
use crate::site::Site;

const THE_PAGE: &str = "/school/links";

/// The addresses of the forms.
pub(crate) fn forms() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![
        (THE_PAGE, post(allow)),
        ("/school/links/{id}/remove", post(close)),
    ]
}

/// `POST /school/links`.
async fn allow(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<AllowHost>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::ChangeSchool)?;
        Ok(links::allow(tx, &door, &form, now).await?)
    })
    .await;
    answer(&site, &parts, done, THE_PAGE, "saved", &form).await
}

/// `POST /school/links/{id}/remove`.
async fn close(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<Uuid>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::ChangeSchool)?;
        Ok(links::close(tx, &door, id, now).await?)
    })
    .await;
    answer(&site, &parts, done, THE_PAGE, "saved", &()).await
}
