//! The marking desk: one answer with its mark, and the queue around it. Three
//! queries: the queue with this one answer in full, its attempts with their
//! files, and the history.

use sea_orm::sea_query::{Alias, CaseStatement, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, FromQueryResult, JoinType};
use vocab::assignments::AssignmentHead;
use vocab::classrooms::{ClassroomRole, Standing};
use vocab::ids::{MarkId, SubmissionId};
use vocab::looks::{LookKind, LookRelation};
use vocab::marking::{KeptMark, MarkingDesk, QueueLine};
use vocab::objections::ObjectionUse;
use vocab::points::Points;

use super::write::place;
use super::{Error, history};
use crate::access::{AccessError, Answer, Permitted, Work};
use crate::actor::Actor;
use crate::arrangements;
use crate::assignments::{head_with, own_due};
use crate::clock::Time;
use crate::db::Keyed;
use crate::guard;
use crate::moments::moment;
use crate::people::display_name;
use crate::rights;
use crate::submissions::{Progress, name, papers, with_name};
use entity::{enrolment, mark, person, submission};

/// How much of the queue is shown.
const WINDOW: usize = 20;

/// One answer, ready to be marked, for its teachers. The queue holds the answers
/// of students who have a place now, and this one. What an objection holds up is in the
/// queue and says so; it is not counted, and nobody is led to it. Who has left the classroom
/// is not counted either, as on the page of the work.
pub async fn desk(
    db: &impl Keyed,
    actor: &Actor,
    answer: &Permitted<Answer>,
    now: Time,
) -> Result<MarkingDesk, Error> {
    if answer.standing() != Standing::Teacher {
        return Err(AccessError::NotAllowed.into());
    }
    let id = answer.submission.id;
    let rows = queue(db, answer).await?;
    let at = rows
        .iter()
        .position(|row| row.id == id)
        .ok_or(AccessError::NotFound)?;
    let this = &rows[at];
    let progress = this.progress();
    let (work, set) = (&answer.work, &answer.work.assignment);
    let mut papers = papers(db, actor, set.id, Some(id), now).await?;
    let (text, files) = papers.take(answer.submission.attempt_id);
    // What a student took back is theirs alone again; the receipt stays.
    for tried in papers.tries.iter_mut().filter(|tried| tried.is_withdrawn) {
        tried.text.clear();
        tried.files.clear();
    }
    let arranged = arrangements::beside(answer.submission.student_id, this.extra_time);
    let extra = arranged.map_or(0, |arranged| arranged.extra_time_percent);
    let due_at = own_due(set.due_at, set.publish_at, extra);
    if arranged.is_some() {
        let student = answer.submission.student_id;
        actor.saw(student, LookKind::Needs, LookRelation::Teacher);
    }
    let comment = this.comment.as_deref().unwrap_or_default();
    let ring = db.keys().to_open([comment]).await.map_err(DbErr::from)?;
    let mut mark = this.kept(actor, now);
    if let Some(kept) = this.mark {
        mark.comment = ring
            .open(&place(answer.school(), kept), comment)
            .editable()?
            // Older ones are kept with CRLF, which no field in a page has.
            .replace("\r\n", "\n");
        // Of what was taken off it is not told when it was given.
        if mark.is_empty() {
            mark.marked = None;
        }
    }
    let (total, marked) = count(&rows, work);
    let setter = name(this.setter_given.as_deref(), this.setter_family.as_deref());
    let first = at
        .saturating_sub(WINDOW / 2)
        .min(rows.len().saturating_sub(WINDOW));
    Ok(MarkingDesk {
        head: AssignmentHead {
            files: papers.materials,
            ..head_with(
                actor,
                work,
                answer.standing(),
                setter.unwrap_or_default(),
                now,
            )
        },
        submission: id,
        student: this.name(),
        arranged,
        state: progress.state(due_at, set.closed_at, now),
        text,
        files,
        attempts: papers.tries,
        mark,
        queue: rows
            .iter()
            .skip(first)
            .take(WINDOW)
            .map(|row| row.line(work))
            .collect(),
        is_objected_to: this.is_held_up(work),
        position: this.is_counted(work).then(|| count(&rows[..=at], work).0),
        total,
        marked,
        previous: nearest(rows[..at].iter().rev(), work),
        next: nearest(rows[at + 1..].iter(), work),
        history: history(db, actor, answer, now).await?,
    })
}

/// An answer in the queue; who marked it and the words only for the one on the desk.
#[derive(FromQueryResult)]
struct Row {
    id: SubmissionId,
    given_name: String,
    family_name: String,
    handed_in_at: Option<Time>,
    is_late: bool,
    marked_at: Option<Time>,
    returned_at: Option<Time>,
    mark: Option<MarkId>,
    version: Option<i32>,
    points: Option<Points>,
    comment: Option<String>,
    marker_given: Option<String>,
    marker_family: Option<String>,
    setter_given: Option<String>,
    setter_family: Option<String>,
    extra_time: Option<i32>,
    is_objected_to: bool,
    learns_here: bool,
}

async fn queue(db: &impl ConnectionTrait, answer: &Answer) -> Result<Vec<Row>, DbErr> {
    let select = queue_of(answer);
    Row::find_by_statement(db.get_database_backend().build(&select))
        .all(db)
        .await
}

const KEPT: &str = "kept";
const MARKER: &str = "marker";
const SETTER: &str = "setter";

fn queue_of(answer: &Answer) -> SelectStatement {
    let mut select = base(answer);
    let is_this = || submission::Column::Id.eq(answer.submission.id);
    let kept = |column| Expr::col((Alias::new(KEPT), column));
    let to_mark = mark::Column::SubmissionId
        .into_expr()
        .equals((submission::Entity, submission::Column::Id));
    let to_kept = kept(mark::Column::Id)
        .equals((mark::Entity, mark::Column::Id))
        .and(is_this());
    select
        .column((person::Entity, person::Column::GivenName))
        .column((person::Entity, person::Column::FamilyName))
        .column((submission::Entity, submission::Column::HandedInAt))
        .column((submission::Entity, submission::Column::IsLate))
        .column((mark::Entity, mark::Column::MarkedAt))
        .column((mark::Entity, mark::Column::ReturnedAt))
        .column((mark::Entity, mark::Column::Points))
        .expr_as(extra_time_here(answer), "extra_time")
        .expr_as(is_objected_to(answer), "is_objected_to")
        .expr_as(
            submission::Column::StudentId.in_subquery(learners(answer)),
            "learns_here",
        )
        .expr_as(kept(mark::Column::Id), "mark")
        .expr_as(kept(mark::Column::Version), "version")
        .expr_as(kept(mark::Column::Comment), "comment")
        .join(JoinType::LeftJoin, mark::Entity, to_mark)
        .join_as(JoinType::LeftJoin, mark::Entity, Alias::new(KEPT), to_kept);
    let by_id = |alias: &'static str| Expr::col((Alias::new(alias), person::Column::Id));
    let marked_by = by_id(MARKER).equals((Alias::new(KEPT), mark::Column::MarkedBy));
    with_name(&mut select, MARKER, marked_by);
    let set_by = by_id(SETTER)
        .eq(answer.work.assignment.created_by)
        .and(is_this());
    with_name(&mut select, SETTER, set_by);
    select
}

/// Whether whose answer is in the row objects to teaching.
fn is_objected_to(answer: &Answer) -> Expr {
    let school = answer.work.assignment.school_id;
    submission::Column::StudentId.in_subquery(rights::who_objects(school, ObjectionUse::Teaching))
}

/// The extra time of whose answer is on the desk, while they have a place in the
/// classroom: who has left it is taught here no more.
fn extra_time_here(answer: &Answer) -> Expr {
    let student = answer.submission.student_id;
    let has_a_place = Query::select()
        .expr(Expr::val(1))
        .from(enrolment::Entity)
        .and_where(enrolment::Column::PersonId.eq(student))
        .and_where(enrolment::Column::ClassroomId.eq(answer.work.assignment.classroom_id))
        .and_where(enrolment::Column::Role.eq(ClassroomRole::Student))
        .and_where(enrolment::Column::EndedAt.is_null())
        .take();
    CaseStatement::new()
        .case(
            Condition::all().add(Expr::exists(has_a_place)),
            arrangements::extra_time_of(student),
        )
        .into()
}

/// The students who have a place in the classroom now.
fn learners(answer: &Answer) -> SelectStatement {
    Query::select()
        .column(enrolment::Column::PersonId)
        .from(enrolment::Entity)
        .and_where(enrolment::Column::ClassroomId.eq(answer.work.assignment.classroom_id))
        .and_where(enrolment::Column::Role.eq(ClassroomRole::Student))
        .and_where(enrolment::Column::EndedAt.is_null())
        .take()
}

/// The ids of the queue, by name.
fn base(answer: &Answer) -> SelectStatement {
    let work = &answer.work.assignment;
    let to_student = person::Column::Id
        .into_expr()
        .equals((submission::Entity, submission::Column::StudentId));
    Query::select()
        .column((submission::Entity, submission::Column::Id))
        .from(submission::Entity)
        .join(JoinType::InnerJoin, person::Entity, to_student)
        .and_where(submission::Column::SchoolId.eq(work.school_id))
        .and_where(submission::Column::AssignmentId.eq(work.id))
        .and_where(submission::Column::AttemptId.is_not_null())
        // `Use::Count`: nobody who is restricted waits to be marked.
        .and_where(submission::Column::StudentId.not_in_subquery(guard::restricted()))
        .cond_where(
            Condition::any()
                .add(submission::Column::Id.eq(answer.submission.id))
                .add(submission::Column::StudentId.in_subquery(learners(answer))),
        )
        .order_by(
            (person::Entity, person::Column::SortName),
            sea_orm::Order::Asc,
        )
        .order_by(
            (submission::Entity, submission::Column::Id),
            sea_orm::Order::Asc,
        )
        .take()
}

impl Row {
    fn progress(&self) -> Progress {
        Progress {
            came_at: None,
            draft_saved_at: None,
            handed_in_at: self.handed_in_at,
            is_late: self.is_late,
            marked_at: self.marked_at,
            returned_at: self.returned_at,
        }
    }

    fn name(&self) -> String {
        display_name(&self.given_name, &self.family_name)
    }

    /// Whether an objection keeps the teacher from what is to be done with it.
    fn is_held_up(&self, work: &Work) -> bool {
        self.is_objected_to && self.progress().can_be_held_up(&work.classroom)
    }

    /// Whether it is one of those that the work's page counts: of somebody who has a place now,
    /// with nothing that holds it up.
    fn is_counted(&self, work: &Work) -> bool {
        self.learns_here && !self.is_held_up(work)
    }

    fn line(&self, work: &Work) -> QueueLine {
        let progress = self.progress();
        let is_objected_to = self.is_held_up(work);
        let state = if is_objected_to {
            "Somebody objected"
        } else if progress.is_returned() {
            "Returned"
        } else if progress.is_marked() && self.points.is_none() && work.assignment.points.is_some()
        {
            "Comment only"
        } else if progress.is_marked() {
            "Marked"
        } else {
            "To mark"
        };
        QueueLine {
            submission: self.id,
            name: self.name(),
            state: state.to_owned(),
            is_marked: progress.is_marked(),
            is_objected_to,
        }
    }

    /// The mark of the answer. What was given back for an older try is not back for this one:
    /// nothing that is saved now is seen at once.
    fn kept(&self, actor: &Actor, now: Time) -> KeptMark {
        let when = |at: Option<Time>| at.map(|at| moment(at, actor.time_zone, now));
        let returned_at = self.returned_at.filter(|_| self.progress().is_returned());
        KeptMark {
            version: self.version.unwrap_or(0),
            points: self.points,
            comment: String::new(),
            marked_by: name(self.marker_given.as_deref(), self.marker_family.as_deref()),
            is_own: false,
            marked: when(self.marked_at),
            returned: when(returned_at),
        }
    }
}

/// How many of these are counted, and how many of those are marked.
fn count(rows: &[Row], work: &Work) -> (u64, u64) {
    rows.iter()
        .filter(|row| row.is_counted(work))
        .fold((0, 0), |(all, marked), row| {
            (all + 1, marked + u64::from(row.progress().is_marked()))
        })
}

/// The first of these that nothing holds up.
fn nearest<'a>(mut rows: impl Iterator<Item = &'a Row>, work: &Work) -> Option<SubmissionId> {
    rows.find(|row| !row.is_held_up(work)).map(|row| row.id)
}

/// The answer that the desk leads to after this one, if there is one.
pub async fn next_after(
    db: &impl ConnectionTrait,
    answer: &Permitted<Answer>,
) -> Result<Option<SubmissionId>, Error> {
    let rows = queue(db, answer).await?;
    let from_here = rows.iter().skip_while(|row| row.id != answer.submission.id);
    Ok(nearest(from_here.skip(1), &answer.work))
}
