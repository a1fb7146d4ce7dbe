//! How the actor stands to a classroom and what is in it, as columns that are read
//! with the row itself: a place of their own, a child's place, or an office.

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, FromQueryResult, Iterable, JoinType, QueryResult,
    QuerySelect, Select,
};
use vocab::classrooms::{ClassroomRole, Standing};
use vocab::people::Role;

use super::Work;
use crate::actor::Actor;
use entity::{assignment, classroom, enrolment, guardianship, submission};

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

/// Set work beside how the actor stands to it now, and whether the work was theirs.
pub(super) struct SeenWork {
    pub(super) seen: Seen<Work>,
    handed_in: bool,
}

impl FromQueryResult for SeenWork {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        Ok(Self {
            seen: Seen::from_query_result(row, prefix)?,
            handed_in: row.try_get(prefix, HANDED_IN)?,
        })
    }
}

impl SeenWork {
    /// The standing, and true where it comes from a place that is over: whoever handed the
    /// work in, or whose child did, reads their own. A guardian who is an admin has their
    /// child's before the office's.
    pub(super) fn standing(&self, actor: &Actor) -> Option<(Standing, bool)> {
        let present = self
            .seen
            .standing(actor, [Standing::Guardian, Standing::Admin]);
        match present {
            None | Some(Standing::Admin) if self.handed_in => {
                let own = if actor.is(Role::Student) {
                    Standing::Student
                } else {
                    Standing::Guardian
                };
                Some((own, true))
            }
            present => present.map(|standing| (standing, false)),
        }
    }
}

const HANDED_IN: &str = "handed_in_once";

/// The columns of [`SeenWork`], beside those of the work.
pub(super) fn work_columns(
    select: Select<assignment::Entity>,
    actor: &Actor,
) -> Select<assignment::Entity> {
    let of_work = (assignment::Entity, assignment::Column::ClassroomId);
    standing_columns(select, actor, of_work).expr_as(was_handed_in_by(actor), HANDED_IN)
}

/// Whether the actor has handed in the work that a query reads, and not taken it back, or a
/// child of theirs has: never of whoever has no such role any more.
pub(crate) fn was_handed_in_by(actor: &Actor) -> Expr {
    let is_one = actor.is(Role::Student) || actor.is(Role::Guardian);
    let to_work = submission::Column::AssignmentId
        .into_expr()
        .equals((assignment::Entity, assignment::Column::Id));
    let mut whose = Condition::any();
    if actor.is(Role::Student) {
        whose = whose.add(submission::Column::StudentId.eq(actor.person));
    }
    if actor.is(Role::Guardian) {
        whose = whose.add(submission::Column::StudentId.in_subquery(children_of(actor)));
    }
    let theirs = Query::select()
        .expr(Expr::val(1))
        .from(submission::Entity)
        .cond_where(
            Condition::all()
                .add(Expr::value(is_one))
                .add(to_work)
                .add(whose)
                .add(submission::Column::AttemptId.is_not_null()),
        )
        .take();
    Expr::exists(theirs)
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
        .take();
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
            .take()
    } else {
        Query::select().expr(Expr::val(0_i64)).take()
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
        .take()
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
        .take()
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
        .take()
}
