//! Leading a request to its end, step by step. Each step is checked, done and kept in
//! one transaction that holds the request's row.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
};
use vocab::ids::{PersonId, RightsRequestId, SchoolId};
use vocab::rights::{RequestKind, RequestState, RequestStep};

use super::clock::due_day;
use super::machine::next;
use super::{Error, seals};
use crate::access::{AccessError, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::{Keyed as _, Write};
use crate::keys::Owner;
use crate::secrets::new_id;
use entity::{rights_event, rights_request};

/// Does a step of the office. The words go to who asked.
pub async fn step(
    tx: &Write,
    permitted: &Permitted<()>,
    id: RightsRequestId,
    (step, words): (RequestStep, &str),
    now: Time,
) -> Result<(), Error> {
    if step == RequestStep::TakeBack {
        return Err(Error::NotNow);
    }
    let request = hold(tx, permitted.school(), id).await?;
    take(tx, request, (step, words), permitted.actor(), now).await
}

/// Who asked takes the request back.
pub async fn take_back(
    tx: &Write,
    actor: &Actor,
    id: RightsRequestId,
    now: Time,
) -> Result<(), Error> {
    let request = hold(tx, actor.school, id).await?;
    if request.requester_id != Some(actor.person) {
        return Err(AccessError::NotFound.into());
    }
    let taken = (RequestStep::TakeBack, "");
    take(tx, request, taken, Some(actor.person), now).await
}

async fn hold(
    tx: &Write,
    school: SchoolId,
    id: RightsRequestId,
) -> Result<rights_request::Model, Error> {
    Ok(rights_request::Entity::find_by_id(id)
        .filter(rights_request::Column::SchoolId.eq(school))
        .lock_exclusive()
        .one(&**tx)
        .await?
        .ok_or(AccessError::NotFound)?)
}

async fn take(
    tx: &Write,
    old: rights_request::Model,
    (step, words): (RequestStep, &str),
    by: Option<PersonId>,
    now: Time,
) -> Result<(), Error> {
    let state = next(old.state, step).ok_or(Error::NotNow)?;
    let owner = seals::owner(&old);
    let mut new = rights_request::ActiveModel {
        id: Set(old.id),
        state: Set(state),
        ..Default::default()
    };
    match step {
        // The clock begins with what shows who asks; before, it has not begun.
        RequestStep::AskIdentity => new.clock_from = Set(None),
        RequestStep::IdentityShown => new.clock_from = Set(Some(now)),
        RequestStep::AskClarification => new.paused_at = Set(Some(now)),
        RequestStep::Clarified => {
            let stood = old.paused_at.map_or(0, |since| (now - since).num_days());
            new.paused_at = Set(None);
            new.paused_days = Set(old.paused_days + i32::try_from(stood).unwrap_or(0));
        }
        RequestStep::Extend => {
            require_extension(&old, now)?;
            new.extended_at = Set(Some(now));
        }
        RequestStep::Approve => {}
        RequestStep::Complete | RequestStep::Refuse | RequestStep::TakeBack => {
            new.closed_at = Set(Some(now));
            if !words.is_empty() {
                let ring = tx.keys().to_seal([owner]).await.map_err(DbErr::from)?;
                let place = seals::place(old.school_id, "decision", old.id);
                let sealed = ring.seal(owner, &place, words).map_err(DbErr::from)?;
                new.decision = Set(Some(sealed));
            }
        }
    }
    // A decision or its end is what the policy's 48 hours wait for.
    let answers = matches!(
        step,
        RequestStep::Approve
            | RequestStep::Complete
            | RequestStep::Refuse
            | RequestStep::TakeBack
            | RequestStep::Extend
    );
    if answers && old.first_answer_at.is_none() {
        new.first_answer_at = Set(Some(now));
    }
    new.update(&**tx).await?;
    let of = (old.school_id, old.id, owner);
    note(tx, of, (Some(old.state), state), by, words, now).await
}

fn require_extension(old: &rights_request::Model, now: Time) -> Result<(), Error> {
    let Some(begun) = old.clock_from else {
        return Err(Error::NoExtension);
    };
    let is_possible = old.extended_at.is_none()
        && !matches!(
            old.kind,
            RequestKind::Complaint | RequestKind::EducationRecord
        );
    let paused = u32::try_from(old.paused_days).unwrap_or(0);
    let last = due_day(old.kind, begun.date_naive(), paused, false);
    if is_possible && now.date_naive() <= last {
        Ok(())
    } else {
        Err(Error::NoExtension)
    }
}

/// Keeps what happened to a request.
pub(super) async fn note(
    tx: &Write,
    (school, request, owner): (SchoolId, RightsRequestId, Owner),
    (from, to): (Option<RequestState>, RequestState),
    actor: Option<PersonId>,
    words: &str,
    now: Time,
) -> Result<(), Error> {
    let id = new_id();
    let sealed = if words.is_empty() {
        String::new()
    } else {
        let ring = tx.keys().to_seal([owner]).await.map_err(DbErr::from)?;
        let place = seals::note(school, id);
        ring.seal(owner, &place, words).map_err(DbErr::from)?
    };
    rights_event::ActiveModel {
        id: Set(id),
        school_id: Set(school),
        request_id: Set(request),
        from_state: Set(from),
        to_state: Set(to),
        actor_id: Set(actor),
        note: Set(sealed),
        at: Set(now),
    }
    .insert(&**tx)
    .await?;
    Ok(())
}
