//! Legal holds: an order of a court or an authority that something is kept, whatever the
//! rules say. One person opens a hold, a second approves it; it has to be looked at again
//! within ninety days, each time, and it ends only when somebody releases it with a reason.

use std::collections::HashMap;

use chrono::TimeDelta;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr,
    EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;
use vocab::form::FieldError;
use vocab::ids::{LegalHoldId, PersonId, SchoolId};
use vocab::retention::{HoldLine, ValidHold};

use crate::access::{AccessError, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::{Keyed, Write};
use crate::events::{self, Event};
use crate::keys::{Owner, Place, Ring, text};
use crate::moments::moment;
use crate::people;
use crate::secrets::new_id;
use entity::legal_hold;

/// A list shows no more than this.
const MOST_LISTED: u64 = 100;

/// Why nothing is done with a hold.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The form has mistakes; all of them, each with its field.
    #[error("the form has mistakes")]
    Invalid(Vec<FieldError>),
    /// Whoever opened it does not approve it.
    #[error("A second person has to approve a hold: not the one who opened it.")]
    SecondPerson,
    /// It was approved or released already.
    #[error("Nothing was changed: somebody else did the same just before.")]
    NothingToDo,
    /// Not there, or not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Opens a hold. It holds nothing until it is approved.
pub async fn open(
    tx: &Write,
    permitted: &Permitted<()>,
    new: ValidHold,
    now: Time,
) -> Result<LegalHoldId, Error> {
    let person = match &new.username {
        None => None,
        Some(username) => Some(whose(tx, permitted, username).await?),
    };
    let id = LegalHoldId(new_id());
    let (ring, owner) = to_seal(tx, permitted.school(), person).await?;
    let at = |column| place(permitted.school(), column, id);
    let seal = |column, words: &str| ring.seal(owner, &at(column), words).map_err(DbErr::from);
    let matter = seal("matter", &new.matter)?;
    let authority = seal("authority", &new.authority)?;
    legal_hold::ActiveModel {
        id: Set(id),
        school_id: Set(permitted.school()),
        matter: Set(matter),
        authority: Set(authority),
        person_id: Set(person),
        opened_by: Set(permitted.actor()),
        opened_at: Set(now),
        approved_by: Set(None),
        approved_at: Set(None),
        review_at: Set(now + TimeDelta::days(i64::from(new.days))),
        released_by: Set(None),
        released_at: Set(None),
        release_reason: Set(None),
    }
    .insert(&**tx)
    .await?;
    record(tx, permitted, "hold.opened", id, now).await?;
    Ok(id)
}

/// Whose username it is; a mistake of the form where it is nobody's.
async fn whose(tx: &Write, permitted: &Permitted<()>, username: &str) -> Result<PersonId, Error> {
    let found = people::find_by_username(&**tx, permitted, username).await;
    found.ok().flatten().ok_or_else(|| {
        Error::Invalid(vec![FieldError {
            field: "username".to_owned(),
            message: "Nobody in your school has this username".to_owned(),
        }])
    })
}

/// A second person approves a hold: from now on it holds.
pub async fn approve(
    tx: &Write,
    permitted: &Permitted<()>,
    id: LegalHoldId,
    now: Time,
) -> Result<(), Error> {
    let hold = lock(tx, permitted, id).await?;
    if hold.opened_by == permitted.actor() {
        return Err(Error::SecondPerson);
    }
    if hold.approved_at.is_some() || hold.released_at.is_some() {
        return Err(Error::NothingToDo);
    }
    legal_hold::ActiveModel {
        id: Set(id),
        approved_by: Set(permitted.actor()),
        approved_at: Set(Some(now)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    record(tx, permitted, "hold.approved", id, now).await?;
    Ok(())
}

/// Somebody has looked at a hold again, and it is still needed: it is looked at again in
/// so many days.
pub async fn keep(
    tx: &Write,
    permitted: &Permitted<()>,
    id: LegalHoldId,
    days: u16,
    now: Time,
) -> Result<(), Error> {
    let hold = lock(tx, permitted, id).await?;
    if hold.approved_at.is_none() || hold.released_at.is_some() {
        return Err(Error::NothingToDo);
    }
    let review_at = now + TimeDelta::days(i64::from(days));
    legal_hold::ActiveModel {
        id: Set(id),
        review_at: Set(review_at),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    let event = Event {
        school: permitted.school(),
        actor: permitted.actor(),
        kind: "hold.kept",
        subject: id.0,
        before: Some(json!({ "review_at": hold.review_at })),
        after: Some(json!({ "review_at": review_at })),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}

/// Releases a hold. What is due goes at the next sweep.
pub async fn release(
    tx: &Write,
    permitted: &Permitted<()>,
    id: LegalHoldId,
    reason: String,
    now: Time,
) -> Result<(), Error> {
    let hold = lock(tx, permitted, id).await?;
    if hold.released_at.is_some() {
        return Err(Error::NothingToDo);
    }
    let (ring, owner) = to_seal(tx, hold.school_id, hold.person_id).await?;
    let at = place(hold.school_id, "release_reason", id);
    let reason = ring.seal(owner, &at, &reason).map_err(DbErr::from)?;
    legal_hold::ActiveModel {
        id: Set(id),
        released_by: Set(permitted.actor()),
        released_at: Set(Some(now)),
        release_reason: Set(Some(reason)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    record(tx, permitted, "hold.released", id, now).await?;
    Ok(())
}

async fn lock(
    tx: &Write,
    permitted: &Permitted<()>,
    id: LegalHoldId,
) -> Result<legal_hold::Model, Error> {
    Ok(legal_hold::Entity::find_by_id(id)
        .filter(legal_hold::Column::SchoolId.eq(permitted.school()))
        .lock_exclusive()
        .one(&**tx)
        .await?
        .ok_or(AccessError::NotFound)?)
}

async fn record(
    tx: &Write,
    permitted: &Permitted<()>,
    kind: &'static str,
    id: LegalHoldId,
    now: Time,
) -> Result<(), DbErr> {
    let event = Event {
        school: permitted.school(),
        actor: permitted.actor(),
        kind,
        subject: id.0,
        before: None,
        after: Some(json!({ "hold": id })),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}

/// Whose data is held now: `Err` of nobody means the whole school's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Held {
    /// Everything of the school.
    pub(crate) is_everything: bool,
    /// Of these people.
    pub(crate) people: Vec<PersonId>,
}

impl Held {
    /// True if nothing about the person may go.
    pub(crate) fn holds(&self, person: PersonId) -> bool {
        self.is_everything || self.people.contains(&person)
    }

    /// True if nobody's data is held.
    pub(crate) fn is_nothing(&self) -> bool {
        !self.is_everything && self.people.is_empty()
    }
}

/// What is held in a school now.
pub(crate) async fn held(db: &impl ConnectionTrait, school: SchoolId) -> Result<Held, DbErr> {
    let of: Vec<Option<PersonId>> = legal_hold::Entity::find()
        .select_only()
        .column(legal_hold::Column::PersonId)
        .filter(that_hold(school))
        .into_tuple()
        .all(db)
        .await?;
    Ok(Held {
        is_everything: of.iter().any(Option::is_none),
        people: of.into_iter().flatten().collect(),
    })
}

/// How many holds of a school hold now.
pub(crate) async fn how_many(db: &impl ConnectionTrait, school: SchoolId) -> Result<u64, DbErr> {
    legal_hold::Entity::find()
        .filter(that_hold(school))
        .count(db)
        .await
}

fn that_hold(school: SchoolId) -> Condition {
    Condition::all()
        .add(legal_hold::Column::SchoolId.eq(school))
        .add(legal_hold::Column::ApprovedAt.is_not_null())
        .add(legal_hold::Column::ReleasedAt.is_null())
}

/// The same for a deletion of many rows: those that no hold keeps, by the columns of their
/// school and their person.
pub(crate) fn not_held<C: ColumnTrait>(school: C, person: C) -> Condition {
    not_held_in(school).add(
        Condition::any()
            .add(person.is_null())
            .add(person.not_in_subquery(held_people())),
    )
}

/// The rows of schools of which not everything is held.
pub(crate) fn not_held_in<C: ColumnTrait>(school: C) -> Condition {
    let whole = in_force(legal_hold::Column::SchoolId)
        .and_where(legal_hold::Column::PersonId.is_null())
        .to_owned();
    Condition::all().add(school.not_in_subquery(whole))
}

/// Everybody whose own data is held, in any school.
pub(crate) fn held_people() -> SelectStatement {
    in_force(legal_hold::Column::PersonId)
        .and_where(legal_hold::Column::PersonId.is_not_null())
        .to_owned()
}

fn in_force(column: legal_hold::Column) -> SelectStatement {
    Query::select()
        .column(column)
        .from(legal_hold::Entity)
        .and_where(legal_hold::Column::ApprovedAt.is_not_null())
        .and_where(legal_hold::Column::ReleasedAt.is_null())
        .take()
}

/// The key for the words of a hold: of whom it is about, or the school's where it is about
/// everybody, or where theirs was destroyed and an old backup brought the hold back.
async fn to_seal(
    tx: &Write,
    school: SchoolId,
    person: Option<PersonId>,
) -> Result<(Ring, Owner), DbErr> {
    text::owner_or_school(&**tx, Owner::first([person], school), school).await
}

/// Where the words of a hold stand.
fn place(school: SchoolId, column: &str, id: LegalHoldId) -> Place<'_> {
    Place {
        school,
        table: "legal_hold",
        column,
        row: id.0,
    }
}

/// Every hold of the school with its words opened, those that hold first.
pub(crate) async fn list(
    db: &impl Keyed,
    permitted: &Permitted<()>,
) -> Result<Vec<legal_hold::Model>, DbErr> {
    let mut rows = legal_hold::Entity::find()
        .filter(legal_hold::Column::SchoolId.eq(permitted.school()))
        .order_by_asc(legal_hold::Column::ReleasedAt.is_not_null())
        .order_by_desc(legal_hold::Column::OpenedAt)
        .limit(MOST_LISTED)
        .all(db)
        .await?;
    let texts = rows.iter().flat_map(|row| {
        [
            Some(&row.matter),
            Some(&row.authority),
            row.release_reason.as_ref(),
        ]
    });
    let ring = db
        .keys()
        .to_open(texts.flatten().map(String::as_str))
        .await?;
    for row in &mut rows {
        let open = |column, text: &str| {
            ring.open(&place(row.school_id, column, row.id), text)
                .words()
        };
        let (matter, authority) = (
            open("matter", &row.matter),
            open("authority", &row.authority),
        );
        let reason = row.release_reason.as_deref();
        let reason = reason.map(|text| open("release_reason", text));
        (row.matter, row.authority, row.release_reason) = (matter, authority, reason);
    }
    Ok(rows)
}

/// Everybody whom holds name.
pub(crate) fn named(rows: &[legal_hold::Model]) -> impl Iterator<Item = PersonId> {
    rows.iter().flat_map(|row| {
        [
            row.person_id,
            row.opened_by,
            row.approved_by,
            row.released_by,
        ]
        .into_iter()
        .flatten()
    })
}

/// The same as the lead sees them.
pub(crate) fn lines(
    rows: Vec<legal_hold::Model>,
    names: &HashMap<PersonId, String>,
    actor: &Actor,
    now: Time,
) -> Vec<HoldLine> {
    let name = |id: Option<PersonId>| {
        id.and_then(|id| names.get(&id).cloned())
            .unwrap_or_else(|| "the operator".to_owned())
    };
    let at = |time: Time| moment(time, actor.time_zone, now).words;
    rows.into_iter()
        .map(|row| HoldLine {
            id: row.id,
            whom: row
                .person_id
                .map_or_else(|| "everybody in the school".to_owned(), |id| name(Some(id))),
            opened: format!("{}, {}", name(row.opened_by), at(row.opened_at)),
            approved: row
                .approved_at
                .map(|when| format!("{}, {}", name(row.approved_by), at(when))),
            review: moment(row.review_at, actor.time_zone, now),
            is_overdue: row.released_at.is_none() && row.review_at <= now,
            released: row.released_at.map(|when| {
                let reason = row.release_reason.as_deref().unwrap_or_default();
                format!("{}, {}: {reason}", name(row.released_by), at(when))
            }),
            may_approve: row.approved_at.is_none()
                && row.released_at.is_none()
                && row.opened_by != Some(actor.person),
            matter: row.matter,
            authority: row.authority,
        })
        .collect()
}
