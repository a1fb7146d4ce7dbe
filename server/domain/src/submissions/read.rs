//! A piece of work with the answer to it, as its student sees it, or a guardian
//! for their child: the same page, read by two queries. Mark and words are in
//! it only once they were given back, and from then on.

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType,
    QueryFilter, QueryOrder, QuerySelect,
};
use vocab::assignments::{AttemptSummary, ChildChoice, Feedback, FileSummary, Stage, StudentWork};
use vocab::classrooms::{ClassroomRole, Place};
use vocab::ids::{AttemptId, FileId, MarkId, PersonId, SubmissionId};
use vocab::looks::{LookKind, LookRelation};
use vocab::points::Points;

use super::papers::papers;
use super::take_back::may_take_back;
use super::{Error, Progress, seals};
use crate::access::{AccessError, Permitted, Work, children_of};
use crate::actor::Actor;
use crate::arrangements;
use crate::assignments::{head_with, is_late, own_due, stage};
use crate::classrooms::{self, WorkTimes};
use crate::clock::Time;
use crate::db::Keyed;
use crate::files::size_words;
use crate::keys::Opened;
use crate::moments::{distance, moment};
use crate::people::display_name;
use crate::{markdown, marking};
use entity::{attempt, enrolment, mark, person, submission};

/// The work with one student's answer: one's own, or that of a child of a
/// guardian who learns in the classroom, or has handed the work in while they did: then
/// it is to be read, and nothing else. For anybody else it is not there. That a guardian
/// read it is noted.
pub async fn student_page(
    db: &impl Keyed,
    actor: &Actor,
    work: &Permitted<Work>,
    student: PersonId,
    now: Time,
) -> Result<StudentWork, Error> {
    let mut answer = load(db, actor, work, student).await?;
    // Of one's own nothing is noted.
    actor.saw(student, LookKind::Work, LookRelation::Guardian);
    let draft = answer.open(db, actor).await?;
    let progress = answer.progress();
    let set = &work.assignment;
    let is_own = student == actor.person;
    let is_open = stage(set.publish_at, set.closed_at, now) == Stage::Published
        && work.classroom.archived_at.is_none()
        && answer.learns_here;
    // What stands is shown until it came back; then the draft of a next try.
    let shows_draft = answer.attempt.is_none() || (is_open && progress.is_returned());
    let mut papers = papers(db, actor, set.id, answer.submission, now).await?;
    let (handed_in, its_files) = papers.take(answer.attempt);
    let (text, files, left_out) = if shows_draft {
        // Only whose draft it is can write over it.
        let draft = if is_own {
            draft.editable()?
        } else {
            draft.words()
        };
        (draft, papers.draft, Vec::new())
    } else {
        // They came after the hand-in, as from another device.
        papers.draft.retain(|file| !its_files.contains(file));
        (handed_in, its_files, papers.draft)
    };
    let arranged = arrangements::beside(student, answer.extra_time);
    let extra = arranged.map_or(0, |arranged| arranged.extra_time_percent);
    let due_at = own_due(set.due_at, set.publish_at, extra);
    let may_unsubmit = is_open && may_take_back(set, due_at, &progress, now).is_ok();
    if arranged.is_some() {
        actor.saw(student, LookKind::Needs, LookRelation::Guardian);
    }
    let class_head = head_with(actor, work, work.standing(), answer.setter(), now);
    let class_due = class_head.due.clone().filter(|_| due_at != set.due_at);
    let mut earlier = papers.earlier;
    // Until the newest mark is given back, the last one that was stays.
    let feedback = answer
        .feedback(actor, now)
        .or_else(|| (!earlier.is_empty()).then(|| earlier.remove(0).feedback));
    Ok(StudentWork {
        head: vocab::assignments::AssignmentHead {
            files: papers.materials,
            due: due_at.map(|at| moment(at, actor.time_zone, now)),
            was_due: is_late(due_at, now),
            due_distance: due_at.map(|at| distance(at, actor.time_zone, now)),
            ..class_head
        },
        arranged,
        class_due,
        student: display_name(&answer.given_name, &answer.family_name),
        is_own,
        place: if answer.learns_here {
            Place::Open
        } else {
            Place::Ended
        },
        state: progress.state(due_at, set.closed_at, now),
        text,
        draft_version: answer.draft_version.unwrap_or(0),
        draft_saved: answer
            .draft_saved_at
            .map(|at| moment(at, actor.time_zone, now)),
        files,
        left_out,
        attempts: papers.tries,
        feedback,
        earlier,
        can_hand_in: is_own && is_open && shows_draft,
        can_unsubmit: is_own && may_unsubmit,
    })
}

#[derive(FromQueryResult)]
struct AnswerRow {
    given_name: String,
    family_name: String,
    setter_given: Option<String>,
    setter_family: Option<String>,
    submission: Option<SubmissionId>,
    draft_text: Option<String>,
    draft_version: Option<i32>,
    draft_saved_at: Option<Time>,
    handed_in_at: Option<Time>,
    is_late: Option<bool>,
    attempt: Option<AttemptId>,
    mark: Option<MarkId>,
    points: Option<Points>,
    comment: Option<String>,
    marked_at: Option<Time>,
    returned_at: Option<Time>,
    marker_given: Option<String>,
    marker_family: Option<String>,
    extra_time: Option<i32>,
    came_at: Option<Time>,
    learns_here: bool,
}

async fn load(
    db: &impl ConnectionTrait,
    actor: &Actor,
    work: &Permitted<Work>,
    student: PersonId,
) -> Result<AnswerRow, Error> {
    let select = answer_of(actor, work, student);
    AnswerRow::find_by_statement(db.get_database_backend().build(&select))
        .one(db)
        .await?
        .ok_or_else(|| AccessError::NotFound.into())
}

const SETTER: &str = "setter";
const MARKER: &str = "marker";

fn answer_of(actor: &Actor, work: &Permitted<Work>, student: PersonId) -> SelectStatement {
    let person_id = || Expr::col((person::Entity, person::Column::Id));
    let to_answer = Condition::all()
        .add(
            submission::Column::StudentId
                .into_expr()
                .equals((person::Entity, person::Column::Id)),
        )
        .add(submission::Column::AssignmentId.eq(work.assignment.id));
    let to_mark = mark::Column::SubmissionId
        .into_expr()
        .equals((submission::Entity, submission::Column::Id));
    let mut select = Query::select();
    select
        .column((person::Entity, person::Column::GivenName))
        .column((person::Entity, person::Column::FamilyName))
        .from(person::Entity)
        .join(JoinType::LeftJoin, submission::Entity, to_answer)
        .join(JoinType::LeftJoin, mark::Entity, to_mark)
        .and_where(person::Column::SchoolId.eq(work.school()))
        .and_where(person_id().eq(student))
        .cond_where(
            Condition::any()
                .add(person_id().in_subquery(learners(work)))
                .add(submission::Column::AttemptId.is_not_null()),
        );
    if student != actor.person {
        select.and_where(person_id().in_subquery(children_of(actor)));
    }
    for column in [
        submission::Column::DraftText,
        submission::Column::DraftVersion,
        submission::Column::DraftSavedAt,
        submission::Column::HandedInAt,
        submission::Column::IsLate,
    ] {
        select.column((submission::Entity, column));
    }
    for column in [
        mark::Column::Points,
        mark::Column::Comment,
        mark::Column::MarkedAt,
        mark::Column::ReturnedAt,
    ] {
        select.column((mark::Entity, column));
    }
    select
        .expr_as(person_id().in_subquery(learners(work)), "learns_here")
        .expr_as(submission::Column::Id.into_expr(), "submission")
        .expr_as(submission::Column::AttemptId.into_expr(), "attempt")
        .expr_as(arrangements::extra_time_of(student), "extra_time")
        .expr_as(
            classrooms::came_at_of(
                student,
                work.assignment.classroom_id,
                WorkTimes::of(&work.assignment),
            ),
            "came_at",
        )
        .expr_as(mark::Column::Id.into_expr(), "mark");
    let by_id = |alias: &'static str| Expr::col((Alias::new(alias), person::Column::Id));
    let marked_by = by_id(MARKER).equals((mark::Entity, mark::Column::MarkedBy));
    with_name(&mut select, MARKER, marked_by);
    let set_by = by_id(SETTER).eq(work.assignment.created_by);
    with_name(&mut select, SETTER, set_by);
    select
}

/// The students who have a place in the classroom of the work.
fn learners(work: &Work) -> SelectStatement {
    Query::select()
        .column(enrolment::Column::PersonId)
        .from(enrolment::Entity)
        .and_where(enrolment::Column::ClassroomId.eq(work.assignment.classroom_id))
        .and_where(enrolment::Column::Role.eq(ClassroomRole::Student))
        .and_where(enrolment::Column::EndedAt.is_null())
        .take()
}

/// Joins a person under a name, and selects `{name}_given` and `{name}_family`.
pub(crate) fn with_name(select: &mut SelectStatement, name: &'static str, on: Expr) {
    let column = |column| Expr::col((Alias::new(name), column));
    select
        .join_as(JoinType::LeftJoin, person::Entity, Alias::new(name), on)
        .expr_as(column(person::Column::GivenName), format!("{name}_given"))
        .expr_as(column(person::Column::FamilyName), format!("{name}_family"));
}

impl AnswerRow {
    /// Opens the words of the mark, and answers those of the draft.
    async fn open(&mut self, db: &impl Keyed, actor: &Actor) -> Result<Opened, DbErr> {
        let texts = [self.draft_text.as_deref(), self.comment.as_deref()];
        let ring = db.keys().to_open(texts.into_iter().flatten()).await?;
        let draft = match (self.submission, &self.draft_text) {
            (Some(submission), Some(text)) => {
                ring.open(&seals::draft(actor.school, submission), text)
            }
            _ => Opened::Text(String::new()),
        };
        if let (Some(mark), Some(comment)) = (self.mark, &mut self.comment) {
            let place = marking::place(actor.school, mark);
            *comment = ring.open(&place, comment).words();
        }
        Ok(draft)
    }

    fn progress(&self) -> Progress {
        Progress {
            came_at: self.came_at,
            draft_saved_at: self.draft_saved_at,
            handed_in_at: self.handed_in_at,
            is_late: self.is_late.unwrap_or(false),
            marked_at: self.marked_at,
            returned_at: self.returned_at,
        }
    }

    fn setter(&self) -> String {
        name(self.setter_given.as_deref(), self.setter_family.as_deref()).unwrap_or_default()
    }

    /// Nothing before it was given back, whoever asks.
    fn feedback(&self, actor: &Actor, now: Time) -> Option<Feedback> {
        let returned_at = self.returned_at?;
        let marker = name(self.marker_given.as_deref(), self.marker_family.as_deref());
        Some(Feedback {
            points: self.points,
            comment_html: markdown::to_html(self.comment.as_deref().unwrap_or_default()),
            marked_by: marker.unwrap_or_default(),
            returned: moment(returned_at, actor.time_zone, now),
        })
    }
}

/// A joined person's name, where the join found one.
pub(crate) fn name(given: Option<&str>, family: Option<&str>) -> Option<String> {
    Some(display_name(given?, family?))
}

pub(crate) fn attempt_summary(
    attempt: &attempt::Model,
    actor: &Actor,
    now: Time,
) -> AttemptSummary {
    AttemptSummary {
        id: attempt.id,
        number: attempt.number,
        handed_in: moment(attempt.handed_in_at, actor.time_zone, now),
        written: attempt
            .written_at
            .map(|at| moment(at, actor.time_zone, now)),
        receipt: attempt.receipt.clone(),
        is_late: attempt.is_late,
        is_withdrawn: attempt.withdrawn_at.is_some(),
        text: String::new(),
        files: Vec::new(),
    }
}

pub(crate) fn file_summary(id: FileId, name: String, size_bytes: i64) -> FileSummary {
    FileSummary {
        id,
        name,
        size_words: size_words(size_bytes),
        size_bytes,
    }
}

/// The guardian's children who learn in the work's classroom or handed the work in while
/// they did, by name.
pub async fn children_in(
    db: &impl ConnectionTrait,
    actor: &Actor,
    work: &Permitted<Work>,
) -> Result<Vec<ChildChoice>, Error> {
    let handed_in = Query::select()
        .column(submission::Column::StudentId)
        .from(submission::Entity)
        .and_where(submission::Column::AssignmentId.eq(work.assignment.id))
        .and_where(submission::Column::AttemptId.is_not_null())
        .take();
    let rows: Vec<(PersonId, String, String)> = person::Entity::find()
        .select_only()
        .column(person::Column::Id)
        .column(person::Column::GivenName)
        .column(person::Column::FamilyName)
        .filter(person::Column::SchoolId.eq(work.school()))
        .filter(person::Column::Id.in_subquery(children_of(actor)))
        .filter(
            Condition::any()
                .add(person::Column::Id.in_subquery(learners(work)))
                .add(person::Column::Id.in_subquery(handed_in)),
        )
        .order_by_asc(person::Column::SortName)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(person, given, family)| ChildChoice {
            person,
            name: display_name(&given, &family),
        })
        .collect())
}
