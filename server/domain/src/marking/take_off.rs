//! Taking off a mark that nobody was given yet, as one that was typed for the wrong student.
//! The row stays and its version goes up, so that a desk from before does not go over what is
//! marked next. It says again what came back for the older try; where nothing did, it is empty
//! and stands before all that was handed in, and the answer waits to be marked.

use chrono::TimeDelta;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::write::seal_comment;
use super::{Error, earlier};
use crate::access::{Answer, Permitted};
use crate::clock::Time;
use crate::db::Write;
use entity::{attempt, mark};

/// Whether there is nothing in a mark: nothing was given, or it was taken off.
pub(crate) fn is_empty(kept: &mark::Model) -> bool {
    kept.points.is_none() && kept.comment.is_empty()
}

/// Takes it off, and answers its new version. The answer is locked.
pub(super) async fn take_off(
    tx: &Write,
    answer: &Permitted<Answer>,
    kept: &mark::Model,
) -> Result<i32, Error> {
    let version = kept.version + 1;
    let instead = match earlier::take(tx, answer, kept).await? {
        Some((older, comment)) => mark::ActiveModel {
            points: Set(older.points),
            comment: Set(seal_comment(&**tx, answer, kept.id, &comment).await?),
            marked_by: Set(older.marked_by),
            marked_at: Set(older.returned_at),
            // Who gave it back is told by the events.
            returned_at: Set(Some(older.returned_at)),
            ..Default::default()
        },
        None => mark::ActiveModel {
            points: Set(None),
            comment: Set(String::new()),
            marked_by: Set(answer.actor()),
            marked_at: Set(before_all(tx, answer, kept.marked_at).await?),
            ..Default::default()
        },
    };
    mark::ActiveModel {
        id: Set(kept.id),
        version: Set(version),
        ..instead
    }
    .update(&**tx)
    .await?;
    Ok(version)
}

/// A moment before everything that was handed in as this answer.
async fn before_all(
    tx: &Write,
    answer: &Permitted<Answer>,
    marked_at: Time,
) -> Result<Time, Error> {
    let first: Option<Time> = attempt::Entity::find()
        .select_only()
        .column(attempt::Column::HandedInAt)
        .filter(attempt::Column::SubmissionId.eq(answer.submission.id))
        .order_by_asc(attempt::Column::HandedInAt)
        .into_tuple()
        .one(&**tx)
        .await?;
    Ok(first.unwrap_or(marked_at) - TimeDelta::seconds(1))
}
