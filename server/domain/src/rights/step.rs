//! Leading a request to its end, step by step. Each step is checked, done and kept in
//! one transaction that holds the request's row.

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{self, NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect,
};
use vocab::form::FieldError;
use vocab::ids::{PersonId, RightsRequestId, SchoolId};
use vocab::rights::{RequestKind, RequestState, RequestStep, WhoAsks};

use super::clock::{may_extend, stood};
use super::machine::{needs_words_alone, next};
use super::mail::Reply;
use super::{Error, mail, objection, recipients, restriction, seals, student_view};
use crate::access::{AccessError, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Write;
use crate::keys::Owner;
use crate::schools::zone_of;
use crate::secrets::new_id;
use crate::{erasure, people};
use entity::{rights_event, rights_request};

/// What who complained reads where the office wrote nothing.
const ACKNOWLEDGED: &str = "We have your complaint and look into it. You need to do nothing.";

/// Does a step of the office. The words go to who asked.
pub async fn step(
    tx: &Write,
    permitted: &Permitted<()>,
    id: RightsRequestId,
    (step, words): (RequestStep, &str),
    now: Time,
) -> Result<(), Error> {
    if !needs_words_alone(step) {
        return Err(Error::NotNow);
    }
    let request = hold(tx, permitted.school(), id).await?;
    objection::require_use(tx, &request, step).await?;
    let by = permitted.actor();
    take(tx, request.clone(), (step, words), by, now).await?;
    if step == RequestStep::Complete {
        recipients::after(tx, &request, now).await?;
    }
    Ok(())
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

/// Who asked answers what the school asked them: its clock goes on.
pub async fn answer_question(
    tx: &Write,
    actor: &Actor,
    id: RightsRequestId,
    answer: &str,
    now: Time,
) -> Result<(), Error> {
    let request = hold(tx, actor.school, id).await?;
    if request.requester_id != Some(actor.person) {
        return Err(AccessError::NotFound.into());
    }
    let answered = (RequestStep::Clarified, answer);
    take(tx, request, answered, Some(actor.person), now).await
}

pub(super) async fn hold(
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

pub(super) async fn take(
    tx: &Write,
    old: rights_request::Model,
    (step, words): (RequestStep, &str),
    by: Option<PersonId>,
    now: Time,
) -> Result<(), Error> {
    let state = next(old.state, step).ok_or(Error::NotNow)?;
    let is_complaint = old.kind == RequestKind::Complaint;
    let is_blank = words.trim().is_empty();
    if is_complaint && is_blank && matches!(step, RequestStep::Complete | RequestStep::Refuse) {
        return Err(Error::NoOutcome);
    }
    student_view::require(&old, step, words, now)?;
    require_parts(&old, step, words)?;
    let in_part = format!("Not granted: {}", words.trim());
    let words = match step {
        RequestStep::Acknowledge if is_blank => ACKNOWLEDGED,
        RequestStep::ApproveInPart => in_part.as_str(),
        _ => words,
    };
    let owner = seals::owner(&old);
    if old.kind == RequestKind::Erasure {
        match step {
            RequestStep::Approve => erasure::approve_of_request(tx, &old, by, now).await?,
            RequestStep::Complete => return Err(Error::DoneByItself),
            // What was granted is called off on My data, while that is possible.
            RequestStep::Refuse | RequestStep::TakeBack if old.state == RequestState::Approved => {
                return Err(Error::NotNow);
            }
            _ => {}
        }
    }
    if old.kind == RequestKind::Objection {
        objection::follow(tx, &old, (step, words), by, now).await?;
    }
    if old.kind == RequestKind::Restriction {
        restriction::follow(tx, &old, (step, words), by, now).await?;
    }
    // The address of who wrote without an account is sealed.
    let mut plain = old.clone();
    let ring = seals::ring(&**tx, std::slice::from_ref(&plain), &[]).await?;
    seals::open(&ring, &mut plain);
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
            new.paused_at = Set(None);
            new.paused_days = Set(stood(old.paused_days, old.paused_at, now));
        }
        RequestStep::Acknowledge if !is_complaint || old.acknowledged_at.is_some() => {
            return Err(Error::NotNow);
        }
        RequestStep::Acknowledge => new.acknowledged_at = Set(Some(now)),
        RequestStep::Extend => {
            require_extension(tx, &old, now).await?;
            new.extended_at = Set(Some(now));
        }
        RequestStep::Approve => {}
        RequestStep::ApproveInPart => new.decision = decided(tx, &plain, words).await?,
        RequestStep::Complete
        | RequestStep::AsksTheSame
        | RequestStep::Refuse
        | RequestStep::TakeBack => {
            new.closed_at = Set(Some(now));
            new.decision = decided(tx, &plain, words).await?;
        }
    }
    // A decision or its end is what the policy's 48 hours wait for: to ask for more time is
    // neither, who takes it back was not answered, and who asked twice is answered elsewhere.
    let answers = matches!(
        step,
        RequestStep::Approve
            | RequestStep::ApproveInPart
            | RequestStep::Complete
            | RequestStep::Refuse
    );
    if answers && old.first_answer_at.is_none() {
        new.first_answer_at = Set(Some(now));
    }
    new.update(&**tx).await?;
    mail::tell(tx, &plain, (step, state, words), by, now).await?;
    let of = (old.school_id, old.id, owner);
    note(tx, of, (Some(old.state), state), by, words, now).await
}

/// Only what has parts is granted in part, and with what is refused and why.
fn require_parts(old: &rights_request::Model, step: RequestStep, words: &str) -> Result<(), Error> {
    if step != RequestStep::ApproveInPart {
        return Ok(());
    }
    if !old.kind.has_parts() {
        return Err(Error::NotNow);
    }
    if words.trim().is_empty() {
        return Err(Error::NotSaidWhat);
    }
    Ok(())
}

/// The decision with these words: behind those that refused a part of it, where some did.
async fn decided(
    tx: &Write,
    plain: &rights_request::Model,
    words: &str,
) -> Result<ActiveValue<Option<String>>, Error> {
    if words.is_empty() {
        return Ok(NotSet);
    }
    let of = (plain.school_id, plain.id);
    let said: Vec<&str> = plain
        .decision
        .as_deref()
        .into_iter()
        .chain([words])
        .collect();
    let sealed = seals::decision(&**tx, of, &said.join("\n\n")).await?;
    Ok(Set(Some(sealed)))
}

/// Two more months are taken once, within the first, by the school's own days.
async fn require_extension(
    tx: &Write,
    old: &rights_request::Model,
    now: Time,
) -> Result<(), Error> {
    let Some(begun) = old.clock_from.filter(|_| old.extended_at.is_none()) else {
        return Err(Error::NoExtension);
    };
    let zone = zone_of(&**tx, old.school_id).await?;
    let paused = (old.paused_days, old.paused_at);
    if may_extend(old.kind, (begun, zone), paused, now) {
        Ok(())
    } else {
        Err(Error::NoExtension)
    }
}

/// Whom a request by the contact page is about, once it is clear.
pub async fn say_whom(
    tx: &Write,
    permitted: &Permitted<()>,
    id: RightsRequestId,
    (username, who_asks): (&str, WhoAsks),
    now: Time,
) -> Result<(), Error> {
    let request = hold(tx, permitted.school(), id).await?;
    // What is granted was granted before anybody could be asked.
    let is_late = request.state == RequestState::Approved && who_asks == WhoAsks::Another;
    if request.state.is_over() || request.subject_id.is_some() || is_late {
        return Err(Error::NotNow);
    }
    let found = people::find_by_username(&**tx, permitted, username).await;
    let Some(person) = found.ok().flatten() else {
        return Err(Error::Invalid(vec![FieldError {
            field: "username".to_owned(),
            message: "Nobody in your school has this username".to_owned(),
        }]));
    };
    let student_view = match who_asks {
        WhoAsks::Themselves => None,
        WhoAsks::Another => student_view::of(tx, (request.school_id, person), request.kind).await?,
    };
    rights_request::ActiveModel {
        id: Set(id),
        subject_id: Set(Some(person)),
        student_view: Set(student_view),
        student_view_at: Set(student_view.map(|_| now)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    let of = (request.school_id, id, Owner::from(person));
    let same = (Some(request.state), request.state);
    seals::pass_on(tx, &request, person).await?;
    note(
        tx,
        of,
        same,
        permitted.actor(),
        "It is clear whom it is about.",
        now,
    )
    .await
}

/// Every open request about somebody ends with the same answer: there is nothing left. Who
/// asked is told by mail. Whoever was given the data is to hear of an erasure that was asked
/// for.
pub(crate) async fn answer_all_about(
    tx: &Write,
    (school, person): (SchoolId, PersonId),
    (words, replies, providers): (&str, &[Reply], &[String]),
    now: Time,
) -> Result<(), sea_orm::DbErr> {
    let open = rights_request::Entity::find()
        .filter(rights_request::Column::SchoolId.eq(school))
        .filter(rights_request::Column::SubjectId.eq(person))
        .filter(rights_request::Column::ClosedAt.is_null())
        .all(&**tx)
        .await?;
    for request in open {
        rights_request::ActiveModel {
            id: Set(request.id),
            state: Set(RequestState::Closed),
            decision: Set(Some(
                seals::decision(&**tx, (school, request.id), words).await?,
            )),
            first_answer_at: Set(request.first_answer_at.or(Some(now))),
            closed_at: Set(Some(now)),
            ..Default::default()
        }
        .update(&**tx)
        .await?;
        let states = (Some(request.state), RequestState::Closed);
        let of = (school, request.id, seals::owner(&request));
        write_note(tx, of, states, None, words, now).await?;
        mail::tell_erased(tx, &request, (words, replies), now).await?;
        if request.kind == RequestKind::Erasure {
            recipients::raise(tx, (school, person), (request.id, providers), now).await?;
        }
    }
    Ok(())
}

/// Who was to be erased called it off: the request is taken back.
pub(crate) async fn called_off(
    tx: &Write,
    (school, id): (SchoolId, RightsRequestId),
    by: PersonId,
    now: Time,
) -> Result<(), sea_orm::DbErr> {
    rights_request::ActiveModel {
        id: Set(id),
        state: Set(RequestState::TakenBack),
        closed_at: Set(Some(now)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    let states = (Some(RequestState::Approved), RequestState::TakenBack);
    // They asked for themselves: it is about nobody else.
    let of = (school, id, Owner::from(by));
    write_note(tx, of, states, Some(by), "Called off in time.", now).await
}

/// Adds something that was found out to a request, without taking a step.
pub(crate) async fn tell(
    tx: &Write,
    request: &rights_request::Model,
    words: &str,
    now: Time,
) -> Result<(), sea_orm::DbErr> {
    let of = (request.school_id, request.id, seals::owner(request));
    let same = (Some(request.state), request.state);
    write_note(tx, of, same, None, words, now).await
}

/// Keeps what happened to a request.
pub(super) async fn note(
    tx: &Write,
    of: (SchoolId, RightsRequestId, Owner),
    states: (Option<RequestState>, RequestState),
    actor: Option<PersonId>,
    words: &str,
    now: Time,
) -> Result<(), Error> {
    Ok(write_note(tx, of, states, actor, words, now).await?)
}

async fn write_note(
    tx: &Write,
    (school, request, owner): (SchoolId, RightsRequestId, Owner),
    (from, to): (Option<RequestState>, RequestState),
    actor: Option<PersonId>,
    words: &str,
    now: Time,
) -> Result<(), sea_orm::DbErr> {
    let id = new_id();
    let sealed = seals::seal_note(&**tx, (school, owner), id, words).await?;
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
