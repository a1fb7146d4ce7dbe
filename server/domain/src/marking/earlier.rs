//! What was returned for older tries. There is one mark for each answer; where a newer try
//! is marked after a return, what the student read until then is kept beside the try that
//! it was for, and they and who looks after them go on reading it
//! (`submissions/papers.rs`).

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, RelationDef,
};
use vocab::ids::{AttemptId, EarlierMarkId, SchoolId};

use super::Error;
use crate::access::{Answer, Permitted};
use crate::clock::Time;
use crate::db::Write;
use crate::keys::{Place, text};
use crate::secrets::new_id;
use entity::{attempt, earlier_mark, mark};

/// Keeps what was returned, with its words as they were read, because a mark for a newer
/// try takes its place.
pub(super) async fn keep(
    tx: &Write,
    answer: &Permitted<Answer>,
    (was, comment): (&mark::Model, &str),
    returned_at: Time,
) -> Result<(), Error> {
    let marked: Option<AttemptId> = attempt::Entity::find()
        .select_only()
        .column(attempt::Column::Id)
        .filter(attempt::Column::SubmissionId.eq(answer.submission.id))
        .filter(attempt::Column::WithdrawnAt.is_null())
        .filter(attempt::Column::HandedInAt.lte(was.marked_at))
        .order_by_desc(attempt::Column::Number)
        .into_tuple()
        .one(&**tx)
        .await?;
    // What is marked is not taken back any more, so its try is always there.
    let Some(marked) = marked else {
        return Ok(());
    };
    let id = EarlierMarkId(new_id());
    let student = answer.submission.student_id;
    let place = earlier_place(answer.school(), id);
    earlier_mark::ActiveModel {
        id: Set(id),
        school_id: Set(answer.school()),
        mark_id: Set(was.id),
        attempt_id: Set(marked),
        points: Set(was.points),
        comment: Set(text::seal(&**tx, student, &place, comment).await?),
        marked_by: Set(was.marked_by),
        returned_at: Set(returned_at),
    }
    .insert(&**tx)
    .await?;
    Ok(())
}

/// Takes the newest of them out again, with its words, because the mark that took its place
/// is taken off.
pub(super) async fn take(
    tx: &Write,
    answer: &Permitted<Answer>,
    of: &mark::Model,
) -> Result<Option<(earlier_mark::Model, String)>, Error> {
    let newest = earlier_mark::Entity::find()
        .filter(earlier_mark::Column::SchoolId.eq(answer.school()))
        .filter(earlier_mark::Column::MarkId.eq(of.id))
        .order_by_desc(earlier_mark::Column::ReturnedAt)
        .one(&**tx)
        .await?;
    let Some(newest) = newest else {
        return Ok(None);
    };
    let place = earlier_place(answer.school(), newest.id);
    let comment = text::open(&**tx, &place, &newest.comment).await?;
    let comment = comment.editable()?;
    earlier_mark::Entity::delete_by_id(newest.id)
        .exec(&**tx)
        .await?;
    Ok(Some((newest, comment)))
}

/// Where the words stand.
pub(crate) fn earlier_place(school: SchoolId, id: EarlierMarkId) -> Place<'static> {
    Place {
        school,
        table: "earlier_mark",
        column: "comment",
        row: id.0,
    }
}

/// From a mark to what was returned for older tries; most have nothing.
pub(crate) fn to_earlier() -> RelationDef {
    mark::Entity::belongs_to(earlier_mark::Entity)
        .from(mark::Column::Id)
        .to(earlier_mark::Column::MarkId)
        .into()
}
