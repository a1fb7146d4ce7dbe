//! What somebody else asks about a student of 13 or older: the student is asked first. The
//! school grants it once they have answered, or after a week; against their wish only with
//! its reasons.

use chrono::TimeDelta;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait};
use vocab::consent::AgeBand;
use vocab::ids::{PersonId, RightsRequestId, SchoolId};
use vocab::rights::{RequestKind, RequestState, RequestStep, StudentView};

use super::step::{hold, note};
use super::{Error, seals};
use crate::access::{AccessError, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::consent::age_of;
use crate::db::Write;
use entity::rights_request;

/// How long the school waits for the student.
const WAITS: TimeDelta = TimeDelta::days(7);

/// What the history tells of an answer.
const HEARD: &str = "The student was heard.";

/// What stands in a new request: that the student is asked, where somebody else asks.
pub(super) async fn asked_first(
    tx: &Write,
    about: &Permitted<PersonId>,
    kind: RequestKind,
) -> Result<Option<StudentView>, AccessError> {
    if **about == about.actor() {
        return Ok(None);
    }
    of(tx, (about.school(), **about), kind).await
}

/// The same where somebody else asks for a person's data.
pub(super) async fn of(
    tx: &Write,
    (school, person): (SchoolId, PersonId),
    kind: RequestKind,
) -> Result<Option<StudentView>, AccessError> {
    if !kind.asks_the_student() {
        return Ok(None);
    }
    let age = age_of(&**tx, school, person).await?;
    let is_asked = matches!(age, AgeBand::From13 | AgeBand::From16);
    Ok(is_asked.then_some(StudentView::Asked))
}

/// The student says what they think; they may change their mind until it is granted or over.
pub async fn say_view(
    tx: &Write,
    actor: &Actor,
    id: RightsRequestId,
    view: StudentView,
    now: Time,
) -> Result<(), Error> {
    let request = hold(tx, actor.school, id).await?;
    if request.subject_id != Some(actor.person) || request.student_view.is_none() {
        return Err(AccessError::NotFound.into());
    }
    if !is_open(request.state) || view == StudentView::Asked {
        return Err(Error::NotNow);
    }
    rights_request::ActiveModel {
        id: Set(id),
        student_view: Set(Some(view)),
        student_view_at: Set(Some(now)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    let of = (request.school_id, id, seals::owner(&request));
    let same = (Some(request.state), request.state);
    // What they said stands in the row alone: the history is in the copy of who asked too.
    note(tx, of, same, Some(actor.person), HEARD, now).await
}

/// Refuses a grant while nobody knows whom it is about, for which the student was not
/// heard, or that goes against their wish without a reason.
pub(super) fn require(
    request: &rights_request::Model,
    step: RequestStep,
    words: &str,
    now: Time,
) -> Result<(), Error> {
    let approves = matches!(step, RequestStep::Approve | RequestStep::ApproveInPart);
    let grants =
        approves || (step == RequestStep::Complete && request.state != RequestState::Approved);
    if !grants {
        return Ok(());
    }
    if approves && request.kind.asks_the_student() && request.subject_id.is_none() {
        return Err(Error::WhomFirst);
    }
    let is_waited_for = request.student_view_at.is_some_and(|at| now < at + WAITS);
    match request.student_view {
        Some(StudentView::Asked) if is_waited_for => Err(Error::StudentFirst),
        Some(StudentView::Minds) if words.trim().is_empty() => Err(Error::AgainstTheStudent),
        _ => Ok(()),
    }
}

/// Not granted yet, and not over.
const OPEN: [RequestState; 3] = [
    RequestState::IdentityNeeded,
    RequestState::Open,
    RequestState::Clarification,
];

pub(super) fn is_open(state: RequestState) -> bool {
    OPEN.contains(&state)
}

/// The requests that wait for the actor's own view.
pub(crate) fn asks_query(actor: &Actor) -> SelectStatement {
    Query::select()
        .column(rights_request::Column::Id)
        .from(rights_request::Entity)
        .and_where(rights_request::Column::SubjectId.eq(actor.person))
        .and_where(rights_request::Column::StudentView.eq(StudentView::Asked))
        .and_where(rights_request::Column::State.is_in(OPEN))
        .take()
}
