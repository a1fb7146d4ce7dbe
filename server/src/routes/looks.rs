//! The form of the school's choices about being open with its people.

use axum::extract::State;
use axum::response::Response;
use axum::routing::{MethodRouter, post};
use domain::schools::policy::Action;
use domain::{access, looks};
use vocab::looks::SchoolChoices;

use app::ssr::unavailable;

use crate::forms::Posted;
use crate::respond::{answer, change};
use crate::session::SignedIn;
use crate::site::Site;

/// The addresses of the forms.
pub(crate) fn forms() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![("/school/privacy/choices", post(choose))]
}

/// `POST /school/privacy/choices`.
async fn choose(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<SchoolChoices>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        let new = looks::Choices {
            names_shown: form.names_shown == "yes",
        };
        looks::choose(tx, &door, new, now)
            .await
            .map_err(unavailable)
    })
    .await;
    answer(
        &site,
        &parts,
        done,
        "/school/privacy/choices",
        "saved",
        &form,
    )
    .await
}
