//! How the actor stands to a classroom and what is in it, as columns that are read
//! with the row itself: a place of their own, a child's place, or an office.

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, FromQueryResult, Iterable, JoinType, QueryResult,
    QuerySelect, Select,
};
use vocab::classrooms::{ClassroomRole, Standing};
use vocab::people::Role;

use crate::actor::Actor;
use entity::{assignment, classroom, enrolment, guardianship};

/// Before the names of a classroom's columns, where they are read beside others.
pub(super) const CLASSROOM: &str = "c_";
/// The same for set work.
pub(super) const ASSIGNMENT: &str = "a_";

/// A column's name behind what tells its table.
pub(super) fn prefixed(prefix: &str, column: impl sea_orm::IdenStatic) -> String {
    format!("{prefix}{}", column.as_str())
}

/// A classroom's columns beside the row's own.
pub(super) fn classroom_columns<E: EntityTrait>(mut select: Select<E>) -> Select<E> {
    for column in classroom::Column::iter() {
        select = select.column_as(column, prefixed(CLASSROOM, column));
    }
    select
}

/// Work joined with its classroom, to be read as [`Work`].
pub(crate) fn with_classroom(select: Select<assignment::Entity>) -> Select<assignment::Entity> {
    let classroom = assignment::Entity::belongs_to(classroom::Entity)
        .from(assignment::Column::ClassroomId)
        .to(classroom::Column::Id)
        .into();
    classroom_columns(select.join(JoinType::InnerJoin, classroom))
}

/// A row beside how the actor stands to its classroom.
pub(super) struct Seen<T> {
    pub(super) row: T,
    my_role: Option<ClassroomRole>,
    my_children: i64,
}

impl<T: FromQueryResult> FromQueryResult for Seen<T> {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        Ok(Self {
            row: T::from_query_result(row, prefix)?,
            my_role: row.try_get(prefix, "my_role")?,
            my_children: row.try_get(prefix, "my_children")?,
        })
    }
}

impl<T> Seen<T> {
    /// A place in the classroom comes first; of a guardian's and an admin's
    /// standing, the one that is named first.
    pub(super) fn standing(
        &self,
        actor: &Actor,
        without_a_place: [Standing; 2],
    ) -> Option<Standing> {
        match self.my_role {
            Some(ClassroomRole::Teacher) => Some(Standing::Teacher),
            Some(ClassroomRole::Student) => Some(Standing::Student),
            None => without_a_place.into_iter().find(|standing| match standing {
                Standing::Guardian => self.my_children > 0,
                Standing::Admin => actor.is(Role::SchoolAdmin),
                Standing::Teacher | Standing::Student => false,
            }),
        }
    }
}

/// The columns of [`Seen`], beside the row's own.
pub(super) fn standing_columns<E: EntityTrait>(
    select: Select<E>,
    actor: &Actor,
    classroom: (E, E::Column),
) -> Select<E> {
    let here = || {
        enrolment::Column::ClassroomId
            .into_expr()
            .eq(Expr::col(classroom))
    };
    // "teacher" sorts after "student": who is both has the standing of a teacher. A
    // place whose role in the school has ended is none.
    let lasting = [ClassroomRole::Student, ClassroomRole::Teacher]
        .into_iter()
        .filter(|place| actor.is(school_role(*place)));
    let my_role = Query::select()
        .expr(enrolment::Column::Role.max())
        .from(enrolment::Entity)
        .cond_where(
            Condition::all()
                .add(here())
                .add(enrolment::Column::PersonId.eq(actor.person))
                .add(enrolment::Column::Role.is_in(lasting))
                .add(enrolment::Column::EndedAt.is_null()),
        )
        .to_owned();
    let my_children = if actor.is(Role::Guardian) {
        Query::select()
            .expr(enrolment::Column::Id.count())
            .from(enrolment::Entity)
            .cond_where(
                Condition::all()
                    .add(here())
                    .add(enrolment::Column::EndedAt.is_null())
                    .add(enrolment::Column::PersonId.in_subquery(children_of(actor))),
            )
            .to_owned()
    } else {
        Query::select().expr(Expr::val(0_i64)).to_owned()
    };
    select
        .expr_as(Expr::SubQuery(None, Box::new(my_role.into())), "my_role")
        .expr_as(
            Expr::SubQuery(None, Box::new(my_children.into())),
            "my_children",
        )
}

/// The students that the actor looks after: none once the role of guardian has ended.
pub(crate) fn children_of(actor: &Actor) -> SelectStatement {
    Query::select()
        .column(guardianship::Column::StudentId)
        .from(guardianship::Entity)
        .cond_where(
            Condition::all()
                .add(guardianship::Column::GuardianId.eq(actor.person))
                .add(guardianship::Column::EndedAt.is_null())
                .add(Expr::value(actor.is(Role::Guardian))),
        )
        .to_owned()
}

/// The role in the school that goes with a place in a classroom.
const fn school_role(place: ClassroomRole) -> Role {
    match place {
        ClassroomRole::Teacher => Role::Teacher,
        ClassroomRole::Student => Role::Student,
    }
}

/// The classrooms that the actor has a place in: none where the school's role that
/// goes with the place has ended.
pub(crate) fn classrooms_of(actor: &Actor, role: ClassroomRole) -> SelectStatement {
    Query::select()
        .column(enrolment::Column::ClassroomId)
        .from(enrolment::Entity)
        .cond_where(
            Condition::all()
                .add(enrolment::Column::PersonId.eq(actor.person))
                .add(enrolment::Column::Role.eq(role))
                .add(enrolment::Column::EndedAt.is_null())
                .add(Expr::value(actor.is(school_role(role)))),
        )
        .to_owned()
}

/// The classrooms that a child of the actor learns in.
pub(crate) fn classrooms_of_children(actor: &Actor) -> SelectStatement {
    Query::select()
        .column(enrolment::Column::ClassroomId)
        .from(enrolment::Entity)
        .cond_where(
            Condition::all()
                .add(enrolment::Column::PersonId.in_subquery(children_of(actor)))
                .add(enrolment::Column::Role.eq(ClassroomRole::Student))
                .add(enrolment::Column::EndedAt.is_null()),
        )
        .to_owned()
}
