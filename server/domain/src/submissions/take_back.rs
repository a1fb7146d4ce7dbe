//! Taking back what was handed in, until when that may be done, and what a file that came
//! after the hand-in waits for. The student's own row is locked first, as in `write.rs`.

use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;
use vocab::assignments::Stage;
use vocab::ids::FileId;

use super::write::{find_own, record, seal_draft};
use super::{Error, LeftOut, Progress, seals};
use crate::access::{Permitted, Work};
use crate::actor::Actor;
use crate::arrangements;
use crate::assignments::{is_late, own_due, stage};
use crate::clock::Time;
use crate::db::Write;
use entity::{assignment, attempt, attempt_file, mark, submission, submission_file};

/// Takes back what was handed in. Words and files are the draft again; the
/// attempt stays, marked as taken back. Where an older attempt was marked, that
/// one stands again, so that no mark ever loses what it was given for.
pub async fn unsubmit(
    tx: &Write,
    _actor: &Actor,
    work: &Permitted<Work>,
    now: Time,
) -> Result<(), Error> {
    let own = find_own(tx, work).await?.ok_or(Error::NotHandedIn)?;
    let standing = own.attempt_id.ok_or(Error::NotHandedIn)?;
    let (progress, marked_at) = progress(tx, &own).await?;
    let due_at = due_for(tx, work).await?;
    may_take_back(&work.assignment, due_at, &progress, now)?;
    let mut unmarked = Condition::all()
        .add(attempt::Column::SubmissionId.eq(own.id))
        .add(attempt::Column::WithdrawnAt.is_null());
    if let Some(marked_at) = marked_at {
        unmarked = unmarked.add(attempt::Column::HandedInAt.gt(marked_at));
    }
    attempt::Entity::update_many()
        .col_expr(attempt::Column::WithdrawnAt, Expr::value(now))
        .filter(unmarked)
        .exec(&**tx)
        .await?;
    let older = attempt::Entity::find()
        .filter(attempt::Column::SubmissionId.eq(own.id))
        .filter(attempt::Column::WithdrawnAt.is_null())
        .order_by_desc(attempt::Column::Number)
        .one(&**tx)
        .await?;
    let has_newer_draft = own.draft_saved_at > own.handed_in_at;
    let mut changed = submission::ActiveModel {
        id: Set(own.id),
        attempt_id: Set(older.as_ref().map(|attempt| attempt.id)),
        handed_in_at: Set(older.as_ref().map(|attempt| attempt.handed_in_at)),
        is_late: Set(older.as_ref().is_some_and(|attempt| attempt.is_late)),
        ..Default::default()
    };
    if !has_newer_draft {
        let taken_back = attempt::Entity::find_by_id(standing).one(&**tx).await?;
        let text = match taken_back {
            Some(back) => {
                let place = seals::attempt(back.school_id, back.id);
                Some(seals::open(&**tx, &place, &back.text).await?)
            }
            None => None,
        };
        if let Some(text) = text
            && text != own.draft_text
        {
            changed.draft_text = Set(seal_draft(tx, &own, &text).await?);
            changed.draft_version = Set(own.draft_version + 1);
        }
    }
    changed.update(&**tx).await?;
    let of_attempt = Query::select()
        .column(attempt_file::Column::FileId)
        .from(attempt_file::Entity)
        .and_where(attempt_file::Column::AttemptId.eq(standing))
        .take();
    submission_file::Entity::update_many()
        .col_expr(
            submission_file::Column::RemovedAt,
            Expr::value(Option::<Time>::None),
        )
        .filter(submission_file::Column::SubmissionId.eq(own.id))
        .filter(submission_file::Column::Id.in_subquery(of_attempt))
        .exec(&**tx)
        .await?;
    let change = (
        Some(json!({ "attempt": standing })),
        Some(json!({ "attempt": older.map(|attempt| attempt.id) })),
    );
    record(tx, work, own.id, "submission.taken_back", change, now).await
}

/// Whether what was handed in may be taken back: until the due time, or until the
/// work is closed where it has none; never once it is marked.
pub(super) fn may_take_back(
    set: &assignment::Model,
    own_due_at: Option<Time>,
    progress: &Progress,
    now: Time,
) -> Result<(), Error> {
    if progress.handed_in_at.is_none() {
        return Err(Error::NotHandedIn);
    }
    if progress.is_marked() {
        return Err(Error::MarkedAlready);
    }
    let is_open = stage(set.publish_at, set.closed_at, now) == Stage::Published;
    if !is_open || is_late(own_due_at, now) {
        return Err(Error::TooLateToTakeBack);
    }
    Ok(())
}

/// What a file of the draft waits for, where the hand-in that stands is without it. Nothing
/// where it is in there, where nothing stands, and where that came back: then the draft is
/// that of the next try, and is shown as one.
pub(super) async fn waits_for(
    tx: &Write,
    work: &Permitted<Work>,
    (own, file): (&submission::Model, FileId),
    now: Time,
) -> Result<Option<LeftOut>, Error> {
    let Some(standing) = own.attempt_id else {
        return Ok(None);
    };
    let in_there = attempt_file::Entity::find()
        .filter(attempt_file::Column::AttemptId.eq(standing))
        .filter(attempt_file::Column::FileId.eq(file))
        .count(&**tx)
        .await?;
    let (progress, _) = progress(tx, own).await?;
    if in_there > 0 || progress.is_returned() {
        return Ok(None);
    }
    let set = &work.assignment;
    if stage(set.publish_at, set.closed_at, now) != Stage::Published {
        return Ok(Some(LeftOut::Closed));
    }
    let due_at = due_for(tx, work).await?;
    let may_be_taken_back = may_take_back(set, due_at, &progress, now).is_ok();
    Ok(Some(if may_be_taken_back {
        LeftOut::UntilTakenBack
    } else {
        LeftOut::UntilReturned
    }))
}

/// Where the answer stands, and when it was marked.
pub(super) async fn progress(
    tx: &Write,
    own: &submission::Model,
) -> Result<(Progress, Option<Time>), Error> {
    let times: Option<(Time, Option<Time>)> = mark::Entity::find()
        .select_only()
        .columns([mark::Column::MarkedAt, mark::Column::ReturnedAt])
        .filter(mark::Column::SubmissionId.eq(own.id))
        .into_tuple()
        .one(&**tx)
        .await?;
    let marked_at = times.map(|(marked_at, _)| marked_at);
    let progress = Progress {
        came_at: None,
        draft_saved_at: own.draft_saved_at,
        handed_in_at: own.handed_in_at,
        is_late: own.is_late,
        marked_at,
        returned_at: times.and_then(|(_, returned_at)| returned_at),
    };
    Ok((progress, marked_at))
}

/// When the work is due for this student, with their extra time.
async fn due_for(tx: &Write, work: &Permitted<Work>) -> Result<Option<Time>, Error> {
    let extra: Option<Option<i32>> = assignment::Entity::find_by_id(work.assignment.id)
        .select_only()
        .expr_as(arrangements::extra_time_of(work.actor()), "extra_time")
        .into_tuple()
        .one(&**tx)
        .await?;
    let set = &work.assignment;
    let extra = arrangements::percent(extra.flatten());
    Ok(own_due(set.due_at, set.publish_at, extra))
}
