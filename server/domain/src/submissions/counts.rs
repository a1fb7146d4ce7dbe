//! How far classrooms are with their work. Only students who have a place now are
//! counted; the answers of one who left stay where they are and can be reached. Whoever
//! is restricted is in no count (`Use::Count`, `Use::ReturnAll`). Whoever objects to teaching
//! is counted, but nothing of theirs waits for a teacher, who may neither mark nor return it.

use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, Func, IntoCondition, Query};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationDef, Select,
};
use vocab::classrooms::ClassroomRole;
use vocab::ids::{AssignmentId, ClassroomId};
use vocab::objections::ObjectionUse;

use crate::guard;
use crate::rights;
use entity::{assignment, enrolment, mark, submission};

/// Answers that were handed in, of students who have a place now, joined with
/// their assignment and mark, and with four counts to be grouped by the caller:
/// `handed_in`, `to_mark`, `to_return`, `returned`.
pub(crate) fn counted() -> Select<submission::Entity> {
    with_counts(handed_in())
}

/// The same for known work of one classroom. It names the work and the students,
/// so that the database looks up pairs and never reads all that a student ever did.
pub(crate) fn counted_in(
    classroom: ClassroomId,
    which: impl Iterator<Item = AssignmentId>,
) -> Select<submission::Entity> {
    let here = Query::select()
        .column(enrolment::Column::PersonId)
        .from(enrolment::Entity)
        .and_where(enrolment::Column::ClassroomId.eq(classroom))
        .and_where(enrolment::Column::Role.eq(ClassroomRole::Student))
        .and_where(enrolment::Column::EndedAt.is_null())
        .take();
    with_counts(
        submission::Entity::find()
            .join(JoinType::LeftJoin, to_mark())
            .filter(submission::Column::AssignmentId.is_in(which))
            .filter(submission::Column::StudentId.in_subquery(here))
            .filter(submission::Column::StudentId.not_in_subquery(guard::restricted()))
            .filter(submission::Column::AttemptId.is_not_null()),
    )
}

fn with_counts(select: Select<submission::Entity>) -> Select<submission::Entity> {
    select
        .select_only()
        .expr_as(submission::Column::Id.count(), "handed_in")
        .expr_as(count_if(to_be_marked()), "to_mark")
        .expr_as(count_if(to_return()), "to_return")
        .expr_as(count_if(Condition::all().add(returned())), "returned")
}

/// Answers that were handed in, of students who have a place now, joined with
/// assignment, place and mark.
pub(crate) fn handed_in() -> Select<submission::Entity> {
    submission::Entity::find()
        .join(JoinType::InnerJoin, to_assignment())
        .join(JoinType::InnerJoin, to_place())
        .join(JoinType::LeftJoin, to_mark())
        .filter(submission::Column::AttemptId.is_not_null())
        .filter(
            enrolment::Column::ClassroomId
                .into_expr()
                .equals((assignment::Entity, assignment::Column::ClassroomId)),
        )
        .filter(enrolment::Column::Role.eq(ClassroomRole::Student))
        .filter(enrolment::Column::EndedAt.is_null())
        .filter(submission::Column::StudentId.not_in_subquery(guard::restricted()))
}

/// What was handed in is to be given back: it is marked, and nobody objects to that.
pub(crate) fn to_return() -> Condition {
    not_returned().add(nobody_objects())
}

/// What was handed in has a mark or words of its own that were not given back.
pub(crate) fn not_returned() -> Condition {
    Condition::all().add(is_after(mark::Column::MarkedAt)).add(
        Condition::any()
            .add(mark::Column::ReturnedAt.is_null())
            .add(mark::Column::ReturnedAt.into_expr().lt(handed_in_at())),
    )
}

/// What was handed in is to be marked: it has no mark or words of its own yet, and nobody
/// objects to that.
pub(crate) fn to_be_marked() -> Condition {
    let unmarked = Condition::any()
        .add(mark::Column::MarkedAt.is_null())
        .add(mark::Column::MarkedAt.into_expr().lt(handed_in_at()));
    Condition::all().add(unmarked).add(nobody_objects())
}

fn nobody_objects() -> Expr {
    submission::Column::StudentId.not_in_subquery(rights::objects(ObjectionUse::Teaching))
}

fn returned() -> Expr {
    is_after(mark::Column::ReturnedAt)
}

fn is_after(column: mark::Column) -> Expr {
    column.into_expr().gte(handed_in_at())
}

fn handed_in_at() -> Expr {
    submission::Column::HandedInAt.into_expr()
}

/// Counts the rows that fit; the others are NULL, which is not counted.
fn count_if(which: Condition) -> Expr {
    let case = CaseStatement::new().case(which, submission::Column::Id.into_expr());
    Func::count(case).into()
}

fn to_assignment() -> RelationDef {
    submission::Entity::belongs_to(assignment::Entity)
        .from(submission::Column::AssignmentId)
        .to(assignment::Column::Id)
        .into()
}

fn to_place() -> RelationDef {
    submission::Entity::belongs_to(enrolment::Entity)
        .from(submission::Column::StudentId)
        .to(enrolment::Column::PersonId)
        .into()
}

/// Set work and the answer of the student whose place a query joins, if there is one.
pub(crate) fn to_answer_of_place() -> RelationDef {
    assignment::Entity::belongs_to(submission::Entity)
        .from(assignment::Column::Id)
        .to(submission::Column::AssignmentId)
        .on_condition(|_, _| {
            submission::Column::StudentId
                .into_expr()
                .equals((enrolment::Entity, enrolment::Column::PersonId))
                .into_condition()
        })
        .into()
}

/// A submission and its mark; most have none.
pub(crate) fn to_mark() -> RelationDef {
    submission::Entity::belongs_to(mark::Entity)
        .from(submission::Column::Id)
        .to(mark::Column::SubmissionId)
        .into()
}
