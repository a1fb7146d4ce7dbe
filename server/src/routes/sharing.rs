//! The forms about giving data to somebody outside the school by consent, and the one file
//! that goes out by it.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use domain::consent::{self, Evidence};
use domain::schools::policy::Action;
use domain::{access, sharing};
use http::header;
use vocab::consent::ConsentAnswer;
use vocab::ids::{PersonId, RecipientId, SharingId};
use vocab::schools::Phase;
use vocab::sharing::{RecipientForm, ShareForm};

use crate::forms::{Nothing, Path, Posted};
use crate::respond::{answer, change, on_to, refused};
use crate::session::{SignedIn, device_label};
use crate::site::Site;

const SHARING: &str = "/school/privacy/sharing";

/// The addresses of the forms.
pub(crate) fn forms() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![
        ("/settings/sharing/{person}", post(choose)),
        (SHARING, post(propose)),
        ("/school/privacy/sharing/recipients", post(add_recipient)),
        (
            "/school/privacy/sharing/recipients/{id}/end",
            post(end_recipient),
        ),
        ("/school/privacy/sharing/{id}/stop", post(stop)),
        ("/school/privacy/sharing/{id}/file", post(give)),
    ]
}

/// `POST /settings/sharing/{person}`: a yes or a no about oneself or a child.
async fn choose(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(person): Path<PersonId>,
    Posted { form, parts }: Posted<ConsentAnswer>,
) -> Response {
    let evidence = Evidence {
        channel: "sharing page",
        device: device_label(&parts.headers),
        for_children: actor.phase == Phase::Primary,
        ..Evidence::default()
    };
    let done = change(&site, async |tx, now| {
        let about = access::about(&**tx, &actor, person).await?;
        consent::answer(tx, &about, &form, evidence, now).await?;
        Ok(())
    })
    .await;
    answer(&site, &parts, done, "/settings/sharing", "answered", &()).await
}

async fn propose(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<ShareForm>,
) -> Response {
    let asked = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        Ok(sharing::propose(tx, &actor, &door, &form.validate()?, now).await?)
    })
    .await;
    match asked {
        Ok(id) => on_to(&format!("{SHARING}/{id}?done=asked-to-share")),
        Err(error) => refused(&site, &parts, SHARING, &form, error).await,
    }
}

async fn add_recipient(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<RecipientForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        sharing::add_recipient(tx, &door, form.validate()?, now).await?;
        Ok(())
    })
    .await;
    answer(&site, &parts, done, SHARING, "added", &form).await
}

async fn end_recipient(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<RecipientId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        Ok(sharing::end_recipient(tx, &door, id, now).await?)
    })
    .await;
    answer(&site, &parts, done, SHARING, "saved", &()).await
}

async fn stop(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<SharingId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        Ok(sharing::stop(tx, &door, id, now).await?)
    })
    .await;
    let page = format!("{SHARING}/{id}");
    answer(&site, &parts, done, &page, "saved", &()).await
}

/// `POST /school/privacy/sharing/{id}/file`: the file of those who say yes at this moment.
async fn give(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<SharingId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let made = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        Ok(sharing::make(tx, &actor, &door, id, now).await?)
    })
    .await;
    match made {
        Ok(made) => {
            let name = format!("attachment; filename=\"shared-{}.csv\"", made.reference);
            let headers = [
                (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
                (header::CONTENT_DISPOSITION, name),
            ];
            (headers, made.csv).into_response()
        }
        Err(error) => refused(&site, &parts, &format!("{SHARING}/{id}"), &(), error).await,
    }
}
