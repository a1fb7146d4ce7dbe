//! Giving somebody a role of the school by hand, and ending one. A school always
//! keeps an admin, until it has left and nothing of it is held or restricted any more:
//! whoever ends the role of one holds the school's row meanwhile, so that two admins who
//! end each other at once do not both succeed.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, JoinType, PaginatorTrait, QueryFilter, QuerySelect};
use serde_json::{Value, json};
use vocab::ids::PersonId;
use vocab::people::{Role, Roles};

use super::Error;
use super::write::{give_role, load, record};
use crate::access::Permitted;
use crate::clock::Time;
use crate::db::Write;
use crate::guard::{self, Use};
use crate::schools::{leaving, stands_in_the_way};
use entity::{person_role, school};

/// Gives a role of the school to somebody who is here and does not have it. A
/// student keeps that one role: students are handed their passwords, and nobody
/// else may ever know the password of who sees other people's data.
pub async fn add_role(
    tx: &Write,
    permitted: &Permitted<()>,
    id: PersonId,
    role: Role,
    now: Time,
) -> Result<(), Error> {
    let person = load(tx, permitted.school(), id).await?;
    if person.ended_at.is_some() {
        return Err(Error::NothingToDo);
    }
    if !Role::IN_A_SCHOOL.contains(&role) {
        return Err(Error::NoSuchRole);
    }
    guard::require(&**tx, (permitted.school(), id), Use::GiveRole).await?;
    let has = roles_of(tx, permitted, id).await?;
    if has.has(role) {
        return Err(Error::HasRole);
    }
    if has != Roles::default() && (has.has(Role::Student) || role == Role::Student) {
        return Err(Error::StudentAlone);
    }
    give_role(tx, permitted.school(), id, role, now).await?;
    let after = json!({ "role": role });
    record(
        tx,
        permitted,
        "person.role_given",
        id,
        Value::Null,
        after,
        now,
    )
    .await?;
    Ok(())
}

/// Ends a role. Places in classrooms and family ties that hang on it give nothing
/// from then on, and everything again if the role is given back.
pub async fn end_role(
    tx: &Write,
    permitted: &Permitted<()>,
    id: PersonId,
    role: Role,
    now: Time,
) -> Result<(), Error> {
    load(tx, permitted.school(), id).await?;
    if role == Role::SchoolAdmin {
        if permitted.actor() == Some(id) {
            return Err(Error::OwnAdminRole);
        }
        keep_an_admin(tx, permitted, id, now).await?;
    }
    let ended = person_role::Entity::update_many()
        .col_expr(person_role::Column::EndedAt, Expr::value(Some(now)))
        .filter(person_role::Column::SchoolId.eq(permitted.school()))
        .filter(person_role::Column::PersonId.eq(id))
        .filter(person_role::Column::Role.eq(role))
        .filter(person_role::Column::EndedAt.is_null())
        .exec(&**tx)
        .await?;
    if ended.rows_affected == 0 {
        return Err(Error::NothingToDo);
    }
    let before = json!({ "role": role });
    let after = json!({ "ended_at": now });
    record(tx, permitted, "person.role_ended", id, before, after, now).await?;
    Ok(())
}

/// Refuses where nobody but `id` would run the school, as long as it is here, and after that
/// as long as somebody has to end what keeps it from being deleted. The school's row is held
/// until the transaction ends.
pub(super) async fn keep_an_admin(
    tx: &Write,
    permitted: &Permitted<()>,
    id: PersonId,
    now: Time,
) -> Result<(), Error> {
    school::Entity::find_by_id(permitted.school())
        .lock_exclusive()
        .one(&**tx)
        .await?;
    let to_person = person_role::Entity::belongs_to(entity::person::Entity)
        .from(person_role::Column::PersonId)
        .to(entity::person::Column::Id)
        .into();
    let admins = |person| {
        person_role::Entity::find()
            .filter(person_role::Column::SchoolId.eq(permitted.school()))
            .filter(person_role::Column::Role.eq(Role::SchoolAdmin))
            .filter(person_role::Column::EndedAt.is_null())
            .filter(person)
    };
    let is_admin = admins(person_role::Column::PersonId.eq(id))
        .count(&**tx)
        .await?
        > 0;
    let others = admins(person_role::Column::PersonId.ne(id))
        .join(JoinType::InnerJoin, to_person)
        .filter(entity::person::Column::EndedAt.is_null())
        .count(&**tx)
        .await?;
    if !is_admin || others > 0 {
        return Ok(());
    }
    let school = permitted.school();
    let has_left = leaving::left_at(&**tx, school, now).await?.is_some();
    if has_left && stands_in_the_way(&**tx, school).await?.is_nothing() {
        return Ok(());
    }
    Err(Error::LastAdmin)
}

async fn roles_of(tx: &Write, permitted: &Permitted<()>, id: PersonId) -> Result<Roles, Error> {
    let roles: Vec<Role> = person_role::Entity::find()
        .select_only()
        .column(person_role::Column::Role)
        .filter(person_role::Column::SchoolId.eq(permitted.school()))
        .filter(person_role::Column::PersonId.eq(id))
        .filter(person_role::Column::EndedAt.is_null())
        .into_tuple()
        .all(&**tx)
        .await?;
    Ok(roles.into_iter().collect())
}
