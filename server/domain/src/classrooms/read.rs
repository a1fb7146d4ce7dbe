//! The list of classrooms, and one classroom with its stream of set work. A page of the
//! list costs at most four queries and a classroom three, whatever their length; for
//! guardians each costs one more.

use std::collections::HashMap;

use chrono_tz::Tz;
use sea_orm::sea_query::{Expr, ExprTrait, Func, IntoCondition, LikeExpr, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType,
    QueryFilter, QueryOrder, QuerySelect, Select,
};
use vocab::assignments::{AssignmentSummary, Stage, WorkCounts};
use vocab::classrooms::{
    ClassroomHead, ClassroomPage, ClassroomRole, ClassroomSummary, ClassroomsPage, Standing,
    Unfinished,
};
use vocab::ids::{AssignmentId, ClassroomId};

use super::came::{WorkTimes, came_at_of};
use super::children::{self, Standpoint};
use super::members::pattern;
use super::{Error, policy};
use crate::access::{Permitted, classrooms_of};
use crate::actor::Actor;
use crate::arrangements;
use crate::assignments::{is_late, own_due, stage};
use crate::clock::Time;
use crate::moments::{day_in, moment};
use crate::people::display_name;
use crate::submissions::{self, Progress};
use entity::{assignment, classroom, enrolment, mark, person, submission};

/// Classrooms on one page of the list.
const PAGE_SIZE: u64 = 50;
/// More words in a search say nothing more.
const MOST_WORDS: usize = 6;
/// A teacher's home names no more classrooms than this.
const MOST_TAUGHT: u64 = 500;
/// A stream holds no more work than this.
const MOST_WORK: u64 = 500;

/// Which classrooms are looked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Search<'a> {
    /// Words of names or subjects; empty for all.
    pub query: &'a str,
    /// The archived ones instead of those in use.
    pub is_archived: bool,
    /// From 1; what lies outside is drawn in.
    pub page: u64,
}

/// A page of the classrooms that the actor may know of, by name: those in use, or those
/// that are archived, of which those come last that hold nothing. What waits to be marked is
/// counted where the actor teaches.
pub async fn list(
    db: &impl ConnectionTrait,
    actor: &Actor,
    search: &Search<'_>,
) -> Result<ClassroomsPage, Error> {
    let mut which = policy::visible_to(actor);
    for word in search.query.split_whitespace().take(MOST_WORDS) {
        which = which.add(holds(word));
    }
    let (in_use, archived) = count(db, which.clone()).await?;
    let (total, standing) = if search.is_archived {
        (archived, classroom::Column::ArchivedAt.is_not_null())
    } else {
        (in_use, classroom::Column::ArchivedAt.is_null())
    };
    let pages = Ord::max(total.div_ceil(PAGE_SIZE), 1);
    let page = search.page.clamp(1, pages);
    let mut found = rooms(which.add(standing));
    if search.is_archived {
        found = found.order_by_desc(holds_something());
    }
    let rooms = by_name(found)
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
        .into_model::<Room>()
        .all(db)
        .await?;
    let to_mark = to_mark(db, actor).await?;
    let mut classrooms = summaries(db, rooms, (&to_mark, actor.time_zone)).await?;
    if actor.is(vocab::people::Role::Guardian) {
        children::name_in(db, actor, &mut classrooms).await?;
    }
    Ok(ClassroomsPage {
        query: search.query.trim().to_owned(),
        is_archived: search.is_archived,
        classrooms,
        total,
        archived: if search.is_archived { 0 } else { archived },
        page,
        pages,
    })
}

/// How many are in use, and how many are archived.
async fn count(db: &impl ConnectionTrait, which: Condition) -> Result<(u64, u64), DbErr> {
    let counts: Option<(i64, i64)> = classroom::Entity::find()
        .select_only()
        .expr(classroom::Column::Id.count())
        .expr(classroom::Column::ArchivedAt.count())
        .filter(which)
        .into_tuple()
        .one(db)
        .await?;
    let (all, archived) = counts.unwrap_or_default();
    Ok(((all - archived).unsigned_abs(), archived.unsigned_abs()))
}

/// The word in a name or a subject, in capital letters or small ones.
fn holds(word: &str) -> Condition {
    let mut any = Condition::any();
    for column in [classroom::Column::Name, classroom::Column::Subject] {
        let column = || Expr::col((classroom::Entity, column));
        let like = |word: &str| LikeExpr::new(pattern(word)).escape('\\');
        any = any
            .add(Expr::from(Func::lower(column())).like(like(&word.to_lowercase())))
            // SQLite makes letters small that English has, and no others.
            .add(column().like(like(word)));
    }
    any
}

/// Handed in and to be marked, by classroom that the actor teaches.
async fn to_mark(
    db: &impl ConnectionTrait,
    actor: &Actor,
) -> Result<HashMap<ClassroomId, u64>, DbErr> {
    if !actor.is(vocab::people::Role::Teacher) {
        return Ok(HashMap::new());
    }
    let counts: Vec<(ClassroomId, i64)> = submissions::handed_in()
        .select_only()
        .column(assignment::Column::ClassroomId)
        .expr(submission::Column::Id.count())
        .filter(submission::Column::SchoolId.eq(actor.school))
        .filter(
            assignment::Column::ClassroomId
                .in_subquery(classrooms_of(actor, ClassroomRole::Teacher)),
        )
        .filter(submissions::to_be_marked())
        .group_by(assignment::Column::ClassroomId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(counts
        .into_iter()
        .map(|(room, count)| (room, count.unsigned_abs()))
        .collect())
}

/// A classroom as a list needs it.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Room {
    id: ClassroomId,
    name: String,
    subject: Option<String>,
    year_group: Option<String>,
    archived_at: Option<Time>,
    students: i64,
}

impl Room {
    /// Classrooms in use that the actor teaches, by name.
    pub(crate) async fn taught(
        db: &impl ConnectionTrait,
        actor: &Actor,
    ) -> Result<Vec<Self>, DbErr> {
        let taught = Condition::all()
            .add(classroom::Column::Id.in_subquery(classrooms_of(actor, ClassroomRole::Teacher)))
            .add(classroom::Column::ArchivedAt.is_null());
        by_name(rooms(taught))
            .limit(MOST_TAUGHT)
            .into_model::<Self>()
            .all(db)
            .await
    }
}

/// Classrooms as [`Room`]s.
fn rooms(which: Condition) -> Select<classroom::Entity> {
    let here = Expr::col((classroom::Entity, classroom::Column::Id));
    classroom::Entity::find()
        .select_only()
        .columns([
            classroom::Column::Id,
            classroom::Column::Name,
            classroom::Column::Subject,
            classroom::Column::YearGroup,
            classroom::Column::ArchivedAt,
        ])
        .expr_as(student_count(here), "students")
        .filter(which)
}

fn by_name(rooms: Select<classroom::Entity>) -> Select<classroom::Entity> {
    rooms
        .order_by_asc(classroom::Column::Name)
        .order_by_asc(classroom::Column::Id)
}

/// Work, or people who find it here: of a class that an import made and that was undone neither
/// is left, and another of its name may be in use.
fn holds_something() -> Expr {
    let here = || Expr::col((classroom::Entity, classroom::Column::Id));
    let work = Query::select()
        .column(assignment::Column::Id)
        .from(assignment::Entity)
        .and_where(assignment::Column::ClassroomId.into_expr().eq(here()))
        .take();
    let people = Query::select()
        .column(enrolment::Column::Id)
        .from(enrolment::Entity)
        .and_where(enrolment::Column::ClassroomId.into_expr().eq(here()))
        .and_where(enrolment::Column::EndedAt.is_null())
        .take();
    Expr::exists(work).or(Expr::exists(people))
}

fn student_count(classroom: impl Into<Expr>) -> Expr {
    let count = Query::select()
        .expr(enrolment::Column::Id.count())
        .from(enrolment::Entity)
        .cond_where(
            Condition::all()
                .add(enrolment::Column::ClassroomId.into_expr().eq(classroom))
                .add(enrolment::Column::Role.eq(ClassroomRole::Student))
                .add(enrolment::Column::EndedAt.is_null()),
        )
        .take();
    Expr::SubQuery(None, Box::new(count.into()))
}

/// Rooms with their teachers' names, by one more query.
pub(crate) async fn summaries(
    db: &impl ConnectionTrait,
    rooms: Vec<Room>,
    (to_mark, zone): (&HashMap<ClassroomId, u64>, Tz),
) -> Result<Vec<ClassroomSummary>, DbErr> {
    if rooms.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(ClassroomId, String, String)> = enrolment::Entity::find()
        .select_only()
        .column(enrolment::Column::ClassroomId)
        .column(person::Column::GivenName)
        .column(person::Column::FamilyName)
        .join(JoinType::InnerJoin, to_person())
        .filter(enrolment::Column::ClassroomId.is_in(rooms.iter().map(|room| room.id)))
        .filter(enrolment::Column::Role.eq(ClassroomRole::Teacher))
        .filter(enrolment::Column::EndedAt.is_null())
        .order_by_asc(person::Column::SortName)
        .into_tuple()
        .all(db)
        .await?;
    let mut teachers: HashMap<ClassroomId, String> = HashMap::with_capacity(rooms.len());
    for (room, given, family) in rows {
        let names = teachers.entry(room).or_default();
        if !names.is_empty() {
            names.push_str(", ");
        }
        names.push_str(&display_name(&given, &family));
    }
    Ok(rooms
        .into_iter()
        .map(|room| ClassroomSummary {
            id: room.id,
            name: room.name,
            subject: room.subject,
            year_group: room.year_group,
            teachers: teachers.remove(&room.id).unwrap_or_default(),
            children: Vec::new(),
            students: room.students.unsigned_abs(),
            to_mark: to_mark.get(&room.id).copied().unwrap_or(0),
            archived: room.archived_at.map(|at| day_in(at, zone)),
        })
        .collect())
}

pub(super) fn to_person() -> sea_orm::RelationDef {
    enrolment::Entity::belongs_to(person::Entity)
        .from(enrolment::Column::PersonId)
        .to(person::Column::Id)
        .into()
}

/// The head of every page of a classroom. No query.
pub fn head(classroom: &Permitted<classroom::Model>, actor: &Actor, now: Time) -> ClassroomHead {
    head_of(classroom, classroom.standing(), actor, now)
}

pub(crate) fn head_of(
    classroom: &classroom::Model,
    standing: Standing,
    actor: &Actor,
    now: Time,
) -> ClassroomHead {
    ClassroomHead {
        id: classroom.id,
        name: classroom.name.clone(),
        subject: classroom.subject.clone(),
        year_group: classroom.year_group.clone(),
        standing,
        archived: classroom
            .archived_at
            .map(|at| moment(at, actor.time_zone, now)),
    }
}

/// The stream of a classroom. Teachers see every stage and how far the classroom
/// is; students see what went out with their own state, and guardians with that of their
/// children; admins see what went out.
pub async fn page(
    db: &impl ConnectionTrait,
    actor: &Actor,
    classroom: &Permitted<classroom::Model>,
    now: Time,
) -> Result<ClassroomPage, Error> {
    let (teachers, students) = teachers_and_students(db, classroom).await?;
    let standing = classroom.standing();
    let mut set = work(db, actor, classroom, now).await?;
    let counts = if standing == Standing::Teacher {
        counts(db, classroom, students, &set).await?
    } else {
        HashMap::new()
    };
    let mut children = if standing == Standing::Guardian {
        let which = set.iter().map(|line| line.id).collect();
        children::standpoints(db, actor, classroom, which, now).await?
    } else {
        HashMap::new()
    };
    set.sort_by_key(|line| {
        let stage = stage(line.publish_at, line.closed_at, now);
        let is_out = matches!(stage, Stage::Published | Stage::Closed);
        let when = line.due_at.or(line.publish_at).unwrap_or(line.created_at);
        (is_out, std::cmp::Reverse(when), std::cmp::Reverse(line.id))
    });
    Ok(ClassroomPage {
        head: head(classroom, actor, now),
        work: set
            .into_iter()
            .map(|line| {
                let none = WorkCounts {
                    students,
                    ..WorkCounts::default()
                };
                let counts = (standing == Standing::Teacher)
                    .then(|| counts.get(&line.id).copied().unwrap_or(none));
                let theirs = children.remove(&line.id).unwrap_or_default();
                line.summary(actor, standing, (counts, theirs), now)
            })
            .collect(),
        teachers,
        students,
    })
}

/// What its teachers have still to do with answers of students who have a place in it. One
/// query.
pub async fn unfinished(
    db: &impl ConnectionTrait,
    classroom: &Permitted<classroom::Model>,
) -> Result<Unfinished, Error> {
    let counts: Option<(i64, i64, i64, i64)> = submissions::counted()
        .filter(assignment::Column::SchoolId.eq(classroom.school()))
        .filter(assignment::Column::ClassroomId.eq(classroom.id))
        .into_tuple()
        .one(db)
        .await?;
    let (_, to_mark, to_return, _) = counts.unwrap_or_default();
    Ok(Unfinished {
        to_mark: to_mark.unsigned_abs(),
        to_return: to_return.unsigned_abs(),
    })
}

async fn counts(
    db: &impl ConnectionTrait,
    classroom: &Permitted<classroom::Model>,
    students: u64,
    set: &[Line],
) -> Result<HashMap<AssignmentId, WorkCounts>, DbErr> {
    let which = set.iter().map(|line| line.id);
    let rows: Vec<(i64, i64, i64, i64, AssignmentId)> =
        submissions::counted_in(classroom.id, which)
            .column(submission::Column::AssignmentId)
            .group_by(submission::Column::AssignmentId)
            .into_tuple()
            .all(db)
            .await?;
    Ok(rows
        .into_iter()
        .map(|(handed_in, to_mark, to_return, returned, id)| {
            let counts = WorkCounts {
                students,
                handed_in: handed_in.unsigned_abs(),
                to_mark: to_mark.unsigned_abs(),
                to_return: to_return.unsigned_abs(),
                returned: returned.unsigned_abs(),
            };
            (id, counts)
        })
        .collect())
}

/// A piece of work with what a student's own state follows from.
#[derive(FromQueryResult)]
struct Line {
    id: AssignmentId,
    title: String,
    due_at: Option<Time>,
    publish_at: Option<Time>,
    closed_at: Option<Time>,
    created_at: Time,
    draft_saved_at: Option<Time>,
    handed_in_at: Option<Time>,
    is_late: Option<bool>,
    marked_at: Option<Time>,
    returned_at: Option<Time>,
    extra_time: Option<i32>,
    came_at: Option<Time>,
}

async fn work(
    db: &impl ConnectionTrait,
    actor: &Actor,
    classroom: &Permitted<classroom::Model>,
    now: Time,
) -> Result<Vec<Line>, DbErr> {
    let me = actor.person;
    // For anybody but a student the join finds nothing, and no state is shown.
    let to_own = assignment::Entity::belongs_to(submission::Entity)
        .from(assignment::Column::Id)
        .to(submission::Column::AssignmentId)
        .on_condition(move |_, _| submission::Column::StudentId.eq(me).into_condition())
        .into();
    let mut select = assignment::Entity::find()
        .select_only()
        .columns([
            assignment::Column::Id,
            assignment::Column::Title,
            assignment::Column::DueAt,
            assignment::Column::PublishAt,
            assignment::Column::ClosedAt,
            assignment::Column::CreatedAt,
        ])
        .columns([
            submission::Column::DraftSavedAt,
            submission::Column::HandedInAt,
            submission::Column::IsLate,
        ])
        .columns([mark::Column::MarkedAt, mark::Column::ReturnedAt])
        .expr_as(arrangements::extra_time_of(me), "extra_time")
        .expr_as(came_at_of(me, classroom.id, WorkTimes::joined()), "came_at")
        .join(JoinType::LeftJoin, to_own)
        .join(JoinType::LeftJoin, submissions::to_mark())
        .filter(assignment::Column::SchoolId.eq(classroom.school()))
        .filter(assignment::Column::ClassroomId.eq(classroom.id));
    if classroom.standing() != Standing::Teacher {
        select = select.filter(assignment::Column::PublishAt.lte(now));
    }
    select
        .order_by_desc(assignment::Column::CreatedAt)
        .limit(MOST_WORK)
        .into_model::<Line>()
        .all(db)
        .await
}

impl Line {
    fn summary(
        self,
        actor: &Actor,
        standing: Standing,
        (counts, children): (Option<WorkCounts>, Vec<Standpoint>),
        now: Time,
    ) -> AssignmentSummary {
        let zone = actor.time_zone;
        let stage = stage(self.publish_at, self.closed_at, now);
        let progress = Progress {
            came_at: self.came_at,
            draft_saved_at: self.draft_saved_at,
            handed_in_at: self.handed_in_at,
            is_late: self.is_late.unwrap_or(false),
            marked_at: self.marked_at,
            returned_at: self.returned_at,
        };
        let extra = arrangements::percent(self.extra_time);
        let due_at = match children.as_slice() {
            // An only child may have longer than the class.
            [only] => only.due_at,
            _ => own_due(self.due_at, self.publish_at, extra),
        };
        AssignmentSummary {
            id: self.id,
            title: self.title,
            stage,
            due: due_at.map(|at| moment(at, zone, now)),
            was_due: is_late(due_at, now),
            goes_out: self
                .publish_at
                .filter(|_| stage == Stage::Scheduled)
                .map(|at| moment(at, zone, now)),
            mine: (standing == Standing::Student)
                .then(|| progress.state(due_at, self.closed_at, now)),
            counts,
            children: children.into_iter().map(|child| child.said).collect(),
        }
    }
}

#[derive(FromQueryResult)]
struct Teacher {
    given_name: Option<String>,
    family_name: Option<String>,
    students: i64,
}

/// The teachers' names, and how many students there are.
async fn teachers_and_students(
    db: &impl ConnectionTrait,
    classroom: &Permitted<classroom::Model>,
) -> Result<(Vec<String>, u64), DbErr> {
    let select = teachers_of(classroom.id);
    let rows = Teacher::find_by_statement(db.get_database_backend().build(&select))
        .all(db)
        .await?;
    let students = rows.first().map_or(0, |row| row.students.unsigned_abs());
    let names = rows
        .into_iter()
        .filter_map(|row| Some(display_name(&row.given_name?, &row.family_name?)))
        .collect();
    Ok((names, students))
}

/// One row for each teacher, and one row where there is none.
fn teachers_of(id: ClassroomId) -> SelectStatement {
    let taught = Condition::all()
        .add(
            enrolment::Column::ClassroomId
                .into_expr()
                .equals((classroom::Entity, classroom::Column::Id)),
        )
        .add(enrolment::Column::Role.eq(ClassroomRole::Teacher))
        .add(enrolment::Column::EndedAt.is_null());
    let theirs = Condition::all().add(
        person::Column::Id
            .into_expr()
            .equals((enrolment::Entity, enrolment::Column::PersonId)),
    );
    Query::select()
        .column((person::Entity, person::Column::GivenName))
        .column((person::Entity, person::Column::FamilyName))
        .expr_as(student_count(Expr::val(id)), "students")
        .from(classroom::Entity)
        .join(JoinType::LeftJoin, enrolment::Entity, taught)
        .join(JoinType::LeftJoin, person::Entity, theirs)
        .and_where(classroom::Column::Id.eq(id))
        .order_by(
            (person::Entity, person::Column::SortName),
            sea_orm::Order::Asc,
        )
        .take()
}
