//! The forms of consents, and the receipts as files.

use axum::extract::State;
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use domain::classrooms::policy::Action;
use domain::consent::{self, Evidence};
use domain::{Actor, access, schools};
use http::request::Parts;
use serde::Deserialize;
use vocab::consent::{AskConsent, ConsentAnswer, PaperAnswer};
use vocab::ids::{ClassroomId, ConsentEventId, ConsentRequestId, PersonId};
use vocab::schools::Phase;

use app::error::AppError;
use app::ssr::Posted as PostedContext;

use crate::forms::{Nothing, Path, Posted};
use crate::respond::{answer, change, failed, file, on_to, refused, shown_once};
use crate::session::{SignedIn, device_label};
use crate::site::Site;

/// Where the data protection lead checks the record.
const LEADS_PAGE: &str = "/school/privacy";

/// The addresses of the forms.
pub(crate) fn forms() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![
        (LEADS_PAGE, post(compare)),
        ("/consents/{person}", post(choose)),
        ("/classrooms/{id}/consents", post(ask)),
        ("/classrooms/{id}/consents/{request}/close", post(close)),
        ("/classrooms/{id}/consents/{request}/remind", post(remind)),
        (
            "/classrooms/{id}/consents/{request}/answers/{person}",
            post(answer_on_paper),
        ),
    ]
}

/// Receipts as files.
pub(crate) fn downloads() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![
        ("/privacy/receipts/{id}/receipt.json", get(as_json)),
        ("/privacy/receipts/{id}/receipt.jsonld", get(as_json_ld)),
        ("/privacy/receipts/{id}/receipt.jws", get(as_signature)),
    ]
}

/// `POST /consents/{person}`: a yes or a no about oneself or a child.
async fn choose(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(person): Path<PersonId>,
    Posted { form, parts }: Posted<ConsentAnswer>,
) -> Response {
    let evidence = Evidence {
        channel: "settings page",
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
    answer(&site, &parts, done, "/settings/privacy", "answered", &()).await
}

/// `POST /classrooms/{id}/consents`.
async fn ask(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<ClassroomId>,
    Posted { form, parts }: Posted<AskConsent>,
) -> Response {
    let page = format!("/classrooms/{id}/consents");
    let asked = change(&site, async |tx, now| {
        let room = access::classroom(&**tx, &actor, id, Action::AskConsent).await?;
        Ok(consent::ask(tx, &actor, &room, &form.validate()?, now).await?)
    })
    .await;
    match asked {
        Ok(request) => on_to(&format!("{page}/{request}?done=asked")),
        Err(error) => refused(&site, &parts, &page, &form, error).await,
    }
}

/// `POST /classrooms/{id}/consents/{request}/close`.
async fn close(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path((id, request)): Path<(ClassroomId, ConsentRequestId)>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let room = access::classroom(&**tx, &actor, id, Action::AskConsent).await?;
        Ok(consent::close(tx, &room, request, now).await?)
    })
    .await;
    let page = format!("/classrooms/{id}/consents/{request}");
    answer(&site, &parts, done, &page, "saved", &()).await
}

/// `POST /classrooms/{id}/consents/{request}/remind`.
async fn remind(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path((id, request)): Path<(ClassroomId, ConsentRequestId)>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let page = format!("/classrooms/{id}/consents/{request}");
    let reminded = change(&site, async |tx, now| {
        let room = access::classroom(&**tx, &actor, id, Action::AskConsent).await?;
        Ok(consent::remind(tx, &room, request, now).await?)
    })
    .await;
    match reminded {
        Ok(0) => on_to(&format!("{page}?done=reminded-nobody")),
        Ok(_) => on_to(&format!("{page}?done=reminded")),
        Err(error) => refused(&site, &parts, &page, &(), error).await,
    }
}

/// `POST /classrooms/{id}/consents/{request}/answers/{person}`.
async fn answer_on_paper(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path((id, request, student)): Path<(ClassroomId, ConsentRequestId, PersonId)>,
    Posted { form, parts }: Posted<PaperAnswer>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let room = access::classroom(&**tx, &actor, id, Action::AskConsent).await?;
        consent::answer_on_paper(tx, &room, (request, student), &form, now).await?;
        Ok(())
    })
    .await;
    let page = format!("/classrooms/{id}/consents/{request}");
    answer(&site, &parts, done, &page, "answered", &()).await
}

async fn as_json(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<ConsentEventId>,
    parts: Parts,
) -> Response {
    match load(&site, &actor, id).await {
        Ok(receipt) => {
            let receipt = receipt.json(&site.signer, &site.config.legal_entity);
            file("application/json", "receipt.json", receipt.to_string())
        }
        Err(error) => failed(&site, &parts, error).await,
    }
}

async fn as_json_ld(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<ConsentEventId>,
    parts: Parts,
) -> Response {
    match load(&site, &actor, id).await {
        Ok(receipt) => file(
            "application/ld+json",
            "receipt.jsonld",
            receipt.json_ld(&site.config.legal_entity).to_string(),
        ),
        Err(error) => failed(&site, &parts, error).await,
    }
}

/// The detached signature of the JSON-LD receipt.
async fn as_signature(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<ConsentEventId>,
    parts: Parts,
) -> Response {
    match load(&site, &actor, id).await {
        Ok(receipt) => {
            let document = receipt.json_ld(&site.config.legal_entity).to_string();
            file(
                "application/jose",
                "receipt.jws",
                consent::detached(&site.signer, &document),
            )
        }
        Err(error) => failed(&site, &parts, error).await,
    }
}

/// `GET /school/privacy/record.txt`: the newest signed statement of the school's record, to
/// keep elsewhere.
pub(crate) async fn statement(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    parts: Parts,
) -> Response {
    let found = async {
        let door = access::school(&actor, schools::policy::Action::HandleRequests)?;
        consent::newest_statement(site.db.read(), &door)
            .await
            .map_err(app::ssr::unavailable)?
            .ok_or(AppError::NotFound)
    };
    match found.await {
        Ok(statement) => file("text/plain; charset=utf-8", "record.txt", statement),
        Err(error) => failed(&site, &parts, error).await,
    }
}

/// What was pasted to be compared with the record.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Statement {
    kept: String,
}

/// `POST /school/privacy`: compares a statement that was kept elsewhere with the record. It
/// changes nothing; a whole mail that is pasted is too long for an address.
async fn compare(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<Statement>,
) -> Response {
    match access::school(&actor, schools::policy::Action::HandleRequests) {
        Ok(_) => {
            let pasted = PostedContext::Statement(form.kept);
            shown_once(&site, &parts, LEADS_PAGE, pasted).await
        }
        Err(error) => failed(&site, &parts, error.into()).await,
    }
}

async fn load(
    site: &Site,
    actor: &Actor,
    id: ConsentEventId,
) -> Result<consent::Receipt, AppError> {
    Ok(consent::receipt(site.db.read(), actor, id, site.clock.now()).await?)
}
