//! Restricting (UK GDPR Article 18): switched on at once by the person, by who looks after
//! them, or by the lead. Only who may decide ends it at once; the school ends one a week
//! after it has said so, with its reasons. What it stops stands in `guard`.

use chrono::TimeDelta;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;
use vocab::form::FieldError;
use vocab::ids::{PersonId, RestrictionId, RightsRequestId, SchoolId};
use vocab::restrictions::{NOTICE_DAYS, RestrictionGround, RestrictionLine, RestrictionOf};
use vocab::rights::{RequestKind, RequestStep};

use super::{Error, file, recipients, say, step};
use crate::access::{AccessError, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::consent::About;
use crate::db::{Db, Keyed, Write};
use crate::events::{self, Event};
use crate::keys::{Place, text};
use crate::mail::{self, Mail, Outgoing, To};
use crate::moments::moment;
use crate::people;
use crate::secrets::new_id;
use entity::{restriction, rights_request, school};

/// A list shows no more than this.
const MOST_LISTED: u64 = 200;

/// Restricts somebody's data, at the word of the person or of who looks after them, and
/// files it as a request. That it is restricted already is no mistake.
pub async fn restrict(tx: &Write, about: &Permitted<PersonId>, now: Time) -> Result<(), Error> {
    say::may_stop(tx, about).await?;
    if in_force(&**tx, about.school(), **about).await?.is_none() {
        let words = "Keep it, and do nothing else with it for now.".to_owned();
        file::file(tx, about, RequestKind::Restriction, words, now).await?;
    }
    Ok(())
}

/// What a request to restrict does in the moment in which it is filed, where who asks may
/// say so.
pub(super) async fn of_request(
    tx: &Write,
    about: &Permitted<PersonId>,
    request: RightsRequestId,
    now: Time,
) -> Result<(), Error> {
    let of = (about.school(), **about);
    if say::may_stop(tx, about).await.is_err() || in_force(&**tx, of.0, of.1).await?.is_some() {
        return Ok(());
    }
    let ground = RestrictionGround::Asked;
    begin(tx, of, ground, (Some(about.actor()), Some(request)), now).await
}

/// Restricts somebody's data at the word of the lead.
pub async fn restrict_for(
    tx: &Write,
    permitted: &Permitted<()>,
    (username, ground): (&str, RestrictionGround),
    now: Time,
) -> Result<(), Error> {
    let mistake = |message: &str| {
        Err(Error::Invalid(vec![FieldError {
            field: "username".to_owned(),
            message: message.to_owned(),
        }]))
    };
    let found = people::find_by_username(&**tx, permitted, username).await;
    let Some(person) = found.ok().flatten() else {
        return mistake("Nobody in your school has this username");
    };
    let of = (permitted.school(), person);
    if in_force(&**tx, of.0, of.1).await?.is_some() {
        return mistake("Their data is restricted already");
    }
    begin(tx, of, ground, (permitted.actor(), None), now).await
}

/// An objection to the record ended by reasons: what it stopped goes on a week after
/// they were told.
pub(super) async fn after_objection(
    tx: &Write,
    of: (SchoolId, PersonId),
    (request, reasons): (RightsRequestId, &str),
    now: Time,
) -> Result<(), Error> {
    if in_force(&**tx, of.0, of.1).await?.is_some() {
        return Ok(());
    }
    let ground = RestrictionGround::ObjectionPending;
    begin(tx, of, ground, (None, Some(request)), now).await?;
    if let Some(row) = in_force(&**tx, of.0, of.1).await? {
        announce(tx, &row, reasons, None, now).await?;
    }
    Ok(())
}

/// Begins a restriction. Whoever was given the data hears of it where it begins at a request:
/// there the lead says that they were told.
async fn begin(
    tx: &Write,
    (school, person): (SchoolId, PersonId),
    ground: RestrictionGround,
    (by, request): (Option<PersonId>, Option<RightsRequestId>),
    now: Time,
) -> Result<(), Error> {
    let row = restriction::Model {
        id: RestrictionId(new_id()),
        school_id: school,
        person_id: person,
        ground,
        begun_by: by,
        begun_at: now,
        request_id: request,
        lift_reason: None,
        told_at: None,
        lifts_at: None,
        ended_at: None,
    };
    let after = json!({ "ground": ground });
    record(tx, &row, "restriction.begun", by, after, now).await?;
    restriction::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(&**tx)
        .await?;
    mail::stop_waiting(tx, (school, person), now).await?;
    if let Some(request) = request {
        recipients::changed(tx, (school, person), request, now).await?;
    }
    Ok(())
}

/// Ends a restriction at once, at the word of who may decide.
pub async fn end(tx: &Write, about: &Permitted<PersonId>, now: Time) -> Result<(), Error> {
    let Some(row) = in_force(&**tx, about.school(), **about).await? else {
        return Ok(());
    };
    if !say::may_end(tx, about, row.begun_by).await? {
        return Err(AccessError::NotFound.into());
    }
    let by = Some(about.actor());
    if let Some(request) = row.request_id {
        let request = step::hold(tx, about.school(), request).await?;
        let is_its_own = request.kind == RequestKind::Restriction;
        if is_its_own && !request.state.is_over() {
            return step::take(tx, request, (RequestStep::TakeBack, ""), by, now).await;
        }
    }
    stop(tx, &row, by, now).await
}

/// What a step of its request means for a restriction: granting it begins one where none
/// began with the request; refusing needs reasons and a week.
pub(super) async fn follow(
    tx: &Write,
    request: &rights_request::Model,
    (step, words): (RequestStep, &str),
    by: Option<PersonId>,
    now: Time,
) -> Result<(), Error> {
    let begun = restriction::Entity::find()
        .filter(restriction::Column::RequestId.eq(request.id))
        .one(&**tx)
        .await?;
    if begun.is_none() && matches!(step, RequestStep::Approve | RequestStep::Complete) {
        return grant(tx, request, by, now).await;
    }
    let Some(row) = begun.filter(|row| row.ended_at.is_none()) else {
        return Ok(());
    };
    match step {
        RequestStep::Refuse if words.trim().is_empty() => Err(Error::NoReasons),
        RequestStep::Refuse => announce(tx, &row, words, by, now).await,
        RequestStep::TakeBack => stop(tx, &row, by, now).await,
        _ => Ok(()),
    }
}

/// Restricts at a request that could not do so when it came: by the contact page, by letter,
/// or from somebody who may not say it themselves.
async fn grant(
    tx: &Write,
    request: &rights_request::Model,
    by: Option<PersonId>,
    now: Time,
) -> Result<(), Error> {
    let person = request.subject_id.ok_or(Error::NobodyToStopFor)?;
    let of = (request.school_id, person);
    if in_force(&**tx, of.0, of.1).await?.is_some() {
        return Ok(());
    }
    let ground = RestrictionGround::Asked;
    begin(tx, of, ground, (by, Some(request.id)), now).await
}

/// The lead says that a restriction ends in a week, and why. Whoever it is about is told
/// now: by mail, where they have an address, and under My data.
pub async fn give_notice(
    tx: &Write,
    permitted: &Permitted<()>,
    id: RestrictionId,
    reason: &str,
    now: Time,
) -> Result<(), Error> {
    let row = restriction::Entity::find_by_id(id)
        .filter(restriction::Column::SchoolId.eq(permitted.school()))
        .lock_exclusive()
        .one(&**tx)
        .await?
        .ok_or(AccessError::NotFound)?;
    if row.ended_at.is_some() || row.lifts_at.is_some() {
        return Err(Error::NotNow);
    }
    announce(tx, &row, reason, permitted.actor(), now).await
}

async fn announce(
    tx: &Write,
    row: &restriction::Model,
    reason: &str,
    by: Option<PersonId>,
    now: Time,
) -> Result<(), Error> {
    let lifts_at = now + TimeDelta::days(NOTICE_DAYS);
    let at = seal_place(row.school_id, row.id);
    let sealed = text::seal(&**tx, row.person_id, &at, reason).await?;
    restriction::ActiveModel {
        id: Set(row.id),
        lift_reason: Set(Some(sealed)),
        told_at: Set(Some(now)),
        lifts_at: Set(Some(lifts_at)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    let school = school::Entity::find_by_id(row.school_id).one(&**tx).await?;
    let zone = school
        .and_then(|school| school.time_zone.parse().ok())
        .unwrap_or(chrono_tz::Tz::UTC);
    let mail = Mail::RequestAnswered {
        reference: String::new(),
        what: RequestKind::Restriction.label().to_owned(),
        state: format!("It ends on {}", moment(lifts_at, zone, now).words),
        words: None,
        is_over: false,
    };
    let new = Outgoing {
        school: row.school_id,
        to: To::Person(row.person_id),
        mail,
        cause: Some(row.id.0),
        until: Some(lifts_at),
    };
    mail::queue(tx, new, now).await?;
    let after = json!({ "lifts_at": lifts_at });
    record(tx, row, "restriction.announced", by, after, now).await?;
    Ok(())
}

async fn stop(
    tx: &Write,
    row: &restriction::Model,
    by: Option<PersonId>,
    now: Time,
) -> Result<(), Error> {
    restriction::ActiveModel {
        id: Set(row.id),
        ended_at: Set(Some(now)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    record(tx, row, "restriction.ended", by, json!({}), now).await?;
    Ok(())
}

/// Ends restrictions whose week is over. Every hour; answers how many.
pub async fn lift_due(db: &Db, now: Time) -> Result<usize, Error> {
    let tx = db.write().await?;
    let due = restriction::Entity::find()
        .filter(restriction::Column::EndedAt.is_null())
        .filter(restriction::Column::LiftsAt.lte(now))
        .lock_exclusive()
        .all(&*tx)
        .await?;
    for row in &due {
        stop(&tx, row, None, now).await?;
    }
    tx.commit().await?;
    Ok(due.len())
}

async fn record(
    tx: &Write,
    row: &restriction::Model,
    kind: &'static str,
    actor: Option<PersonId>,
    after: serde_json::Value,
    now: Time,
) -> Result<(), DbErr> {
    let event = Event {
        school: row.school_id,
        actor,
        kind,
        subject: row.person_id.0,
        before: None,
        after: Some(after),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}

/// Where the reasons stand with which one ends.
fn seal_place(school: SchoolId, id: RestrictionId) -> Place<'static> {
    Place {
        school,
        table: "restriction",
        column: "lift_reason",
        row: id.0,
    }
}

/// Opens the reasons in these rows.
async fn open(db: &impl Keyed, rows: &mut [restriction::Model]) -> Result<(), DbErr> {
    let texts = rows.iter().filter_map(|row| row.lift_reason.as_deref());
    let ring = db.keys().to_open(texts).await?;
    for row in rows {
        let at = seal_place(row.school_id, row.id);
        let reason = row.lift_reason.as_deref();
        row.lift_reason = reason.map(|text| ring.open(&at, text).words());
    }
    Ok(())
}

/// How restrictions of the actor and their children stand. One query beside `people`.
pub async fn restrictions(
    db: &impl Keyed,
    actor: &Actor,
    people: &[About],
    now: Time,
) -> Result<Vec<RestrictionOf>, DbErr> {
    let mut rows = restriction::Entity::find()
        .filter(restriction::Column::SchoolId.eq(actor.school))
        .filter(restriction::Column::PersonId.is_in(people.iter().map(|about| about.id)))
        .filter(restriction::Column::EndedAt.is_null())
        .all(db)
        .await?;
    open(db, &mut rows).await?;
    let at = |time: Time| moment(time, actor.time_zone, now);
    Ok(rows
        .into_iter()
        .map(|row| RestrictionOf {
            can_end: people
                .iter()
                .find(|about| about.id == row.person_id)
                .is_some_and(|about| {
                    let is_own = about.id == actor.person;
                    say::ends(about.age, is_own, row.begun_by == Some(actor.person))
                }),
            person: row.person_id,
            since: at(row.begun_at),
            ground: row.ground,
            lifts: row.lifts_at.map(at).zip(row.lift_reason),
        })
        .collect())
}

/// The school's restrictions, those that hold first. Two queries.
pub async fn list_restrictions(
    db: &impl Keyed,
    actor: &Actor,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<Vec<RestrictionLine>, DbErr> {
    let mut rows = restriction::Entity::find()
        .filter(restriction::Column::SchoolId.eq(permitted.school()))
        .order_by_asc(restriction::Column::EndedAt.is_not_null())
        .order_by_desc(restriction::Column::BegunAt)
        .limit(MOST_LISTED)
        .all(db)
        .await?;
    let names = people::names_of(db, rows.iter().map(|row| row.person_id)).await?;
    open(db, &mut rows).await?;
    let at = |time: Time| moment(time, actor.time_zone, now);
    Ok(rows
        .into_iter()
        .map(|row| RestrictionLine {
            id: row.id,
            whom: names.get(&row.person_id).cloned().unwrap_or_default(),
            ground: row.ground,
            since: at(row.begun_at),
            lifts: row.lifts_at.map(at).zip(row.lift_reason),
            ended: row.ended_at.map(at),
        })
        .collect())
}

async fn in_force(
    db: &impl ConnectionTrait,
    school: SchoolId,
    person: PersonId,
) -> Result<Option<restriction::Model>, DbErr> {
    restriction::Entity::find()
        .filter(restriction::Column::SchoolId.eq(school))
        .filter(restriction::Column::PersonId.eq(person))
        .filter(restriction::Column::EndedAt.is_null())
        .one(db)
        .await
}
