//! A student's to-do list. One query reads the work of every classroom with the
//! student's own answer and mark, a second the names of who set it; which group it
//! falls into is a pure rule.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;
use chrono_tz::Tz;
use sea_orm::sea_query::{ExprTrait, IntoCondition};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType,
    QueryFilter, QueryOrder, QueryResult, QuerySelect, RelationDef,
};
use vocab::classrooms::ClassroomRole;
use vocab::home::{Todo, TodoGroup, TodoItem};
use vocab::ids::{AssignmentId, PersonId};
use vocab::points::Points;

use crate::actor::Actor;
use crate::arrangements;
use crate::assignments::{is_late, own_due};
use crate::clock::Time;
use crate::moments::{days_until, distance, moment};
use crate::people::names_of;
use crate::submissions::{self, Progress};
use entity::{assignment, classroom, enrolment, mark, submission};

/// How long work that was never handed in stays on the list.
const OVERDUE_DAYS: i64 = 60;
/// How long work stays on the list once it is done or given back.
const DONE_DAYS: i64 = 14;
/// A group shows no more than this.
const MOST_IN_GROUP: usize = 50;
/// More than this is not read for one list.
const MOST_ROWS: u64 = 1_000;

/// What decides where on the list a piece of work stands.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// When it is due.
    pub due_at: Option<Time>,
    /// When it was closed.
    pub closed_at: Option<Time>,
    /// When the student handed it in.
    pub handed_in_at: Option<Time>,
    /// When what was handed in was given back.
    pub returned_at: Option<Time>,
}

/// The one group that work belongs to; none once it is past doing or long done.
pub fn group(facts: &Facts, zone: Tz, now: Time) -> Option<TodoGroup> {
    let is_recent = |at: Time| at > now - TimeDelta::days(DONE_DAYS);
    match (facts.handed_in_at, facts.returned_at) {
        (Some(_), Some(returned_at)) => is_recent(returned_at).then_some(TodoGroup::BackToYou),
        (Some(handed_in_at), None) => is_recent(handed_in_at).then_some(TodoGroup::Done),
        (None, _) if facts.closed_at.is_some_and(|closed| closed <= now) => None,
        (None, _) => Some(match facts.due_at {
            None => TodoGroup::Later,
            Some(due_at) if is_late(Some(due_at), now) => {
                let is_old = due_at <= now - TimeDelta::days(OVERDUE_DAYS);
                return (!is_old).then_some(TodoGroup::Overdue);
            }
            Some(due_at) => match days_until(due_at, zone, now) {
                ..=0 => TodoGroup::Today,
                1..=7 => TodoGroup::ThisWeek,
                _ => TodoGroup::Later,
            },
        }),
    }
}

/// The actor's own list.
pub(super) async fn todo(
    db: &impl ConnectionTrait,
    actor: &Actor,
    now: Time,
) -> Result<Todo, DbErr> {
    let own = enrolment::Column::PersonId
        .eq(actor.person)
        .into_condition();
    let rows = rows(db, own, now).await?;
    let teachers = teachers(db, &rows).await?;
    Ok(arrange(rows, &teachers, actor.time_zone, now))
}

/// The lists of several students at once, by student.
pub(super) async fn todos(
    db: &impl ConnectionTrait,
    actor: &Actor,
    whose: Condition,
    now: Time,
) -> Result<HashMap<PersonId, Todo>, DbErr> {
    let mut by_student: HashMap<PersonId, Vec<Row>> = HashMap::new();
    let rows = rows(db, whose, now).await?;
    let teachers = teachers(db, &rows).await?;
    for row in rows {
        by_student.entry(row.student).or_default().push(row);
    }
    Ok(by_student
        .into_iter()
        .map(|(student, rows)| (student, arrange(rows, &teachers, actor.time_zone, now)))
        .collect())
}

struct Row {
    student: PersonId,
    id: AssignmentId,
    title: String,
    points: Option<Points>,
    due_at: Option<Time>,
    closed_at: Option<Time>,
    classroom: String,
    created_by: PersonId,
    draft_saved_at: Option<Time>,
    handed_in_at: Option<Time>,
    is_late: Option<bool>,
    mark: Option<Points>,
    marked_at: Option<Time>,
    returned_at: Option<Time>,
    publish_at: Option<Time>,
    extra_time: Option<i32>,
}

/// A list is long and read on every first page: its columns are found by their place
/// and not by their names.
impl FromQueryResult for Row {
    fn from_query_result(row: &QueryResult, _: &str) -> Result<Self, DbErr> {
        Ok(Self {
            student: row.try_get_by_index(0)?,
            id: row.try_get_by_index(1)?,
            title: row.try_get_by_index(2)?,
            points: row.try_get_by_index(3)?,
            due_at: row.try_get_by_index(4)?,
            closed_at: row.try_get_by_index(5)?,
            created_by: row.try_get_by_index(6)?,
            classroom: row.try_get_by_index(7)?,
            draft_saved_at: row.try_get_by_index(8)?,
            handed_in_at: row.try_get_by_index(9)?,
            is_late: row.try_get_by_index(10)?,
            mark: row.try_get_by_index(11)?,
            marked_at: row.try_get_by_index(12)?,
            returned_at: row.try_get_by_index(13)?,
            publish_at: row.try_get_by_index(14)?,
            extra_time: row.try_get_by_index(15)?,
        }
        .with_extra_time())
    }
}

/// The names of those who set the work: few, however long the list is.
async fn teachers(
    db: &impl ConnectionTrait,
    rows: &[Row],
) -> Result<HashMap<PersonId, String>, DbErr> {
    let set_by: HashSet<PersonId> = rows.iter().map(|row| row.created_by).collect();
    names_of(db, set_by.into_iter()).await
}

async fn rows(db: &impl ConnectionTrait, whose: Condition, now: Time) -> Result<Vec<Row>, DbErr> {
    enrolment::Entity::find()
        .select_only()
        .column(enrolment::Column::PersonId)
        .columns([
            assignment::Column::Id,
            assignment::Column::Title,
            assignment::Column::Points,
            assignment::Column::DueAt,
            assignment::Column::ClosedAt,
            assignment::Column::CreatedBy,
        ])
        .column(classroom::Column::Name)
        .columns([
            submission::Column::DraftSavedAt,
            submission::Column::HandedInAt,
            submission::Column::IsLate,
        ])
        .column(mark::Column::Points)
        .columns([mark::Column::MarkedAt, mark::Column::ReturnedAt])
        .column(assignment::Column::PublishAt)
        .expr_as(
            arrangements::extra_time((enrolment::Entity, enrolment::Column::PersonId)),
            "extra_time",
        )
        .join(JoinType::InnerJoin, to_classroom())
        .join(JoinType::InnerJoin, to_work())
        .join(JoinType::LeftJoin, to_answer())
        .join(JoinType::LeftJoin, submissions::to_mark())
        // `whose` names people of the actor's own school. A condition on the school
        // as well would have SQLite read every place in it.
        .filter(whose)
        .filter(enrolment::Column::Role.eq(ClassroomRole::Student))
        .filter(enrolment::Column::EndedAt.is_null())
        .filter(classroom::Column::ArchivedAt.is_null())
        .filter(assignment::Column::PublishAt.lte(now))
        .filter(is_shown(now))
        .order_by_desc(assignment::Column::DueAt)
        .limit(MOST_ROWS)
        .into_model::<Row>()
        .all(db)
        .await
}

/// A first sieve in the database, no finer than [`group`].
fn is_shown(now: Time) -> Condition {
    let since = now - TimeDelta::days(DONE_DAYS);
    Condition::any()
        .add(
            Condition::all()
                .add(submission::Column::AttemptId.is_null())
                .add(
                    Condition::any()
                        .add(assignment::Column::ClosedAt.is_null())
                        .add(assignment::Column::ClosedAt.gt(now)),
                )
                .add(
                    Condition::any()
                        .add(assignment::Column::DueAt.is_null())
                        .add(assignment::Column::DueAt.gt(now - TimeDelta::days(OVERDUE_DAYS))),
                ),
        )
        .add(submission::Column::HandedInAt.gt(since))
        .add(mark::Column::ReturnedAt.gt(since))
}

fn to_classroom() -> RelationDef {
    enrolment::Entity::belongs_to(classroom::Entity)
        .from(enrolment::Column::ClassroomId)
        .to(classroom::Column::Id)
        .into()
}

fn to_work() -> RelationDef {
    classroom::Entity::belongs_to(assignment::Entity)
        .from(classroom::Column::Id)
        .to(assignment::Column::ClassroomId)
        .into()
}

fn to_answer() -> RelationDef {
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

impl Row {
    /// Due when it is due for this student: everything after follows from it.
    fn with_extra_time(self) -> Self {
        let extra = arrangements::percent(self.extra_time);
        Self {
            due_at: own_due(self.due_at, self.publish_at, extra),
            ..self
        }
    }

    fn progress(&self) -> Progress {
        Progress {
            draft_saved_at: self.draft_saved_at,
            handed_in_at: self.handed_in_at,
            is_late: self.is_late.unwrap_or(false),
            marked_at: self.marked_at,
            returned_at: self.returned_at,
        }
    }

    fn facts(&self) -> Facts {
        Facts {
            due_at: self.due_at,
            closed_at: self.closed_at,
            handed_in_at: self.handed_in_at,
            returned_at: self.returned_at.filter(|_| self.progress().is_returned()),
        }
    }

    fn item(self, teachers: &HashMap<PersonId, String>, zone: Tz, now: Time) -> TodoItem {
        let progress = self.progress();
        let mark = self.mark.filter(|_| progress.is_returned());
        TodoItem {
            assignment: self.id,
            title: self.title,
            classroom: self.classroom,
            teacher: teachers.get(&self.created_by).cloned().unwrap_or_default(),
            due: self.due_at.map(|at| moment(at, zone, now)),
            due_distance: self.due_at.map(|at| distance(at, zone, now)),
            state: progress.state(self.due_at, self.closed_at, now),
            mark: mark.map(|mark| match self.points {
                Some(points) => format!("{mark} of {points}"),
                None => mark.to_string(),
            }),
        }
    }
}

fn arrange(rows: Vec<Row>, teachers: &HashMap<PersonId, String>, zone: Tz, now: Time) -> Todo {
    let mut groups: HashMap<TodoGroup, Vec<Row>> = HashMap::new();
    for row in rows {
        if let Some(group) = group(&row.facts(), zone, now) {
            groups.entry(group).or_default().push(row);
        }
    }
    let in_order = TodoGroup::ALL.iter().filter_map(|group| {
        let mut rows = groups.remove(group)?;
        match group {
            TodoGroup::BackToYou => rows.sort_by_key(|row| Reverse(row.returned_at)),
            TodoGroup::Done => rows.sort_by_key(|row| Reverse(row.handed_in_at)),
            _ => rows.sort_by_key(|row| (row.due_at.is_none(), row.due_at, row.id)),
        }
        rows.truncate(MOST_IN_GROUP);
        let items = rows
            .into_iter()
            .map(|row| row.item(teachers, zone, now))
            .collect();
        Some((*group, items))
    });
    Todo {
        groups: in_order.collect(),
    }
}
