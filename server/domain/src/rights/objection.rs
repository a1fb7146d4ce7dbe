//! Objections (UK GDPR Article 21). An objection stops its use in the same moment, and is
//! filed as a request, which gives it a reference, clocks, a letter and the lead's steps:
//! refusing that request with compelling reasons is the only way by which the use goes
//! on against who objected. News never go on. Where somebody objects in words, by the
//! contact page or by letter, the lead chooses the use.

use datamap::Purpose;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    QueryFilter, QueryOrder,
};
use serde_json::json;
use vocab::consent::AgeBand;
use vocab::ids::{PersonId, RightsRequestId, SchoolId};
use vocab::objections::{
    ObjectionChoice, ObjectionState, ObjectionStep, ObjectionUse, ObjectionsOf,
};
use vocab::rights::{RequestKind, RequestStep};

use super::{Error, file, restriction, say, seals, step};
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
    say::may_stop(tx, about).await?;
    if in_force(&**tx, school, person, purpose).await?.is_some() {
        return Ok(());
    }
    let words = format!("Stop using it for: {}", purpose.label());
    let request = file::filed(tx, about, RequestKind::Objection, words, now).await?;
    let by = Some(about.actor());
    begin(tx, (school, person), purpose, (request.id, by), now).await
}

/// Stops a use at the word of the lead, for who asked without the switch. Answers false
/// where another objection has stopped it already.
pub(super) async fn object_for(
    tx: &Write,
    of: (SchoolId, PersonId),
    purpose: ObjectionUse,
    said: (RightsRequestId, Option<PersonId>),
    now: Time,
) -> Result<bool, Error> {
    if in_force(&**tx, of.0, of.1, purpose).await?.is_some() {
        return Ok(false);
    }
    begin(tx, of, purpose, said, now).await?;
    Ok(true)
}

async fn begin(
    tx: &Write,
    (school, person): (SchoolId, PersonId),
    purpose: ObjectionUse,
    (request, by): (RightsRequestId, Option<PersonId>),
    now: Time,
) -> Result<(), Error> {
    objection::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        person_id: Set(person),
        purpose: Set(purpose),
        state: Set(ObjectionState::Objected),
        request_id: Set(request),
        objected_at: Set(now),
        ended_at: Set(None),
        disagreed_at: Set(None),
        disagreed_by: Set(None),
    }
    .insert(&**tx)
    .await?;
    match purpose {
        ObjectionUse::News => mail::stop_news(tx, (school, person), now).await?,
        ObjectionUse::Record => mail::stop_waiting(tx, (school, person), now).await?,
        // Whoever is signed in is out at their next page: `sessions::may_sign_in` asks.
        ObjectionUse::SigningIn | ObjectionUse::Teaching | ObjectionUse::Counting => {}
    }
    let state = (None, ObjectionState::Objected);
    record(tx, (school, person), purpose, state, by, now).await
}

/// Takes an objection back. Who made it can, and from 16 on the person themselves; that
/// nothing holds is no mistake.
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
    if !say::may_end(tx, about, request.requester_id).await? {
        return Err(AccessError::NotFound.into());
    }
    let by = Some(about.actor());
    if request.state.is_over() {
        return end(tx, &found, ObjectionState::TakenBack, by, now).await;
    }
    step::take(tx, request, (RequestStep::TakeBack, ""), by, now).await
}

/// Somebody who may not take an objection back says that they disagree with it. It holds,
/// and the lead has something to do.
pub async fn disagree(
    tx: &Write,
    about: &Permitted<PersonId>,
    purpose: ObjectionUse,
    now: Time,
) -> Result<(), Error> {
    let found = in_force(&**tx, about.school(), **about, purpose).await?;
    let Some(found) = found.filter(|found| found.disagreed_at.is_none()) else {
        return Ok(());
    };
    objection::ActiveModel {
        id: Set(found.id),
        disagreed_at: Set(Some(now)),
        disagreed_by: Set(Some(about.actor())),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    let event = Event {
        school: about.school(),
        actor: Some(about.actor()),
        kind: "objection.disputed",
        subject: about.0,
        before: None,
        after: Some(json!({ "purpose": purpose })),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}

/// How many objections of a school hold while somebody disagrees with them.
pub(crate) fn disputes(school: SchoolId) -> SelectStatement {
    Query::select()
        .column(objection::Column::Purpose)
        .from(objection::Entity)
        .and_where(objection::Column::SchoolId.eq(school))
        .and_where(objection::Column::DisagreedAt.is_not_null())
        .and_where(objection::Column::EndedAt.is_null())
        .take()
}

/// The switch by which one objects to a purpose of the data map, wherever it rests on a
/// public task or on legitimate interests; none where nobody can be found by it.
pub const fn objection_to(purpose: Purpose) -> Option<ObjectionUse> {
    match purpose {
        Purpose::Teaching => Some(ObjectionUse::Teaching),
        // The record of changes holds copies of the same record.
        Purpose::RunningTheSchool | Purpose::Accountability => Some(ObjectionUse::Record),
        // Where the guard stops, the account closes: nobody may guess for ever.
        Purpose::SigningIn | Purpose::Security => Some(ObjectionUse::SigningIn),
        // A number of a browser leads to nobody (UK GDPR Article 11): refusing everything
        // on the page of choices is all that it can do.
        Purpose::PublicPages => None,
    }
}

/// Refuses to grant an objection, or to say that it is done, while nothing has stopped.
pub(super) async fn require_use(
    tx: &Write,
    request: &rights_request::Model,
    step: RequestStep,
) -> Result<(), Error> {
    let grants = matches!(step, RequestStep::Approve | RequestStep::Complete);
    let is_over = request.state.is_over();
    if request.kind != RequestKind::Objection || !grants || is_over {
        return Ok(());
    }
    if request.subject_id.is_none() {
        return Err(Error::NobodyToStopFor);
    }
    match of_request(&**tx, request.id).await? {
        Some(_) => Ok(()),
        None => Err(Error::UseFirst),
    }
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
        RequestStep::Refuse => {
            end(tx, &found, ObjectionState::Resumed, by, now).await?;
            if found.purpose == ObjectionUse::Record {
                let of = (found.school_id, found.person_id);
                restriction::after_objection(tx, of, (request.id, words), now).await?;
            }
            Ok(())
        }
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
    let choice = |about: &consent::About, purpose| {
        let (person, is_own) = (about.id, about.id == actor.person);
        let newest = rows
            .iter()
            .find(|row| row.person_id == person && row.purpose == purpose);
        let request =
            newest.and_then(|row| requests.iter().find(|request| request.id == row.request_id));
        let state = newest.map(|row| row.state);
        let holds = state == Some(ObjectionState::Objected);
        let said_it = request.is_some_and(|request| request.requester_id == Some(actor.person));
        let is_disputed = holds && newest.is_some_and(|row| row.disagreed_at.is_some());
        let may = if !holds {
            say::stops(about.age, is_own).then_some(ObjectionStep::Object)
        } else if say::ends(about.age, is_own, said_it) {
            Some(ObjectionStep::TakeBack)
        } else {
            (!is_disputed).then_some(ObjectionStep::Disagree)
        };
        ObjectionChoice {
            purpose,
            state,
            reasons: request
                .filter(|_| state == Some(ObjectionState::Resumed))
                .and_then(|request| request.decision.clone()),
            may,
            is_disputed,
        }
    };
    Ok(people
        .into_iter()
        .map(|about| ObjectionsOf {
            uses: ObjectionUse::ALL
                .iter()
                .copied()
                // News are for grown-ups alone.
                .filter(|one| *one != ObjectionUse::News || about.age == AgeBand::Adult)
                .map(|purpose| choice(&about, purpose))
                .collect(),
            is_self: about.id == actor.person,
            may_stop: say::stops(about.age, about.id == actor.person),
            person: about.id,
            name: about.name,
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
    objects(purpose)
        .and_where(objection::Column::SchoolId.eq(school))
        .to_owned()
}

/// Everybody who objects to a use, in any school.
pub(crate) fn objects(purpose: ObjectionUse) -> SelectStatement {
    Query::select()
        .column(objection::Column::PersonId)
        .from(objection::Entity)
        .and_where(objection::Column::Purpose.eq(purpose))
        .and_where(objection::Column::EndedAt.is_null())
        .take()
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
