//! A teacher's first page: what waits to be marked or given back, oldest first,
//! and the classrooms they teach. Three queries.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, FromQueryResult, JoinType, QueryFilter,
    QuerySelect, RelationDef,
};
use vocab::classrooms::ClassroomRole;
use vocab::home::{TeacherHome, ToMark};
use vocab::ids::{AssignmentId, ClassroomId};

use super::Error;
use crate::access::classrooms_of;
use crate::actor::Actor;
use crate::classrooms::{self, Room};
use crate::clock::Time;
use crate::moments::moment;
use crate::submissions;
use entity::{assignment, classroom, submission};

/// The first page holds no more than this.
const MOST_AT_HOME: usize = 50;

pub(super) async fn home(
    db: &impl ConnectionTrait,
    actor: &Actor,
    now: Time,
) -> Result<TeacherHome, DbErr> {
    let waiting = waiting(db, actor).await?;
    let mut by_classroom: HashMap<ClassroomId, u64> = HashMap::new();
    for row in &waiting {
        *by_classroom.entry(row.classroom_id).or_default() += row.to_mark.unsigned_abs();
    }
    let rooms = Room::taught(db, actor).await?;
    Ok(TeacherHome {
        to_mark_total: waiting.len(),
        to_mark: lines(waiting, MOST_AT_HOME, actor, now),
        classrooms: classrooms::summaries(db, rooms, (&by_classroom, actor.time_zone)).await?,
    })
}

/// Everything that waits for the actor, oldest due date first. One query.
pub async fn to_mark(
    db: &impl ConnectionTrait,
    actor: &Actor,
    now: Time,
) -> Result<Vec<ToMark>, Error> {
    Ok(lines(waiting(db, actor).await?, usize::MAX, actor, now))
}

#[derive(FromQueryResult)]
struct Row {
    id: AssignmentId,
    title: String,
    due_at: Option<Time>,
    classroom_id: ClassroomId,
    classroom: String,
    to_mark: i64,
    to_return: i64,
}

/// Work in classrooms that the actor teaches, with something to mark or return.
async fn waiting(db: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Row>, DbErr> {
    use sea_orm::EntityTrait;
    let to_classroom: RelationDef = assignment::Entity::belongs_to(classroom::Entity)
        .from(assignment::Column::ClassroomId)
        .to(classroom::Column::Id)
        .into();
    let mut rows = submissions::counted()
        .columns([
            assignment::Column::Id,
            assignment::Column::Title,
            assignment::Column::DueAt,
            assignment::Column::ClassroomId,
        ])
        .column_as(classroom::Column::Name, "classroom")
        .join(JoinType::InnerJoin, to_classroom)
        .filter(submission::Column::SchoolId.eq(actor.school))
        .filter(classroom::Column::ArchivedAt.is_null())
        .filter(
            assignment::Column::ClassroomId
                .in_subquery(classrooms_of(actor, ClassroomRole::Teacher)),
        )
        .filter(
            Condition::any()
                .add(submissions::to_be_marked())
                .add(submissions::to_return()),
        )
        .group_by(assignment::Column::Id)
        .group_by(assignment::Column::Title)
        .group_by(assignment::Column::DueAt)
        .group_by(assignment::Column::ClassroomId)
        .group_by(classroom::Column::Name)
        .into_model::<Row>()
        .all(db)
        .await?;
    rows.sort_by_key(|row| (row.due_at.is_none(), row.due_at, row.id));
    Ok(rows)
}

fn lines(rows: Vec<Row>, most: usize, actor: &Actor, now: Time) -> Vec<ToMark> {
    rows.into_iter()
        .take(most)
        .map(|row| ToMark {
            assignment: row.id,
            title: row.title,
            classroom: row.classroom,
            due: row.due_at.map(|at| moment(at, actor.time_zone, now)),
            to_mark: row.to_mark.unsigned_abs(),
            to_return: row.to_return.unsigned_abs(),
        })
        .collect()
}
