//! The form of the marking desk, for browsers without the island.

use axum::extract::State;
use axum::response::Response;
use domain::submissions::policy::Action;
use domain::{Actor, access};
use http::request::Parts;
use vocab::ids::SubmissionId;
use vocab::marking::{KeptMark, MarkForm};

use app::error::AppError;
use app::ssr::{Posted as PostedContext, Typed, unavailable};
use domain::marking::{self, SaveOutcome};

use crate::forms::{Nothing, Path, Posted};
use crate::respond::{answer, change, conflict, failed_with, on_to, refused};
use crate::session::SignedIn;
use crate::site::Site;

/// What came of a mark that was sent.
enum Marked {
    /// Kept; the submission to show next and what to say.
    Kept(SubmissionId, &'static str),
    /// Somebody else saved first.
    Conflict(KeptMark),
}

/// `POST /submissions/{id}/mark`.
pub(crate) async fn save(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<SubmissionId>,
    Posted { form, parts }: Posted<MarkForm>,
) -> Response {
    let marked = async {
        let (tx, now) = (
            site.db.write().await.map_err(unavailable)?,
            site.clock.now(),
        );
        let answer = marking::door(&*tx, &actor, id, now).await?;
        let mark = form.validate(answer.work.assignment.points)?;
        if let SaveOutcome::Conflict(kept) = marking::save(&tx, &actor, &answer, &mark, now).await?
        {
            return Ok::<_, AppError>(Marked::Conflict(kept));
        }
        let done = if form.is_empty() {
            "taken-off"
        } else {
            "saved"
        };
        let mut outcome = Marked::Kept(id, done);
        if form.intent == "return" {
            let answer = access::submission(&*tx, &actor, id, Action::Return, now).await?;
            marking::return_to_student(&tx, &answer, now).await?;
            outcome = Marked::Kept(id, "returned");
        }
        if form.intent == "next"
            && let Some(next) = marking::next_after(&*tx, &answer).await?
        {
            outcome = Marked::Kept(next, done);
        }
        tx.commit().await.map_err(unavailable)?;
        Ok(outcome)
    };
    match marked.await {
        Ok(Marked::Kept(shown, done)) => on_to(&format!("/submissions/{shown}?done={done}")),
        Ok(Marked::Conflict(kept)) => {
            let refused =
                AppError::Refused("Somebody else saved first. Look at both below.".to_owned());
            conflict(
                &site,
                &parts,
                &format!("/submissions/{id}"),
                PostedContext::refused(&form, &refused),
                kept,
            )
            .await
        }
        Err(error) => not_kept(&site, &parts, (&actor, id), &form, error).await,
    }
}

/// The desk again with what was typed; where it is not to be seen any more, because the
/// student took it back or the teacher's place has ended, a page with the words and why.
async fn not_kept(
    site: &Site,
    parts: &Parts,
    (actor, id): (&Actor, SubmissionId),
    form: &MarkForm,
    error: AppError,
) -> Response {
    let (db, now) = (site.db.read(), site.clock.now());
    let desk = access::submission(db, actor, id, Action::SeeHistory, now).await;
    if desk.is_err() {
        return failed_with(site, parts, error, Typed::in_form(form)).await;
    }
    refused(site, parts, &format!("/submissions/{id}"), form, error).await
}

/// `POST /submissions/{id}/return`.
pub(crate) async fn return_to_student(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<SubmissionId>,
    Posted { parts, .. }: Posted<Nothing>,
) -> Response {
    let done = change(&site, async |tx, now| {
        let answer = access::submission(&**tx, &actor, id, Action::Return, now).await?;
        Ok(marking::return_to_student(tx, &answer, now).await?)
    })
    .await;
    let page = format!("/submissions/{id}");
    answer(&site, &parts, done, &page, "returned", &()).await
}
