//! An admin's first page: the school in numbers, and what still has to be done
//! before it can work. Two queries, both over the school alone.

use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QueryOrder, QuerySelect,
};
use vocab::home::AdminHome;
use vocab::ids::ImportId;
use vocab::people::Role;
use vocab::rosters::ImportStage;
use vocab::schools::DeclarationState;

use crate::accounts::invitations;
use crate::actor::Actor;
use crate::clock::Time;
use crate::moments::moment;
use crate::schools::declaration;
use entity::{account, classroom, declaration as signed, person_role, roster_import};

#[derive(FromQueryResult)]
struct Numbers {
    students: i64,
    teachers: i64,
    guardians: i64,
    classrooms: i64,
    students_waiting: i64,
    teachers_waiting: i64,
    guardians_waiting: i64,
    declared_at: Option<Time>,
}

pub(super) async fn home(
    db: &impl ConnectionTrait,
    actor: &Actor,
    now: Time,
) -> Result<AdminHome, DbErr> {
    let select = numbers_of(actor, now);
    let numbers = Numbers::find_by_statement(db.get_database_backend().build(&select))
        .one(db)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the school in numbers".to_owned()))?;
    let declared = declaration::state(numbers.declared_at, now);
    let last_import: Option<(ImportId, String, Time)> = roster_import::Entity::find()
        .select_only()
        .columns([
            roster_import::Column::Id,
            roster_import::Column::FileName,
            roster_import::Column::AppliedAt,
        ])
        .filter(roster_import::Column::SchoolId.eq(actor.school))
        .filter(roster_import::Column::Stage.eq(ImportStage::Applied))
        .filter(roster_import::Column::AppliedAt.is_not_null())
        .order_by_desc(roster_import::Column::AppliedAt)
        .order_by_desc(roster_import::Column::Id)
        .into_tuple()
        .one(db)
        .await?;
    Ok(AdminHome {
        students: numbers.students.unsigned_abs(),
        teachers: numbers.teachers.unsigned_abs(),
        guardians: numbers.guardians.unsigned_abs(),
        classrooms: numbers.classrooms.unsigned_abs(),
        students_without_way_in: numbers.students_waiting.unsigned_abs(),
        teachers_without_way_in: numbers.teachers_waiting.unsigned_abs(),
        guardians_without_way_in: numbers.guardians_waiting.unsigned_abs(),
        is_declared: declared.opens_the_roster(),
        declaration_ends: (declared == DeclarationState::EndsSoon)
            .then_some(numbers.declared_at)
            .flatten()
            .map(|at| moment(declaration::end(at), actor.time_zone, now)),
        last_import: last_import.map(|(id, file, at)| (id, file, moment(at, actor.time_zone, now))),
    })
}

fn numbers_of(actor: &Actor, now: Time) -> SelectStatement {
    let school = actor.school;
    let waiting = |role| number(waiting(actor, role, now));
    let classrooms = Query::select()
        .expr(classroom::Column::Id.count())
        .from(classroom::Entity)
        .and_where(classroom::Column::SchoolId.eq(school))
        .and_where(classroom::Column::ArchivedAt.is_null())
        .take();
    let declared_at = Query::select()
        .column(signed::Column::SignedAt)
        .from(signed::Entity)
        .cond_where(declaration::present_of(school))
        .order_by(signed::Column::SignedAt, Order::Desc)
        .limit(1)
        .take();
    Query::select()
        .expr_as(number(people(actor, Role::Student)), "students")
        .expr_as(number(people(actor, Role::Teacher)), "teachers")
        .expr_as(number(people(actor, Role::Guardian)), "guardians")
        .expr_as(number(classrooms), "classrooms")
        .expr_as(waiting(Role::Student), "students_waiting")
        .expr_as(waiting(Role::Teacher), "teachers_waiting")
        .expr_as(waiting(Role::Guardian), "guardians_waiting")
        .expr_as(number(declared_at), "declared_at")
        .take()
}

fn number(count: SelectStatement) -> Expr {
    Expr::SubQuery(None, Box::new(count.into()))
}

fn people(actor: &Actor, role: Role) -> SelectStatement {
    Query::select()
        .expr(person_role::Column::Id.count())
        .from(person_role::Entity)
        .and_where(person_role::Column::SchoolId.eq(actor.school))
        .and_where(person_role::Column::Role.eq(role))
        .and_where(person_role::Column::EndedAt.is_null())
        .take()
}

/// Those of a role who have neither a password nor an open link, as the list of people has them
/// ([`Standing::NoLink`](vocab::people::Standing)); what the roster has closed waits for the
/// roster.
fn waiting(actor: &Actor, role: Role, now: Time) -> SelectStatement {
    let invited = invitations::who_is_invited(actor.school, now);
    let to_account = account::Column::PersonId
        .into_expr()
        .equals((person_role::Entity, person_role::Column::PersonId));
    people(actor, role)
        .join(JoinType::LeftJoin, account::Entity, to_account)
        .and_where(account::Column::PasswordSetAt.is_null())
        .and_where(account::Column::DisabledAt.is_null())
        .and_where(person_role::Column::PersonId.not_in_subquery(invited))
        .take()
}
