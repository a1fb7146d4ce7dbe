//! The forms of the data protection lead's registers.

use std::fmt::Display;

use app::error::AppError;
use app::ssr::Under;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{MethodRouter, post};
use domain::schools::policy::Action;
use domain::{access, breaches, disclosures, reviews, sources, support};
use vocab::breaches::{BreachForm, BreachStepForm};
use vocab::disclosures::{DisclosureForm, DisclosureStepForm};
use vocab::form::FieldError;
use vocab::ids::{BreachId, DataSourceId, DisclosureId, SupportGrantId};
use vocab::oversight::{GrantForm, ReviewForm};
use vocab::sources::SourceForm;

use crate::forms::{Nothing, Path, Posted};
use crate::respond::{answer, at_fields_under, change, on_disk, refused, zip};
use crate::session::SignedIn;
use crate::site::Site;

const BREACHES: &str = "/school/privacy/breaches";
const DISCLOSURES: &str = "/school/privacy/disclosures";
const ACTIVITIES: &str = "/school/privacy/activities";
const SOURCES: &str = "/school/privacy/sources";
const SUPPORT: &str = "/school/support";

/// The addresses of the forms.
pub(crate) fn forms() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![
        (BREACHES, post(report)),
        ("/school/privacy/breaches/{id}/steps", post(lead_breach)),
        (DISCLOSURES, post(ask)),
        (
            "/school/privacy/disclosures/{id}/steps",
            post(lead_disclosure),
        ),
        ("/school/privacy/disclosures/{id}/give", post(give)),
        (ACTIVITIES, post(review)),
        (SOURCES, post(declare)),
        ("/school/privacy/sources/{id}/approve", post(approve_source)),
        ("/school/privacy/sources/{id}/end", post(end_source)),
        (SUPPORT, post(let_in)),
        ("/school/support/{id}/end", post(end_support)),
    ]
}

/// The form with the line that it stood under, so that it comes back there.
fn under<F>(id: &impl ToString, form: F) -> Under<F> {
    Under {
        under: id.to_string(),
        form,
    }
}

/// What is wrong with one step of a line, at the fields of that step.
fn at_step(step: &str, id: &impl Display, errors: Vec<FieldError>) -> AppError {
    at_fields_under(&format!("{step}-{id}"), errors)
}

async fn report(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<BreachForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        breaches::report(tx, &door, form.validate()?, now).await?;
        Ok(())
    })
    .await;
    answer(&site, &parts, done, BREACHES, "saved", &form).await
}

async fn lead_breach(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<BreachId>,
    Posted { form, parts }: Posted<BreachStepForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        let step = form
            .validate()
            .map_err(|errors| at_step(&form.step, &id, errors))?;
        Ok(breaches::step(tx, &door, id, step, now).await?)
    })
    .await;
    answer(&site, &parts, done, BREACHES, "saved", &under(&id, form)).await
}

async fn ask(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<DisclosureForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        disclosures::ask(tx, &door, form.validate()?, now).await?;
        Ok(())
    })
    .await;
    answer(&site, &parts, done, DISCLOSURES, "saved", &form).await
}

async fn lead_disclosure(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<DisclosureId>,
    Posted { form, parts }: Posted<DisclosureStepForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        let step = form
            .validate()
            .map_err(|errors| at_step(&form.step, &id, errors))?;
        Ok(disclosures::step(tx, &door, id, step, now).await?)
    })
    .await;
    answer(&site, &parts, done, DISCLOSURES, "saved", &under(&id, form)).await
}

/// Makes the copy, once, and hands it over.
async fn give(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<DisclosureId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let made = async {
        let door = access::school(&actor, Action::HandleRequests)?;
        let now = site.clock.now();
        Ok::<_, AppError>(disclosures::give(site.for_copies(), &actor, &door, id, now).await?)
    };
    match made.await {
        Ok(made) => zip("disclosure.zip", on_disk(made)),
        Err(error) => refused(&site, &parts, DISCLOSURES, &(), error).await,
    }
}

async fn review(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<ReviewForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        let (activity, months, note) = form.validate()?;
        Ok(reviews::review(tx, &door, (&activity, months, &note), now).await?)
    })
    .await;
    answer(&site, &parts, done, ACTIVITIES, "saved", &form).await
}

async fn let_in(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<GrantForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::GrantSupport)?;
        let (hours, reason) = form.validate()?;
        support::grant(tx, &door, (hours, &reason), now).await?;
        Ok(())
    })
    .await;
    answer(&site, &parts, done, SUPPORT, "saved", &form).await
}

async fn end_support(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<SupportGrantId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::GrantSupport)?;
        Ok(support::end(tx, &door, id, now).await?)
    })
    .await;
    answer(&site, &parts, done, SUPPORT, "saved", &()).await
}

/// `POST /school/privacy/sources`.
async fn declare(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<SourceForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        sources::declare(tx, &door, form.validate()?, now).await?;
        Ok(())
    })
    .await;
    answer(&site, &parts, done, SOURCES, "declared", &form).await
}

/// `POST /school/privacy/sources/{id}/approve`.
async fn approve_source(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<DataSourceId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        Ok(sources::approve(tx, &door, id, now).await?)
    })
    .await;
    answer(&site, &parts, done, SOURCES, "approved", &()).await
}

/// `POST /school/privacy/sources/{id}/end`.
async fn end_source(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<DataSourceId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::HandleRequests)?;
        Ok(sources::end(tx, &door, id, now).await?)
    })
    .await;
    answer(&site, &parts, done, SOURCES, "source-ended", &()).await
}
