//! Objections (UK GDPR Article 21). An objection stops its use in the same moment, and is
//! filed as a request, which gives it a reference, clocks, a letter and the lead's steps:
//! refusing that request with compelling reasons is the only way by which the use goes
//! on against who objected. News never go on.

use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    QueryFilter, QueryOrder,
};
use serde_json::json;
use vocab::consent::AgeBand;
use vocab::ids::{PersonId, RightsRequestId, SchoolId};
use vocab::objections::{ObjectionChoice, ObjectionState, ObjectionUse, ObjectionsOf};
use vocab::rights::{RequestKind, RequestStep};

use super::{Error, file, seals, step};
use crate::access::{AccessError, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::consent;
use crate::db::{Keyed, Write};
use crate::events::{self, Event};
use crate::mail;
use crate::secrets::new_id;
use entity::{objection, rights_request};

/// Objects to a use: it has stopped once this is kept. Objecting twice is no mistake.
pub async fn object(
    tx: &Write,
    about: &Permitted<PersonId>,
    purpose: ObjectionUse,
    now: Time,
) -> Result<(), Error> {
    let (school, person) = (about.school(), **about);
    if in_force(&**tx, school, person, purpose).await?.is_some() {
        return Ok(());
    }
    let words = format!("Stop using it for: {}", purpose.label());
    let request = file::filed(tx, about, RequestKind::Objection, words, now).await?;
    objection::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        person_id: Set(person),
        purpose: Set(purpose),
        state: Set(ObjectionState::Objected),
        request_id: Set(request.id),
        objected_at: Set(now),
        ended_at: Set(None),
    }
    .insert(&**tx)
    .await?;
    if purpose == ObjectionUse::News {
        mail::stop_news(tx, (school, person), now).await?;
    }
    let state = (None, ObjectionState::Objected);
    record(
        tx,
        (school, person),
        purpose,
        state,
        Some(about.actor()),
        now,
    )
    .await
}

/// Takes an objection back. Only who made it can; that nothing holds is no mistake.
pub async fn withdraw(
    tx: &Write,
    about: &Permitted<PersonId>,
    purpose: ObjectionUse,
    now: Time,
) -> Result<(), Error> {
    let found = in_force(&**tx, about.school(), **about, purpose).await?;
    let Some(found) = found else {
        return Ok(());
    };
    let request = step::hold(tx, about.school(), found.request_id).await?;
    if request.requester_id != Some(about.actor()) {
        return Err(AccessError::NotFound.into());
    }
    let by = Some(about.actor());
    if request.state.is_over() {
        return end(tx, &found, ObjectionState::TakenBack, by, now).await;
    }
    step::take(tx, request, (RequestStep::TakeBack, ""), by, now).await
}

/// What a step of its request means for an objection.
pub(super) async fn follow(
    tx: &Write,
    request: &rights_request::Model,
    (step, words): (RequestStep, &str),
    by: Option<PersonId>,
    now: Time,
) -> Result<(), Error> {
    let Some(found) = of_request(&**tx, request.id).await? else {
        return Ok(());
    };
    match step {
        RequestStep::Refuse if !found.purpose.can_resume() => Err(Error::NewsNeverResume),
        RequestStep::Refuse if words.trim().is_empty() => Err(Error::NoReasons),
        RequestStep::Refuse => end(tx, &found, ObjectionState::Resumed, by, now).await,
        RequestStep::TakeBack => end(tx, &found, ObjectionState::TakenBack, by, now).await,
        _ => Ok(()),
    }
}

async fn end(
    tx: &Write,
    old: &objection::Model,
    state: ObjectionState,
    by: Option<PersonId>,
    now: Time,
) -> Result<(), Error> {
    objection::ActiveModel {
        id: Set(old.id),
        state: Set(state),
        ended_at: Set(Some(now)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    let of = (old.school_id, old.person_id);
    record(tx, of, old.purpose, (Some(old.state), state), by, now).await
}

async fn record(
    tx: &Write,
    (school, person): (SchoolId, PersonId),
    purpose: ObjectionUse,
    (was, is): (Option<ObjectionState>, ObjectionState),
    actor: Option<PersonId>,
    now: Time,
) -> Result<(), Error> {
    let told = |state: ObjectionState| json!({ "purpose": purpose, "state": state });
    let event = Event {
        school,
        actor,
        kind: "objection.changed",
        subject: person.0,
        before: was.map(told),
        after: Some(told(is)),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}

/// What the actor and their children can object to, and how it stands. Three queries.
pub async fn objections(db: &impl Keyed, actor: &Actor) -> Result<Vec<ObjectionsOf>, DbErr> {
    let people = consent::people(db, actor).await?;
    let rows = objection::Entity::find()
        .filter(objection::Column::SchoolId.eq(actor.school))
        .filter(objection::Column::PersonId.is_in(people.iter().map(|about| about.id)))
        .order_by_desc(objection::Column::Id)
        .all(db)
        .await?;
    let mut requests = rights_request::Entity::find()
        .filter(rights_request::Column::SchoolId.eq(actor.school))
        .filter(rights_request::Column::Id.is_in(rows.iter().map(|row| row.request_id)))
        .all(db)
        .await?;
    let ring = seals::ring(db, &requests, &[]).await?;
    for request in &mut requests {
        seals::open(&ring, request);
    }
    let choice = |person, purpose| {
        let newest = rows
            .iter()
            .find(|row| row.person_id == person && row.purpose == purpose);
        let request =
            newest.and_then(|row| requests.iter().find(|request| request.id == row.request_id));
        let state = newest.map(|row| row.state);
        ObjectionChoice {
            purpose,
            state,
            reasons: request
                .filter(|_| state == Some(ObjectionState::Resumed))
                .and_then(|request| request.decision.clone()),
            can_take_back: state == Some(ObjectionState::Objected)
                && request.is_some_and(|request| request.requester_id == Some(actor.person)),
        }
    };
    Ok(people
        .into_iter()
        .map(|about| ObjectionsOf {
            person: about.id,
            name: about.name,
            is_self: about.id == actor.person,
            uses: ObjectionUse::ALL
                .iter()
                .copied()
                // News are for grown-ups alone.
                .filter(|one| *one != ObjectionUse::News || about.age == AgeBand::Adult)
                .map(|purpose| choice(about.id, purpose))
                .collect(),
        })
        .collect())
}

/// Refuses where somebody objects to a use of their data.
pub(crate) async fn require_no_objection(
    db: &impl ConnectionTrait,
    (school, person): (SchoolId, PersonId),
    purpose: ObjectionUse,
) -> Result<(), AccessError> {
    match in_force(db, school, person, purpose).await? {
        Some(_) => Err(AccessError::Objected),
        None => Ok(()),
    }
}

/// The people of a school who object to a use.
pub(crate) fn who_objects(school: SchoolId, purpose: ObjectionUse) -> SelectStatement {
    Query::select()
        .column(objection::Column::PersonId)
        .from(objection::Entity)
        .and_where(objection::Column::SchoolId.eq(school))
        .and_where(objection::Column::Purpose.eq(purpose))
        .and_where(objection::Column::EndedAt.is_null())
        .to_owned()
}

/// The objection that a request was filed for, while it holds.
pub(super) async fn of_request(
    db: &impl ConnectionTrait,
    request: RightsRequestId,
) -> Result<Option<objection::Model>, DbErr> {
    objection::Entity::find()
        .filter(objection::Column::RequestId.eq(request))
        .filter(objection::Column::EndedAt.is_null())
        .one(db)
        .await
}

async fn in_force(
    db: &impl ConnectionTrait,
    school: SchoolId,
    person: PersonId,
    purpose: ObjectionUse,
) -> Result<Option<objection::Model>, DbErr> {
    objection::Entity::find()
        .filter(objection::Column::SchoolId.eq(school))
        .filter(objection::Column::PersonId.eq(person))
        .filter(objection::Column::Purpose.eq(purpose))
        .filter(objection::Column::EndedAt.is_null())
        .one(db)
        .await
}
