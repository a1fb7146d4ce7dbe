//! The forms of reports and of the duties of who reads them.

use app::ssr::Under;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{MethodRouter, post};
use domain::schools::policy::Action;
use domain::{access, safety};
use vocab::ids::{DutyId, ReportId};
use vocab::safety::{DutyForm, ReportForm, ReportStepForm};

use app::error::AppError;

use crate::forms::{Nothing, Path, Posted};
use crate::respond::{answer, change};
use crate::session::SignedIn;
use crate::site::Site;

const REPORT: &str = "/report";
const REPORTS: &str = "/school/reports";
const DUTIES: &str = "/school/privacy/duties";

/// The addresses of the forms.
pub(crate) fn forms() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![
        (REPORT, post(report)),
        ("/school/reports/{id}", post(lead)),
        (DUTIES, post(give)),
        ("/school/privacy/duties/{id}/end", post(end)),
    ]
}

/// `POST /report`.
async fn report(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<ReportForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        safety::file(tx, &actor, form.validate()?, now).await?;
        Ok(())
    })
    .await;
    answer(&site, &parts, done, REPORT, "reported", &form).await
}

/// `POST /school/reports/{id}`: it is looked into, or closed.
async fn lead(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<ReportId>,
    Posted { form, parts }: Posted<ReportStepForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::reports(&**tx, &actor).await?;
        let answer = match form.step.as_str() {
            "look" => None,
            "close" => Some(form.answer.as_str()),
            _ => return Err(AppError::NotFound),
        };
        Ok(safety::step(tx, &door, id, answer, now).await?)
    })
    .await;
    let form = Under {
        under: id.to_string(),
        form,
    };
    answer(&site, &parts, done, REPORTS, "saved", &form).await
}

/// `POST /school/privacy/duties`.
async fn give(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Posted { form, parts }: Posted<DutyForm>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::GiveDuties)?;
        let (username, duty) = form.validate()?;
        safety::give(tx, &door, (&username, duty), now).await?;
        Ok(())
    })
    .await;
    answer(&site, &parts, done, DUTIES, "duty", &form).await
}

/// `POST /school/privacy/duties/{id}/end`.
async fn end(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<DutyId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let door = access::school(&actor, Action::GiveDuties)?;
        Ok(safety::end(tx, &door, id, now).await?)
    })
    .await;
    answer(&site, &parts, done, DUTIES, "duty-ended", &()).await
}
