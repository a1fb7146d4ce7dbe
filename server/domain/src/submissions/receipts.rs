//! Every receipt of a student, whatever classroom they are in now: who was moved to
//! another set, or has left, still has the proof of what they handed in, and the way to what
//! came back. A mark stands beside the try that it was given for. One query.

use std::collections::HashSet;

use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType,
    QueryFilter, QueryOrder, QuerySelect, RelationDef,
};
use vocab::assignments::{ReceiptLine, Receipts};
use vocab::ids::{AssignmentId, PersonId, SubmissionId};
use vocab::people::Role;
use vocab::points::Points;

use crate::access::{AccessError, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::moments::moment;
use crate::people::names_of;
use entity::{assignment, attempt, classroom, earlier_mark, mark, submission};

/// A page shows no more than this.
const MOST_LISTED: u64 = 300;

#[derive(FromQueryResult)]
struct Row {
    submission_id: SubmissionId,
    assignment_id: AssignmentId,
    receipt: String,
    handed_in_at: Time,
    is_late: bool,
    withdrawn_at: Option<Time>,
    title: String,
    classroom: String,
    /// What came back for this try or a newer one that was there when it was marked.
    returned_at: Option<Time>,
    points: Option<Points>,
    earlier_returned_at: Option<Time>,
    earlier_points: Option<Points>,
    of_points: Option<Points>,
}

/// What the person handed in, newest first.
pub async fn receipts(
    db: &impl ConnectionTrait,
    actor: &Actor,
    about: &Permitted<PersonId>,
    now: Time,
) -> Result<Receipts, AccessError> {
    let person = **about;
    let name = if person == actor.person {
        None
    } else {
        names_of(db, [person].into_iter()).await?.remove(&person)
    };
    // Whoever has handed work in finds it as long as they are a student.
    let is_read = person != actor.person || actor.is(Role::Student);
    // A mark is for the newest try that was there when it was given, which comes first.
    let mut marked = HashSet::new();
    let lines = rows(db, about)
        .await?
        .into_iter()
        .map(|row| {
            let is_for_this = row.returned_at.is_some() && marked.insert(row.submission_id);
            let (came_back, points) = if is_for_this {
                (true, row.points)
            } else {
                (row.earlier_returned_at.is_some(), row.earlier_points)
            };
            ReceiptLine {
                mark: came_back.then(|| in_words(points, row.of_points)),
                work: Some(row.assignment_id).filter(|_| is_read && row.withdrawn_at.is_none()),
                title: row.title,
                classroom: row.classroom,
                handed_in: moment(row.handed_in_at, actor.time_zone, now),
                receipt: row.receipt,
                is_late: row.is_late,
                is_withdrawn: row.withdrawn_at.is_some(),
            }
        })
        .collect();
    Ok(Receipts { name, lines })
}

/// What came back for a try.
fn in_words(points: Option<Points>, of_points: Option<Points>) -> String {
    match (points, of_points) {
        (Some(points), Some(of)) => format!("{points} of {of}"),
        (Some(points), None) => points.to_string(),
        (None, _) => "Returned, with words".to_owned(),
    }
}

async fn rows(db: &impl ConnectionTrait, about: &Permitted<PersonId>) -> Result<Vec<Row>, DbErr> {
    let to_answer: RelationDef = attempt::Entity::belongs_to(submission::Entity)
        .from(attempt::Column::SubmissionId)
        .to(submission::Column::Id)
        .into();
    let to_work: RelationDef = submission::Entity::belongs_to(assignment::Entity)
        .from(submission::Column::AssignmentId)
        .to(assignment::Column::Id)
        .into();
    let to_classroom: RelationDef = assignment::Entity::belongs_to(classroom::Entity)
        .from(assignment::Column::ClassroomId)
        .to(classroom::Column::Id)
        .into();
    // Only what was given back, and only beside tries that were there when it was marked.
    let to_mark = RelationDef::from(
        submission::Entity::belongs_to(mark::Entity)
            .from(submission::Column::Id)
            .to(mark::Column::SubmissionId),
    )
    .on_condition(|_, _| {
        let is_marked = attempt::Column::HandedInAt
            .into_expr()
            .lte(mark::Column::MarkedAt.into_expr());
        Condition::all()
            .add(mark::Column::ReturnedAt.is_not_null())
            .add(attempt::Column::WithdrawnAt.is_null())
            .add(is_marked)
    });
    // What came back for an older try stands beside that.
    let to_earlier: RelationDef = attempt::Entity::belongs_to(earlier_mark::Entity)
        .from(attempt::Column::Id)
        .to(earlier_mark::Column::AttemptId)
        .into();
    attempt::Entity::find()
        .select_only()
        .columns([
            attempt::Column::SubmissionId,
            attempt::Column::Receipt,
            attempt::Column::HandedInAt,
            attempt::Column::IsLate,
            attempt::Column::WithdrawnAt,
        ])
        .column_as(assignment::Column::Id, "assignment_id")
        .column(assignment::Column::Title)
        .column_as(classroom::Column::Name, "classroom")
        .column_as(mark::Column::ReturnedAt, "returned_at")
        .column_as(mark::Column::Points, "points")
        .column_as(earlier_mark::Column::ReturnedAt, "earlier_returned_at")
        .column_as(earlier_mark::Column::Points, "earlier_points")
        .column_as(assignment::Column::Points, "of_points")
        .join(JoinType::InnerJoin, to_answer)
        .join(JoinType::InnerJoin, to_work)
        .join(JoinType::InnerJoin, to_classroom)
        .join(JoinType::LeftJoin, to_mark)
        .join(JoinType::LeftJoin, to_earlier)
        .filter(submission::Column::StudentId.eq(**about))
        .filter(attempt::Column::SchoolId.eq(about.school()))
        .order_by_desc(attempt::Column::HandedInAt)
        .order_by_desc(attempt::Column::Id)
        .limit(MOST_LISTED)
        .into_model::<Row>()
        .all(db)
        .await
}
