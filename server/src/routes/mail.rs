//! The forms of mail: the switches under Messages, the two links that work without signing
//! in, and the lead's button for what did not arrive.

use app::ssr::unavailable;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use domain::schools::policy::Action;
use domain::{access, mail};
use http::{StatusCode, header};
use serde::Deserialize;
use vocab::mail::ChooseMessages;

use crate::forms::{Nothing, Path, Posted, is_multipart, urlencoded};
use crate::respond::{answer, change, failed, on_to};
use crate::session::SignedIn;
use crate::site::Site;

/// The addresses of the forms.
pub(crate) fn forms() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![
        ("/settings/messages", post(choose)),
        ("/unsubscribe/{token}", post(unsubscribe)),
        ("/news/{token}", post(confirm)),
        ("/school/privacy/mail/again", post(try_again)),
    ]
}

/// `POST /settings/messages`.
async fn choose(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<ChooseMessages>,
) -> Response {
    let entity = site.config.legal_entity.clone();
    let done = change(&site, async |tx, now| {
        Ok(mail::choose(tx, &actor, &form, &entity, now).await?)
    })
    .await;
    answer(&site, &parts, done, "/settings/messages", "saved", &()).await
}

/// `POST /school/privacy/mail/again`: what did not arrive is sent once more.
async fn try_again(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        mail::try_again(tx, &door, now).await.map_err(unavailable)?;
        Ok(())
    })
    .await;
    answer(
        &site,
        &parts,
        done,
        "/school/privacy/mail",
        "mail-again",
        &(),
    )
    .await
}

/// What a mail program sends (RFC 8058, 3.1).
#[derive(Debug, Default, Deserialize)]
struct OneClick {
    #[serde(rename = "List-Unsubscribe", default)]
    word: String,
}

/// `POST /unsubscribe/{token}`: by a mail program with one click and without cookies, or
/// by the button of the page. The link itself is the proof.
async fn unsubscribe(
    State(site): State<Site>,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let is_a_program = is_multipart(&parts.headers)
        || urlencoded::<OneClick>(Request::from_parts(parts.clone(), body))
            .await
            .is_ok_and(|form| form.word == "One-Click");
    let key = site.config.letterhead(&site.signer).key;
    let done = change(&site, async |tx, now| {
        Ok(mail::unsubscribe(tx, &key, &token, now).await?)
    })
    .await;
    match done {
        Ok(()) if is_a_program => {
            let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
            (StatusCode::OK, kind, "Switched off.").into_response()
        }
        Ok(()) => on_to(&format!("/unsubscribe/{token}")),
        Err(error) => failed(&site, &parts, error).await,
    }
}

/// `POST /news/{token}`: the second yes.
async fn confirm(
    State(site): State<Site>,
    Path(token): Path<String>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let key = site.config.letterhead(&site.signer).key;
    let done = change(&site, async |tx, now| {
        Ok(mail::confirm(tx, &key, &token, now).await?)
    })
    .await;
    match done {
        Ok(()) => on_to(&format!("/news/{token}")),
        Err(error) => failed(&site, &parts, error).await,
    }
}
