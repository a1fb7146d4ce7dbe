//! A student's to-do list. One query reads the work of every classroom with the
//! student's own answer and mark and the name of who set it; which group it falls into
//! is a pure rule.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;
use chrono_tz::Tz;
use sea_orm::sea_query::{Expr, ExprTrait, IntoCondition, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, RelationDef,
};
use serde::Deserialize;
use vocab::classrooms::ClassroomRole;
use vocab::home::{AllWork, Todo, TodoGroup, TodoItem, TodoPart};
use vocab::ids::{AssignmentId, PersonId};
use vocab::points::Points;

use super::{Length, Waiting};
use crate::actor::Actor;
use crate::arrangements;
use crate::assignments::{is_late, own_due};
use crate::classrooms::{self, WorkTimes};
use crate::clock::Time;
use crate::moments::{days_until, distance, moment};
use crate::packed::{self, Column};
use crate::people::display_name;
use crate::submissions::{self, Progress};
use entity::{assignment, classroom, enrolment, mark, person, submission};

/// How long work that was never handed in stays on the list.
const OVERDUE_DAYS: i64 = 60;
/// How long work stays on the list once it is done or given back.
const DONE_DAYS: i64 = 14;
/// A group shows no more than this, but on the page of all work.
const MOST_IN_GROUP: usize = 50;
/// So much of what does not press is shown at first.
const FIRST: usize = 5;
/// More than this is not read for one list.
const MOST_ROWS: u64 = 1_000;

/// What decides where on the list a piece of work stands.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// When the work came to the student, with their place in the classroom or an earlier
    /// one.
    pub came_at: Time,
    /// When it is due.
    pub due_at: Option<Time>,
    /// When it was closed.
    pub closed_at: Option<Time>,
    /// When the student handed it in.
    pub handed_in_at: Option<Time>,
    /// When what was handed in was given back.
    pub returned_at: Option<Time>,
}

/// The one group that work belongs to; none once it is past doing or long done, or where it
/// was due before it came to the student.
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
                let is_theirs = !is_late(Some(due_at), facts.came_at);
                return (is_theirs && !is_old).then_some(TodoGroup::Overdue);
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
pub(crate) async fn todo(
    db: &impl ConnectionTrait,
    actor: &Actor,
    length: Length,
    now: Time,
) -> Result<Todo, DbErr> {
    let (select, columns) = own(actor, length, now);
    let rows = packed::all(db, select, columns).await?;
    Ok(arrange_own(rows, actor, length, now))
}

/// Everything, also what is over or long done.
pub(super) async fn all_work(
    db: &impl ConnectionTrait,
    actor: &Actor,
    now: Time,
) -> Result<AllWork, DbErr> {
    let (select, columns) = own(actor, Length::Everything, now);
    let rows: Vec<Row> = packed::all(db, select, columns).await?;
    let is_cut = rows.len() as u64 == MOST_ROWS;
    Ok(AllWork {
        is_cut,
        todo: arrange_own(rows, actor, Length::Everything, now),
    })
}

/// The same with what waits for them, in one query.
pub(super) async fn todo_and_what_waits(
    db: &impl ConnectionTrait,
    actor: &Actor,
    length: Length,
    now: Time,
) -> Result<(Todo, Waiting), DbErr> {
    let (select, columns) = own(actor, length, now);
    let mut both = packed::statement(db.get_database_backend(), select, columns);
    Waiting::ask(&mut both, actor, now);
    let Some(row) = db.query_one(&both).await? else {
        return Ok((Todo::default(), Waiting::default()));
    };
    let todo = arrange_own(packed::read(&row)?, actor, length, now);
    Ok((todo, Waiting::from_query_result(&row, "")?))
}

fn own(actor: &Actor, length: Length, now: Time) -> (SelectStatement, Vec<Column>) {
    let own = enrolment::Column::PersonId
        .eq(actor.person)
        .into_condition();
    // Asked once for the whole list, and not for each row.
    let extra = arrangements::extra_time_of(actor.person);
    rows(own, extra, (length, now))
}

fn arrange_own(rows: Vec<Row>, actor: &Actor, length: Length, now: Time) -> Todo {
    let most = |group| most(length, actor.person, group);
    arrange(rows, (length, most), (actor.time_zone, now))
}

/// The lists of several students at once, by student.
pub(super) async fn todos(
    db: &impl ConnectionTrait,
    actor: &Actor,
    whose: Condition,
    length: Length,
    now: Time,
) -> Result<HashMap<PersonId, Todo>, DbErr> {
    let mut by_student: HashMap<PersonId, Vec<Row>> = HashMap::new();
    let extra = arrangements::extra_time((enrolment::Entity, enrolment::Column::PersonId));
    let (select, columns) = rows(whose, extra, (length, now));
    for row in packed::all::<Row>(db, select, columns).await? {
        by_student.entry(row.student).or_default().push(row);
    }
    Ok(by_student
        .into_iter()
        .map(|(student, rows)| {
            let most = |group| most(length, student, group);
            let todo = arrange(rows, (length, most), (actor.time_zone, now));
            (student, todo)
        })
        .collect())
}

/// How many of a group are wanted.
fn most(length: Length, student: PersonId, group: TodoGroup) -> usize {
    match length {
        Length::Everything => usize::MAX,
        Length::Short(whole) if !group.is_pressing() && whole != Some((student, group)) => FIRST,
        _ => MOST_IN_GROUP,
    }
}

/// A line of the list as the database writes it: the fields in the order of [`rows`].
#[derive(Deserialize)]
struct Row {
    student: PersonId,
    id: AssignmentId,
    title: String,
    points: Option<Points>,
    due_at: Option<Time>,
    closed_at: Option<Time>,
    teacher_given_name: String,
    teacher_family_name: String,
    classroom: String,
    draft_saved_at: Option<Time>,
    handed_in_at: Option<Time>,
    #[serde(deserialize_with = "packed::yes_or_no")]
    is_late: Option<bool>,
    place_ended_at: Option<Time>,
    mark: Option<Points>,
    marked_at: Option<Time>,
    returned_at: Option<Time>,
    publish_at: Option<Time>,
    archived_at: Option<Time>,
    extra_time: Option<i32>,
    came_at: Time,
}

/// The rows of some students, and their columns in the order of [`Row`].
fn rows(
    whose: Condition,
    extra_time: Expr,
    (length, now): (Length, Time),
) -> (SelectStatement, Vec<Column>) {
    let student = (enrolment::Entity, enrolment::Column::PersonId);
    let work = |column: assignment::Column| Column::of((assignment::Entity, column));
    let answer = |column: submission::Column| Column::of((submission::Entity, column));
    let set_by = |column: person::Column| Column::of((person::Entity, column));
    let given = |column: mark::Column| Column::of((mark::Entity, column));
    let columns = vec![
        Column::id(student),
        Column::id((assignment::Entity, assignment::Column::Id)),
        work(assignment::Column::Title),
        work(assignment::Column::Points),
        work(assignment::Column::DueAt),
        work(assignment::Column::ClosedAt),
        set_by(person::Column::GivenName),
        set_by(person::Column::FamilyName),
        Column::of((classroom::Entity, classroom::Column::Name)),
        answer(submission::Column::DraftSavedAt),
        answer(submission::Column::HandedInAt),
        answer(submission::Column::IsLate),
        Column::of((enrolment::Entity, enrolment::Column::EndedAt)),
        given(mark::Column::Points),
        given(mark::Column::MarkedAt),
        given(mark::Column::ReturnedAt),
        work(assignment::Column::PublishAt),
        Column::of((classroom::Entity, classroom::Column::ArchivedAt)),
        Column::Plain(extra_time.clone()),
        Column::Plain(classrooms::came_at(WorkTimes::joined())),
    ];
    let all = enrolment::Entity::find()
        .select_only()
        .join(JoinType::InnerJoin, to_classroom())
        .join(JoinType::InnerJoin, to_work())
        .join(JoinType::LeftJoin, submissions::to_answer_of_place())
        .join(JoinType::LeftJoin, submissions::to_mark())
        // Everybody who set work has a row. As a left join it is read last.
        .join(JoinType::LeftJoin, to_who_set_it())
        // `whose` names people of the actor's own school. A condition on the school
        // as well would have SQLite read every place in it.
        .filter(whose)
        .filter(enrolment::Column::Role.eq(ClassroomRole::Student))
        .filter(assignment::Column::PublishAt.lte(now));
    // What was handed in stays with its student, also where their place has ended.
    let theirs = Condition::any()
        .add(enrolment::Column::EndedAt.is_null())
        .add(submission::Column::AttemptId.is_not_null());
    let all = all.filter(theirs);
    let wanted = if length == Length::Everything {
        all.order_by_desc(assignment::Column::PublishAt)
    } else {
        all.filter(classroom::Column::ArchivedAt.is_null())
            .filter(is_shown(extra_time, now))
            .order_by_desc(assignment::Column::DueAt)
    };
    (wanted.limit(MOST_ROWS).into_query(), columns)
}

/// A first sieve in the database, no finer than [`group`]. It knows when the work is due for
/// the class, and lets through whatever a student with extra time may have longer for.
fn is_shown(extra_time: Expr, now: Time) -> Condition {
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
                        .add(assignment::Column::DueAt.gt(now - TimeDelta::days(OVERDUE_DAYS)))
                        .add(extra_time.gt(0)),
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

fn to_who_set_it() -> RelationDef {
    assignment::Entity::belongs_to(person::Entity)
        .from(assignment::Column::CreatedBy)
        .to(person::Column::Id)
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
            came_at: Some(self.came_at),
            draft_saved_at: self.draft_saved_at,
            handed_in_at: self.handed_in_at,
            is_late: self.is_late.unwrap_or(false),
            marked_at: self.marked_at,
            returned_at: self.returned_at,
        }
    }

    fn facts(&self) -> Facts {
        Facts {
            came_at: self.came_at,
            due_at: self.due_at,
            closed_at: self.closed_at,
            handed_in_at: self.handed_in_at,
            returned_at: self.returned_at.filter(|_| self.progress().is_returned()),
        }
    }

    fn item(self, zone: Tz, now: Time) -> TodoItem {
        let progress = self.progress();
        let mark = self.mark.filter(|_| progress.is_returned());
        TodoItem {
            assignment: self.id,
            title: self.title,
            classroom: self.classroom,
            teacher: display_name(&self.teacher_given_name, &self.teacher_family_name),
            due: self.due_at.map(|at| moment(at, zone, now)),
            due_distance: self.due_at.map(|at| distance(at, zone, now)),
            was_due: is_late(self.due_at, now),
            state: progress.state(self.due_at, self.closed_at, now),
            is_begun: progress.draft_saved_at.is_some(),
            mark: mark.map(|mark| match self.points {
                Some(points) => format!("{mark} of {points}"),
                None => mark.to_string(),
            }),
        }
    }
}

/// Whoever has had several places in a classroom reads its work once: with the place that
/// is open, if there is one. The rows are one student's.
fn each_once(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by_key(|row| row.place_ended_at.is_some());
    let mut seen = HashSet::new();
    rows.retain(|row| seen.insert(row.id));
    rows
}

fn arrange(
    rows: Vec<Row>,
    (length, most): (Length, impl Fn(TodoGroup) -> usize),
    (zone, now): (Tz, Time),
) -> Todo {
    let otherwise = (length == Length::Everything).then_some(TodoGroup::Earlier);
    let mut groups: HashMap<TodoGroup, Vec<Row>> = HashMap::new();
    for row in each_once(rows).into_iter().map(Row::with_extra_time) {
        let is_open = row.archived_at.is_none();
        let found = group(&row.facts(), zone, now).filter(|_| is_open);
        if let Some(group) = found.or(otherwise) {
            groups.entry(group).or_default().push(row);
        }
    }
    let in_order = TodoGroup::ALL.iter().filter_map(|group| {
        let mut rows = groups.remove(group)?;
        match group {
            TodoGroup::BackToYou => rows.sort_by_key(|row| Reverse(row.returned_at)),
            TodoGroup::Done => rows.sort_by_key(|row| Reverse(row.handed_in_at)),
            TodoGroup::Earlier => {
                rows.sort_by_key(|row| Reverse((row.due_at.or(row.publish_at), row.id)));
            }
            _ => rows.sort_by_key(|row| (row.due_at.is_none(), row.due_at, row.id)),
        }
        let most = most(*group);
        let total = rows.len().min(most.max(MOST_IN_GROUP));
        let first = rows.into_iter().take(most);
        Some(TodoPart {
            group: *group,
            items: first.map(|row| row.item(zone, now)).collect(),
            total,
        })
    });
    Todo {
        groups: in_order.collect(),
    }
}
