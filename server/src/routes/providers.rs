//! What a school says about providers.

use axum::extract::State;
use axum::response::Response;
use axum::routing::{MethodRouter, post};
use domain::schools::policy::Action;
use domain::{access, providers};
use serde::Deserialize;
use vocab::ids::ProviderId;
use vocab::providers::ObjectForm;

use app::error::AppError;
use app::ssr::Under;

use crate::forms::{Nothing, Path, Posted};
use crate::respond::{answer, change};
use crate::session::SignedIn;
use crate::site::Site;

const PAGE: &str = "/school/privacy/providers";

/// The addresses of the forms.
pub(crate) fn forms() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![
        ("/school/privacy/providers/{id}/objection", post(object)),
        (
            "/school/privacy/providers/{id}/objection/end",
            post(withdraw),
        ),
        ("/school/privacy/uk-only", post(uk_only)),
    ]
}

/// `POST /school/privacy/providers/{id}/objection`.
async fn object(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<ProviderId>,
    Posted { form, parts }: Posted<ObjectForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        Ok(providers::object(tx, &door, id, form.validate()?, now).await?)
    })
    .await;
    let form = Under {
        under: id.to_string(),
        form,
    };
    answer(&site, &parts, done, PAGE, "objected", &form).await
}

/// `POST /school/privacy/providers/{id}/objection/end`.
async fn withdraw(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<ProviderId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        Ok(providers::withdraw_objection(tx, &door, id, now).await?)
    })
    .await;
    answer(&site, &parts, done, PAGE, "saved", &()).await
}

/// On or off.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct OnOrOff {
    answer: String,
}

/// `POST /school/privacy/uk-only`.
async fn uk_only(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<OnOrOff>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        match form.answer.as_str() {
            "on" => providers::begin_uk_only(tx, &door, now).await?,
            "off" => providers::end_uk_only(tx, &door, now).await?,
            _ => return Err(AppError::NotFound),
        }
        Ok(())
    })
    .await;
    answer(&site, &parts, done, PAGE, "saved", &()).await
}
