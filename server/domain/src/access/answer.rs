//! The doors to a student's answer and to its files: for its teachers once it was handed
//! in, its owner and the owner's guardians. What each may do with it stands in
//! `submissions/policy.rs`.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, Iterable, JoinType,
    QueryFilter, QueryResult, QuerySelect,
};
use vocab::classrooms::{ClassroomRole, Standing};
use vocab::ids::{FileId, SubmissionId};
use vocab::looks::LookKind;
use vocab::objections::ObjectionUse;
use vocab::people::Role;

use super::standing::{ASSIGNMENT, CLASSROOM, classroom_columns, prefixed};
use super::{AccessError, Permitted, Work, looks_after, permit, relation_of, require_in_use};
use crate::actor::Actor;
use crate::clock::Time;
use crate::submissions::policy::{self, Action};
use crate::{guard, rights};
use entity::{
    assignment, attempt, attempt_file, classroom, enrolment, submission, submission_file,
};

const RESTRICTED: &str = "is_restricted";

/// A student's answer, together with the work it answers.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The answer.
    pub submission: submission::Model,
    /// The work and its classroom.
    pub work: Work,
    /// The student's data is restricted.
    pub is_restricted: bool,
}

impl FromQueryResult for Answer {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        Ok(Self {
            submission: submission::Model::from_query_result(row, prefix)?,
            work: Work {
                assignment: assignment::Model::from_query_result(row, ASSIGNMENT)?,
                classroom: classroom::Model::from_query_result(row, CLASSROOM)?,
            },
            is_restricted: row.try_get("", RESTRICTED)?,
        })
    }
}

/// A student's answer, for its teachers (once it was handed in), its owner and
/// the owner's guardians. Whoever teaches their own child reads it as the guardian, and does
/// everything else as the teacher.
pub async fn submission(
    db: &impl ConnectionTrait,
    actor: &Actor,
    id: SubmissionId,
    action: Action,
    now: Time,
) -> Result<Permitted<Answer>, AccessError> {
    let work = submission::Entity::belongs_to(assignment::Entity)
        .from(submission::Column::AssignmentId)
        .to(assignment::Column::Id)
        .into();
    let classroom = assignment::Entity::belongs_to(classroom::Entity)
        .from(assignment::Column::ClassroomId)
        .to(classroom::Column::Id)
        .into();
    let mut select = submission::Entity::find()
        .join(JoinType::InnerJoin, work)
        .join(JoinType::InnerJoin, classroom);
    for column in assignment::Column::iter() {
        select = select.column_as(column, prefixed(ASSIGNMENT, column));
    }
    select = classroom_columns(select);
    let whose = Expr::col((submission::Entity, submission::Column::StudentId));
    let found = select
        .expr_as(guard::is_restricted(whose), RESTRICTED)
        .filter(submission::Column::Id.eq(id))
        .filter(policy::visible_to(actor, now))
        .into_model::<Answer>()
        .one(db)
        .await?
        .ok_or(AccessError::NotFound)?;
    let standing = answer_standing(db, actor, &found, (action, now)).await?;
    if !policy::allows(standing, action) {
        return Err(AccessError::NotAllowed);
    }
    if !action.is_open_when_archived() {
        require_in_use(&found.work.classroom, actor)?;
    }
    if standing == Standing::Teacher {
        guard::refuse(policy::as_use(action), found.is_restricted)?;
    }
    if action.changes_it() {
        let whose = (actor.school, found.submission.student_id);
        rights::require_no_objection(db, whose, ObjectionUse::Teaching).await?;
    }
    actor.saw(
        found.submission.student_id,
        LookKind::Work,
        relation_of(standing),
    );
    Ok(permit(found, standing, actor))
}

async fn answer_standing(
    db: &impl ConnectionTrait,
    actor: &Actor,
    answer: &Answer,
    (action, now): (Action, Time),
) -> Result<Standing, DbErr> {
    let student = answer.submission.student_id;
    if student == actor.person {
        return Ok(Standing::Student);
    }
    let teaches = enrolment::Entity::find()
        .filter(enrolment::Column::ClassroomId.eq(answer.work.assignment.classroom_id))
        .filter(enrolment::Column::PersonId.eq(actor.person))
        .filter(enrolment::Column::Role.eq(ClassroomRole::Teacher))
        .filter(enrolment::Column::EndedAt.is_null())
        .one(db)
        .await?;
    // Whoever teaches their own child has nothing of a draft but what a guardian has.
    let is_handed_in = answer.submission.attempt_id.is_some();
    let is_teacher = actor.is(Role::Teacher) && teaches.is_some() && is_handed_in;
    if !is_teacher {
        return Ok(Standing::Guardian);
    }
    // A guardian reads what a teacher does and more, but only while the work is out.
    let is_out = answer
        .work
        .assignment
        .publish_at
        .is_some_and(|at| at <= now);
    let as_guardian = action == Action::See && is_out && looks_after(db, actor, student).await?;
    Ok(if as_guardian {
        Standing::Guardian
    } else {
        Standing::Teacher
    })
}

/// A file of a submission, to be read. Teachers see it once it was handed in, unless
/// it was taken back; its owner and the owner's guardians see it from the start.
pub async fn file(
    db: &impl ConnectionTrait,
    actor: &Actor,
    id: FileId,
    now: Time,
) -> Result<Permitted<submission_file::Model>, AccessError> {
    let file = submission_file::Entity::find()
        .filter(submission_file::Column::Id.eq(id))
        .filter(submission_file::Column::SchoolId.eq(actor.school))
        .one(db)
        .await?
        .ok_or(AccessError::NotFound)?;
    let answer = submission(db, actor, file.submission_id, Action::See, now).await?;
    if answer.standing() == Standing::Teacher {
        let to_attempt = attempt_file::Entity::belongs_to(attempt::Entity)
            .from(attempt_file::Column::AttemptId)
            .to(attempt::Column::Id)
            .into();
        let handed_in = attempt_file::Entity::find()
            .join(JoinType::InnerJoin, to_attempt)
            .filter(attempt_file::Column::FileId.eq(id))
            .filter(attempt::Column::WithdrawnAt.is_null())
            .one(db)
            .await?;
        if handed_in.is_none() {
            return Err(AccessError::NotFound);
        }
    }
    Ok(permit(file, answer.standing(), actor))
}
