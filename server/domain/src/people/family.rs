//! The tie between a guardian and a student. It is what lets a guardian see a
//! child's work, so it begins and ends with an event, and only among people of
//! one school who are here.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType,
    QueryFilter, QueryOrder, QuerySelect, SqlErr,
};
use serde_json::json;
use vocab::ids::{GuardianshipId, PersonId, SchoolId};
use vocab::people::Role;

use super::write::give_role;
use super::{Error, display_name};
use crate::access::{AccessError, Permitted};
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::guard::{self, Use};
use crate::secrets::new_id;
use entity::{guardianship, person, person_role};

/// Ties a guardian to a student. Somebody who was not a guardian yet, such as a
/// teacher whose child joins, becomes one as well.
pub async fn add_guardianship(
    tx: &Write,
    permitted: &Permitted<()>,
    guardian: PersonId,
    student: PersonId,
    now: Time,
) -> Result<GuardianshipId, Error> {
    let school = permitted.school();
    let roles = roles_of_both(tx, permitted, guardian, student).await?;
    let of = |id: PersonId| roles.iter().filter(move |(person, _)| *person == id);
    if of(guardian).next().is_none() || of(student).next().is_none() {
        return Err(AccessError::NotFound.into());
    }
    let is_a_student = |id| of(id).any(|(_, role)| *role == Role::Student);
    if guardian == student || !is_a_student(student) || is_a_student(guardian) {
        return Err(Error::NotAFamily);
    }
    for one in [guardian, student] {
        guard::require(&**tx, (school, one), Use::TieFamily).await?;
    }
    let exists = guardianship::Entity::find()
        .filter(guardianship::Column::SchoolId.eq(school))
        .filter(guardianship::Column::GuardianId.eq(guardian))
        .filter(guardianship::Column::StudentId.eq(student))
        .filter(guardianship::Column::EndedAt.is_null())
        .one(&**tx)
        .await?
        .is_some();
    if exists {
        return Err(Error::TiedAlready);
    }
    if !of(guardian).any(|(_, role)| *role == Role::Guardian) {
        give_role(tx, school, guardian, Role::Guardian, now).await?;
    }
    let id = GuardianshipId(new_id());
    guardianship::ActiveModel {
        id: Set(id),
        school_id: Set(school),
        guardian_id: Set(guardian),
        student_id: Set(student),
        began_at: Set(now),
        ended_at: Set(None),
        by_roster: Set(Some(false)),
    }
    .insert(&**tx)
    .await
    .map_err(|error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::TiedAlready,
        _ => Error::Database(error),
    })?;
    record(
        tx,
        permitted,
        "guardianship.added",
        id,
        guardian,
        student,
        now,
    )
    .await?;
    Ok(id)
}

/// Ends the tie between two people, whichever of them is the guardian: the guardian
/// no longer sees this child's work.
pub async fn end_guardianship(
    tx: &Write,
    permitted: &Permitted<()>,
    one: PersonId,
    other: PersonId,
    now: Time,
) -> Result<(), Error> {
    let tie = guardianship::Entity::find()
        .filter(guardianship::Column::SchoolId.eq(permitted.school()))
        .filter(guardianship::Column::GuardianId.is_in([one, other]))
        .filter(guardianship::Column::StudentId.is_in([one, other]))
        .filter(guardianship::Column::EndedAt.is_null())
        .one(&**tx)
        .await?
        .ok_or(AccessError::NotFound)?;
    guardianship::Entity::update_many()
        .col_expr(guardianship::Column::EndedAt, Expr::value(Some(now)))
        .filter(guardianship::Column::Id.eq(tie.id))
        .exec(&**tx)
        .await?;
    record(
        tx,
        permitted,
        "guardianship.ended",
        tie.id,
        tie.guardian_id,
        tie.student_id,
        now,
    )
    .await
}

async fn roles_of_both(
    tx: &Write,
    permitted: &Permitted<()>,
    guardian: PersonId,
    student: PersonId,
) -> Result<Vec<(PersonId, Role)>, Error> {
    let to_person = person_role::Entity::belongs_to(person::Entity)
        .from(person_role::Column::PersonId)
        .to(person::Column::Id)
        .into();
    Ok(person_role::Entity::find()
        .select_only()
        .column(person_role::Column::PersonId)
        .column(person_role::Column::Role)
        .join(JoinType::InnerJoin, to_person)
        .filter(person_role::Column::SchoolId.eq(permitted.school()))
        .filter(person_role::Column::PersonId.is_in([guardian, student]))
        .filter(person_role::Column::EndedAt.is_null())
        .filter(person::Column::EndedAt.is_null())
        .into_tuple()
        .all(&**tx)
        .await?)
}

async fn record(
    tx: &Write,
    permitted: &Permitted<()>,
    kind: &'static str,
    id: GuardianshipId,
    guardian: PersonId,
    student: PersonId,
    now: Time,
) -> Result<(), Error> {
    let event = Event {
        school: permitted.school(),
        actor: permitted.actor(),
        kind,
        subject: id.0,
        before: None,
        after: Some(json!({ "guardian": guardian, "student": student })),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}

/// Which end of a tie is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Who answers for them.
    Guardians,
    /// Whom they answer for.
    Children,
}

/// A page names no more family members than this.
const MOST_NAMED: u64 = 200;

/// Somebody's guardians or children, by name; ties that have ended are left out.
pub(crate) async fn of(
    db: &impl ConnectionTrait,
    school: SchoolId,
    id: PersonId,
    side: Side,
) -> Result<Vec<(PersonId, String)>, DbErr> {
    let (own, other) = match side {
        Side::Guardians => (
            guardianship::Column::StudentId,
            guardianship::Column::GuardianId,
        ),
        Side::Children => (
            guardianship::Column::GuardianId,
            guardianship::Column::StudentId,
        ),
    };
    let to_other = guardianship::Entity::belongs_to(person::Entity)
        .from(other)
        .to(person::Column::Id)
        .into();
    let rows: Vec<(PersonId, String, String)> = guardianship::Entity::find()
        .select_only()
        .column(person::Column::Id)
        .column(person::Column::GivenName)
        .column(person::Column::FamilyName)
        .join(JoinType::InnerJoin, to_other)
        .filter(guardianship::Column::SchoolId.eq(school))
        .filter(own.eq(id))
        .filter(guardianship::Column::EndedAt.is_null())
        .order_by_asc(person::Column::SortName)
        .limit(MOST_NAMED)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(person, given, family)| (person, display_name(&given, &family)))
        .collect())
}

/// The names of the children of each of these guardians. Ties that have ended are left out, and
/// those of whose data is restricted.
pub(crate) async fn children_of_each(
    db: &impl ConnectionTrait,
    school: SchoolId,
    guardians: Vec<PersonId>,
) -> Result<HashMap<PersonId, Vec<String>>, DbErr> {
    let guardian = (guardianship::Entity, guardianship::Column::GuardianId);
    let child = (guardianship::Entity, guardianship::Column::StudentId);
    let to_child = guardianship::Entity::belongs_to(person::Entity)
        .from(guardianship::Column::StudentId)
        .to(person::Column::Id)
        .into();
    let rows: Vec<(PersonId, String, String)> = guardianship::Entity::find()
        .select_only()
        .column(guardianship::Column::GuardianId)
        .column(person::Column::GivenName)
        .column(person::Column::FamilyName)
        .join(JoinType::InnerJoin, to_child)
        .filter(guardianship::Column::SchoolId.eq(school))
        .filter(guardianship::Column::GuardianId.is_in(guardians))
        .filter(guardianship::Column::EndedAt.is_null())
        .filter(guard::is_restricted(Expr::col(guardian)).not())
        .filter(guard::is_restricted(Expr::col(child)).not())
        .order_by_asc(person::Column::SortName)
        .into_tuple()
        .all(db)
        .await?;
    let mut children: HashMap<PersonId, Vec<String>> = HashMap::new();
    for (guardian, given, family) in rows {
        let of_one = children.entry(guardian).or_default();
        of_one.push(display_name(&given, &family));
    }
    Ok(children)
}
