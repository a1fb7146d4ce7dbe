//! The teacher's page of a piece of work: who has handed in, and how far the
//! classroom is. Three queries. Nothing of a draft is in it.

use sea_orm::sea_query::{Expr, ExprTrait, IntoCondition, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QueryOrder, QuerySelect, RelationDef,
};
use vocab::assignments::{SubmissionLine, TeacherWork, WaitsFor, WorkCounts};
use vocab::classrooms::{ClassroomRole, Place};
use vocab::ids::{PersonId, SubmissionId};
use vocab::looks::{LookKind, LookRelation};
use vocab::objections::ObjectionUse;
use vocab::points::Points;

use super::read::{form_of, head};
use super::{Error, own_due};
use crate::access::{Permitted, Work};
use crate::actor::Actor;
use crate::arrangements;
use crate::classrooms::{self, WorkTimes};
use crate::clock::Time;
use crate::guard;
use crate::looks::Whose;
use crate::moments::moment;
use crate::people::display_name;
use crate::rights;
use crate::submissions::{self, Progress};
use entity::{enrolment, mark, person, submission};

/// The work with every student of the classroom by family name; after them those
/// who handed in and have no place any more. The counts leave the latter out.
pub async fn teacher_page(
    db: &impl ConnectionTrait,
    actor: &Actor,
    work: &Permitted<Work>,
    now: Time,
) -> Result<TeacherWork, Error> {
    let room = Whose::Classroom(work.classroom.id);
    actor.saw_list(room, LookKind::HandIns, LookRelation::Teacher);
    let here = here(db, work).await?;
    let gone = gone(db, work).await?;
    let counts = count(&here);
    if here.iter().any(|row| row.extra_time.is_some()) {
        actor.saw_list(room, LookKind::Needs, LookRelation::Teacher);
    }
    let here = here.into_iter().map(|row| (row, Place::Open));
    let gone = gone.into_iter().map(|row| (row, Place::Ended));
    let lines = here.chain(gone);
    Ok(TeacherWork {
        head: head(db, actor, work, now).await?,
        counts,
        lines: lines
            .map(|(row, place)| row.line(actor, work, place, now))
            .collect(),
        form: form_of(actor, work, now),
    })
}

#[derive(FromQueryResult)]
struct Row {
    student: PersonId,
    given_name: String,
    family_name: String,
    submission: Option<SubmissionId>,
    handed_in_at: Option<Time>,
    is_late: Option<bool>,
    points: Option<Points>,
    marked_at: Option<Time>,
    returned_at: Option<Time>,
    extra_time: Option<i32>,
    is_restricted: bool,
    is_objected_to: bool,
    came_at: Option<Time>,
}

async fn here(db: &impl ConnectionTrait, work: &Permitted<Work>) -> Result<Vec<Row>, DbErr> {
    let set = work.assignment.id;
    let to_person: RelationDef = enrolment::Entity::belongs_to(person::Entity)
        .from(enrolment::Column::PersonId)
        .to(person::Column::Id)
        .into();
    // Only what was handed in: a draft is its student's own.
    let to_answer: RelationDef = enrolment::Entity::belongs_to(submission::Entity)
        .from(enrolment::Column::PersonId)
        .to(submission::Column::StudentId)
        .on_condition(move |_, _| {
            submission::Column::AssignmentId
                .eq(set)
                .and(submission::Column::AttemptId.is_not_null())
                .into_condition()
        })
        .into();
    enrolment::Entity::find()
        .select_only()
        .column_as(enrolment::Column::PersonId, "student")
        .column(person::Column::GivenName)
        .column(person::Column::FamilyName)
        .column_as(submission::Column::Id, "submission")
        .columns([submission::Column::HandedInAt, submission::Column::IsLate])
        .columns([
            mark::Column::Points,
            mark::Column::MarkedAt,
            mark::Column::ReturnedAt,
        ])
        .expr_as(
            classrooms::came_at(WorkTimes::of(&work.assignment)),
            "came_at",
        )
        .expr_as(
            arrangements::extra_time((enrolment::Entity, enrolment::Column::PersonId)),
            "extra_time",
        )
        .expr_as(
            guard::is_restricted(Expr::col((enrolment::Entity, enrolment::Column::PersonId))),
            "is_restricted",
        )
        .expr_as(
            enrolment::Column::PersonId.in_subquery(who_objects(work)),
            "is_objected_to",
        )
        .join(JoinType::InnerJoin, to_person)
        .join(JoinType::LeftJoin, to_answer)
        .join(JoinType::LeftJoin, submissions::to_mark())
        // The classroom is of the school; a condition on the school as well would
        // have SQLite read every place in it.
        .filter(enrolment::Column::ClassroomId.eq(work.assignment.classroom_id))
        .filter(enrolment::Column::Role.eq(ClassroomRole::Student))
        .filter(enrolment::Column::EndedAt.is_null())
        .order_by_asc(person::Column::SortName)
        .order_by_asc(person::Column::Id)
        .into_model::<Row>()
        .all(db)
        .await
}

async fn gone(db: &impl ConnectionTrait, work: &Permitted<Work>) -> Result<Vec<Row>, DbErr> {
    let here = Query::select()
        .column(enrolment::Column::PersonId)
        .from(enrolment::Entity)
        .and_where(enrolment::Column::ClassroomId.eq(work.assignment.classroom_id))
        .and_where(enrolment::Column::Role.eq(ClassroomRole::Student))
        .and_where(enrolment::Column::EndedAt.is_null())
        .take();
    let to_person: RelationDef = submission::Entity::belongs_to(person::Entity)
        .from(submission::Column::StudentId)
        .to(person::Column::Id)
        .into();
    submission::Entity::find()
        .select_only()
        .column_as(submission::Column::StudentId, "student")
        .column(person::Column::GivenName)
        .column(person::Column::FamilyName)
        .column_as(submission::Column::Id, "submission")
        .columns([submission::Column::HandedInAt, submission::Column::IsLate])
        .columns([
            mark::Column::Points,
            mark::Column::MarkedAt,
            mark::Column::ReturnedAt,
        ])
        // Who has no place here any more is taught here no more.
        .expr_as(Expr::value(Option::<i32>::None), "extra_time")
        .expr_as(Expr::value(Option::<Time>::None), "came_at")
        .expr_as(
            guard::is_restricted(Expr::col((
                submission::Entity,
                submission::Column::StudentId,
            ))),
            "is_restricted",
        )
        .expr_as(
            submission::Column::StudentId.in_subquery(who_objects(work)),
            "is_objected_to",
        )
        .join(JoinType::InnerJoin, to_person)
        .join(JoinType::LeftJoin, submissions::to_mark())
        .filter(submission::Column::SchoolId.eq(work.school()))
        .filter(submission::Column::AssignmentId.eq(work.assignment.id))
        .filter(submission::Column::AttemptId.is_not_null())
        .filter(submission::Column::StudentId.not_in_subquery(here))
        .order_by_asc(person::Column::SortName)
        .order_by_asc(person::Column::Id)
        .into_model::<Row>()
        .all(db)
        .await
}

fn who_objects(work: &Permitted<Work>) -> SelectStatement {
    rights::who_objects(work.school(), ObjectionUse::Teaching)
}

impl Row {
    fn progress(&self) -> Progress {
        Progress {
            came_at: self.came_at,
            draft_saved_at: None,
            handed_in_at: self.handed_in_at,
            is_late: self.is_late.unwrap_or(false),
            marked_at: self.marked_at,
            returned_at: self.returned_at,
        }
    }

    /// Whether an objection keeps the teacher from what is to be done here.
    fn is_held_up(&self, work: &Work) -> bool {
        self.is_objected_to && self.progress().can_be_held_up(&work.classroom)
    }

    fn line(self, actor: &Actor, work: &Work, place: Place, now: Time) -> SubmissionLine {
        if self.is_restricted {
            return SubmissionLine::restricted(
                self.student,
                display_name(&self.given_name, &self.family_name),
            );
        }
        let progress = self.progress();
        let set = &work.assignment;
        let arranged = arrangements::beside(self.student, self.extra_time);
        let extra = arranged.map_or(0, |arranged| arranged.extra_time_percent);
        let due_at = own_due(set.due_at, set.publish_at, extra);
        SubmissionLine {
            arranged,
            student: self.student,
            name: display_name(&self.given_name, &self.family_name),
            submission: self.submission,
            place,
            state: progress.state(due_at, set.closed_at, now),
            handed_in: self.handed_in_at.map(|at| moment(at, actor.time_zone, now)),
            is_late: self.handed_in_at.is_some() && progress.is_late,
            points: self.points.filter(|_| progress.is_marked()),
            waits_for: progress.waits_for(),
            is_objected_to: self.is_held_up(work),
            is_restricted: false,
        }
    }
}

fn count(rows: &[Row]) -> WorkCounts {
    let mut counts = WorkCounts::default();
    // `Use::Count`: whoever is restricted is in no count.
    for row in rows.iter().filter(|row| !row.is_restricted) {
        let progress = row.progress();
        let waits_for = progress.waits_for().filter(|_| !row.is_objected_to);
        counts.students += 1;
        counts.handed_in += u64::from(row.handed_in_at.is_some());
        counts.to_mark += u64::from(waits_for == Some(WaitsFor::Mark));
        counts.to_return += u64::from(waits_for == Some(WaitsFor::Return));
        counts.returned += u64::from(progress.is_returned());
    }
    counts
}
