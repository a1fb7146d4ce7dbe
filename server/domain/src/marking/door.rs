//! The door to an answer that is to be marked. A student may take an answer back while a
//! teacher marks it: then it is not there for them any more, and they are told why.

use sea_orm::sea_query::Query;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, PaginatorTrait, QueryFilter,
    QuerySelect, RelationDef,
};
use vocab::classrooms::ClassroomRole;
use vocab::ids::SubmissionId;

use super::Error;
use crate::access::{self, AccessError, Answer, Permitted, classrooms_of};
use crate::actor::Actor;
use crate::clock::Time;
use crate::guard;
use crate::submissions::policy::Action;
use entity::{assignment, attempt, submission};

/// An answer, to be marked. For a teacher who had it on the desk until its student took it
/// back it is [`Error::TakenBack`]; for everybody else it is not there.
pub async fn door(
    db: &impl ConnectionTrait,
    actor: &Actor,
    id: SubmissionId,
    now: Time,
) -> Result<Permitted<Answer>, Error> {
    let found = access::submission(db, actor, id, Action::Mark, now).await;
    if matches!(found, Err(AccessError::NotFound)) && was_taken_back(db, actor, id).await? {
        return Err(Error::TakenBack);
    }
    Ok(found?)
}

/// Whether it was handed in to the actor and is its student's own again. Of somebody whose
/// data is restricted nothing is told.
async fn was_taken_back(
    db: &impl ConnectionTrait,
    actor: &Actor,
    id: SubmissionId,
) -> Result<bool, DbErr> {
    let to_work: RelationDef = submission::Entity::belongs_to(assignment::Entity)
        .from(submission::Column::AssignmentId)
        .to(assignment::Column::Id)
        .into();
    let handed_in_once = Query::select()
        .column(attempt::Column::SubmissionId)
        .from(attempt::Entity)
        .and_where(attempt::Column::SubmissionId.eq(id))
        .take();
    let count = submission::Entity::find()
        .join(JoinType::InnerJoin, to_work)
        .filter(submission::Column::Id.eq(id))
        .filter(submission::Column::SchoolId.eq(actor.school))
        .filter(submission::Column::AttemptId.is_null())
        .filter(submission::Column::Id.in_subquery(handed_in_once))
        .filter(submission::Column::StudentId.not_in_subquery(guard::restricted()))
        .filter(
            assignment::Column::ClassroomId
                .in_subquery(classrooms_of(actor, ClassroomRole::Teacher)),
        )
        .count(db)
        .await?;
    Ok(count > 0)
}
