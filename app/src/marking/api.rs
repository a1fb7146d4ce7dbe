//! What the marking desk asks of the server.

use leptos::prelude::*;
use vocab::ids::SubmissionId;
use vocab::marking::{MarkForm, MarkSaved, MarkingDesk};

use crate::error::AppError;

/// One submission, ready to be marked.
#[server(endpoint = "marking/desk")]
pub async fn desk(id: SubmissionId) -> Result<MarkingDesk, AppError> {
    crate::ssr::told(on_server::desk(id).await)
}

/// Keeps a mark, and gives it back if the form says so. Answers the next desk, or
/// what stands in the way; nothing is ever overwritten unseen.
#[server(endpoint = "marking/save")]
pub async fn save(id: SubmissionId, form: MarkForm) -> Result<MarkSaved, AppError> {
    crate::ssr::told(on_server::save(id, &form).await)
}

#[cfg(feature = "ssr")]
mod on_server {
    use domain::access;
    use domain::marking::{self, SaveOutcome};
    use domain::submissions::policy::Action;
    use vocab::ids::SubmissionId;
    use vocab::marking::{MarkForm, MarkSaved, MarkingDesk};

    use crate::error::AppError;
    use crate::ssr;

    pub(super) async fn desk(id: SubmissionId) -> Result<MarkingDesk, AppError> {
        let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
        let answer = access::submission(db.read(), &actor, id, Action::SeeHistory, now).await?;
        Ok(marking::desk(db.read(), &actor, &answer, now).await?)
    }

    pub(super) async fn save(id: SubmissionId, form: &MarkForm) -> Result<MarkSaved, AppError> {
        let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
        let tx = db.write().await.map_err(ssr::unavailable)?;
        let answer = marking::door(&*tx, &actor, id, now).await?;
        let mark = match form.validate(answer.work.assignment.points) {
            Ok(mark) => mark,
            Err(errors) => return Ok(MarkSaved::Invalid(errors)),
        };
        match marking::save(&tx, &actor, &answer, &mark, now).await {
            Ok(SaveOutcome::Saved { .. }) => {}
            Err(marking::Error::Invalid(errors)) => return Ok(MarkSaved::Invalid(errors)),
            Ok(SaveOutcome::Conflict(kept)) => return Ok(MarkSaved::Conflict(Box::new(kept))),
            Err(marking::Error::NewTry) => {
                drop(tx);
                return Ok(MarkSaved::NewTry(Box::new(desk(id).await?)));
            }
            Err(error) => return Err(error.into()),
        }
        if form.intent == "return" {
            let answer = access::submission(&*tx, &actor, id, Action::Return, now).await?;
            marking::return_to_student(&tx, &answer, now).await?;
        }
        tx.commit().await.map_err(ssr::unavailable)?;
        let here = desk(id).await?;
        let shown = match here.next {
            Some(next) if form.intent == "next" => desk(next).await?,
            _ => here,
        };
        Ok(MarkSaved::Kept(Box::new(shown)))
    }
}
