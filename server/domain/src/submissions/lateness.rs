//! Judging anew whether hand-ins are late, where the due time moved after them: the
//! teacher changed it, or the school arranged extra time. Each counts against the
//! student's own due time. What was taken back and the record of changes keep what they
//! said at the time; a receipt keeps its number and its time, and says what holds now.

use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef,
};
use vocab::ids::{AssignmentId, AttemptId, PersonId, SchoolId, SubmissionId};

use crate::arrangements;
use crate::assignments::{is_late, own_due};
use crate::clock::Time;
use crate::db::Write;
use entity::{assignment, attempt, submission};

/// Rows for one statement, well within what a database takes.
const AT_ONCE: usize = 500;

/// Which way a due time moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moved {
    /// There is less time, or there is a due time now.
    Earlier,
    /// There is more time, or no due time any more.
    Later,
}

impl Moved {
    pub(crate) fn between(old: Option<Time>, new: Option<Time>) -> Self {
        match (old, new) {
            (_, None) => Self::Later,
            (Some(old), Some(new)) if new > old => Self::Later,
            _ => Self::Earlier,
        }
    }
}

/// Judges the hand-ins of one work anew: both ways where there is less time now, and where
/// there is more only in the student's favour, because what was in time may owe that to
/// extra time which has been taken away since. The work's row is locked already, so that
/// nobody hands in meanwhile. Restricted data is no exception: it follows from the work's
/// own time, and its owner reads it.
pub(crate) async fn judge_work(
    tx: &Write,
    (school, work): (SchoolId, AssignmentId),
    moved: Moved,
) -> Result<(), DbErr> {
    let answers = Condition::all()
        .add(submission::Column::SchoolId.eq(school))
        .add(submission::Column::AssignmentId.eq(work))
        .add(submission::Column::AttemptId.is_not_null());
    let mut tries = hold(tx, answers).await?;
    if moved == Moved::Later {
        tries.retain(|one| !one.comes_late());
    }
    correct(tx, tries).await
}

/// Takes "late" from what one student handed in within the extra time that they have
/// now. What was in time stays so, however little time is arranged later.
pub(crate) async fn lift_lateness(
    tx: &Write,
    school: SchoolId,
    student: PersonId,
) -> Result<(), DbErr> {
    let answers = Condition::all()
        .add(submission::Column::SchoolId.eq(school))
        .add(submission::Column::StudentId.eq(student))
        .add(submission::Column::IsLate.eq(true));
    let works = Query::select()
        .column(submission::Column::AssignmentId)
        .from(submission::Entity)
        .cond_where(answers.clone())
        .take();
    // The work before the answer, as handing in does.
    let _: Vec<AssignmentId> = assignment::Entity::find()
        .select_only()
        .column(assignment::Column::Id)
        .filter(assignment::Column::Id.in_subquery(works))
        .order_by_asc(assignment::Column::Id)
        .lock_shared()
        .into_tuple()
        .all(&**tx)
        .await?;
    let mut tries = hold(tx, answers).await?;
    tries.retain(|one| !one.comes_late());
    correct(tx, tries).await
}

/// A try that stands, or that stands again when a newer one is taken back.
#[derive(FromQueryResult)]
struct Try {
    attempt: AttemptId,
    answer: SubmissionId,
    standing: Option<AttemptId>,
    handed_in_at: Time,
    is_late: bool,
    due_at: Option<Time>,
    publish_at: Option<Time>,
    extra_time: Option<i32>,
}

impl Try {
    fn comes_late(&self) -> bool {
        let extra = arrangements::percent(self.extra_time);
        let due_at = own_due(self.due_at, self.publish_at, extra);
        is_late(due_at, self.handed_in_at)
    }
}

/// The tries of these answers, with the answers held: taking back copies what an older
/// try says.
async fn hold(tx: &Write, answers: Condition) -> Result<Vec<Try>, DbErr> {
    let held: Vec<SubmissionId> = submission::Entity::find()
        .select_only()
        .column(submission::Column::Id)
        .filter(answers)
        .order_by_asc(submission::Column::Id)
        .lock_exclusive()
        .into_tuple()
        .all(&**tx)
        .await?;
    let to_answer: RelationDef = attempt::Entity::belongs_to(submission::Entity)
        .from(attempt::Column::SubmissionId)
        .to(submission::Column::Id)
        .into();
    let to_work: RelationDef = submission::Entity::belongs_to(assignment::Entity)
        .from(submission::Column::AssignmentId)
        .to(assignment::Column::Id)
        .into();
    let mut tries = Vec::new();
    for held in held.chunks(AT_ONCE) {
        let some = attempt::Entity::find()
            .select_only()
            .column_as(attempt::Column::Id, "attempt")
            .column_as(submission::Column::Id, "answer")
            .column_as(submission::Column::AttemptId, "standing")
            .columns([attempt::Column::HandedInAt, attempt::Column::IsLate])
            .columns([assignment::Column::DueAt, assignment::Column::PublishAt])
            .expr_as(
                arrangements::extra_time((submission::Entity, submission::Column::StudentId)),
                "extra_time",
            )
            .join(JoinType::InnerJoin, to_answer.clone())
            .join(JoinType::InnerJoin, to_work.clone())
            .filter(attempt::Column::SubmissionId.is_in(held.iter().copied()))
            .filter(attempt::Column::WithdrawnAt.is_null())
            .into_model::<Try>()
            .all(&**tx)
            .await?;
        tries.extend(some);
    }
    Ok(tries)
}

/// Puts the rows right that say the wrong thing.
async fn correct(tx: &Write, mut tries: Vec<Try>) -> Result<(), DbErr> {
    tries.retain(|one| one.comes_late() != one.is_late);
    let (late, in_time): (Vec<Try>, Vec<Try>) = tries.into_iter().partition(Try::comes_late);
    for (is_late, tries) in [(true, late), (false, in_time)] {
        for some in tries.chunks(AT_ONCE) {
            attempt::Entity::update_many()
                .col_expr(attempt::Column::IsLate, Expr::value(is_late))
                .filter(attempt::Column::Id.is_in(some.iter().map(|one| one.attempt)))
                .exec(&**tx)
                .await?;
            let standing = some
                .iter()
                .filter(|one| one.standing == Some(one.attempt))
                .map(|one| one.answer);
            submission::Entity::update_many()
                .col_expr(submission::Column::IsLate, Expr::value(is_late))
                .filter(submission::Column::Id.is_in(standing))
                .exec(&**tx)
                .await?;
        }
    }
    Ok(())
}
