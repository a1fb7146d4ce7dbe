//! Duties: who reads the security log, and who leads reports. An admin or the data
//! protection lead gives them, never to themselves, and only to staff.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;
use vocab::form::FieldError;
use vocab::ids::{DutyId, PersonId, SchoolId};
use vocab::people::Role;
use vocab::safety::{Duty, DutyLine};

use super::Error;
use crate::access::{AccessError, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::moments::moment;
use crate::people::{self, names_of};
use crate::secrets::new_id;
use entity::{duty, person_role};

/// A school has a few of them.
const MOST_LISTED: u64 = 100;

/// Gives a duty to somebody of the staff.
pub async fn give(
    tx: &Write,
    permitted: &Permitted<()>,
    (username, what): (&str, Duty),
    now: Time,
) -> Result<DutyId, Error> {
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
    if permitted.actor() == Some(person) {
        return Err(Error::Yourself);
    }
    let staff = [Role::Teacher, Role::SchoolAdmin, Role::DataProtectionLead];
    let is_staff = person_role::Entity::find()
        .filter(person_role::Column::PersonId.eq(person))
        .filter(person_role::Column::Role.is_in(staff))
        .filter(person_role::Column::EndedAt.is_null())
        .count(&**tx)
        .await?
        > 0;
    if !is_staff {
        return mistake("Only staff have a duty");
    }
    if holds(&**tx, permitted.school(), person, what).await? {
        return mistake("They have this duty already");
    }
    let id = DutyId(new_id());
    duty::ActiveModel {
        id: Set(id),
        school_id: Set(permitted.school()),
        person_id: Set(person),
        duty: Set(what),
        given_by: Set(permitted.actor()),
        given_at: Set(now),
        ended_at: Set(None),
    }
    .insert(&**tx)
    .await?;
    record(tx, permitted, "duty.given", person, what, now).await?;
    Ok(id)
}

/// Ends a duty, at once.
pub async fn end(
    tx: &Write,
    permitted: &Permitted<()>,
    id: DutyId,
    now: Time,
) -> Result<(), Error> {
    let row = duty::Entity::find_by_id(id)
        .filter(duty::Column::SchoolId.eq(permitted.school()))
        .lock_exclusive()
        .one(&**tx)
        .await?
        .ok_or(AccessError::NotFound)?;
    if row.ended_at.is_some() {
        return Err(Error::NothingToDo);
    }
    duty::ActiveModel {
        id: Set(id),
        ended_at: Set(Some(now)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    Ok(record(tx, permitted, "duty.ended", row.person_id, row.duty, now).await?)
}

async fn record(
    tx: &Write,
    permitted: &Permitted<()>,
    kind: &'static str,
    person: PersonId,
    what: Duty,
    now: Time,
) -> Result<(), DbErr> {
    let event = Event {
        school: permitted.school(),
        actor: permitted.actor(),
        kind,
        subject: person.0,
        before: None,
        after: Some(json!({ "duty": what })),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}

/// Whether somebody has a duty now. It lasts no longer than a role of staff.
pub async fn holds(
    db: &impl ConnectionTrait,
    school: SchoolId,
    person: PersonId,
    what: Duty,
) -> Result<bool, DbErr> {
    Ok(duty::Entity::find()
        .filter(duty::Column::SchoolId.eq(school))
        .filter(duty::Column::PersonId.eq(person))
        .filter(duty::Column::Duty.eq(what))
        .filter(duty::Column::EndedAt.is_null())
        .one(db)
        .await?
        .is_some())
}

/// Whether anybody who is here has a duty.
pub(crate) async fn anybody_holds(
    db: &impl ConnectionTrait,
    school: SchoolId,
    what: Duty,
) -> Result<bool, DbErr> {
    let to_role = duty::Entity::belongs_to(person_role::Entity)
        .from(duty::Column::PersonId)
        .to(person_role::Column::PersonId)
        .into();
    Ok(duty::Entity::find()
        .join(sea_orm::JoinType::InnerJoin, to_role)
        .filter(duty::Column::SchoolId.eq(school))
        .filter(duty::Column::Duty.eq(what))
        .filter(duty::Column::EndedAt.is_null())
        .filter(person_role::Column::EndedAt.is_null())
        .count(db)
        .await?
        > 0)
}

/// Who has which duty in the school. Two queries.
pub async fn list(
    db: &impl ConnectionTrait,
    actor: &Actor,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<Vec<DutyLine>, DbErr> {
    let rows = duty::Entity::find()
        .filter(duty::Column::SchoolId.eq(permitted.school()))
        .filter(duty::Column::EndedAt.is_null())
        .order_by_asc(duty::Column::GivenAt)
        .limit(MOST_LISTED)
        .all(db)
        .await?;
    let people: Vec<PersonId> = rows
        .iter()
        .flat_map(|row| [Some(row.person_id), row.given_by])
        .flatten()
        .collect();
    let names = names_of(db, people.into_iter()).await?;
    let name = |id: PersonId| names.get(&id).cloned().unwrap_or_default();
    Ok(rows
        .into_iter()
        .map(|row| DutyLine {
            id: row.id,
            who: name(row.person_id),
            duty: row.duty,
            given: format!(
                "Given by {}, {}",
                row.given_by.map_or_else(|| "the operator".to_owned(), name),
                moment(row.given_at, actor.time_zone, now).words
            ),
        })
        .collect())
}
