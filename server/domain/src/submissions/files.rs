//! The files of a draft. Bytes go straight to the object store and only then, in
//! a short transaction, into the records; what fails on the way leaves neither a
//! row nor half a file.

use bytes::Bytes;
use futures::Stream;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter,
};
use serde_json::json;
use vocab::assignments::{FileSummary, MAX_FILES};
use vocab::ids::{AssignmentId, FileId, SubmissionId};

use super::write::{own, record};
use super::{Error, file_summary};
use crate::access::{self, AccessError, Permitted, Work};
use crate::actor::Actor;
use crate::assignments::policy::Action;
use crate::clock::Time;
use crate::db::{Db, Write};
use crate::files::{PutError, Store, Stored, plain_media_type, shown_name};
use crate::keys;
use crate::secrets::new_id;
use entity::{submission, submission_file};

/// A file as the browser names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileToAdd {
    /// As it is called on the student's device; it is cleaned before it is kept.
    pub name: String,
    /// What the browser takes it for; never trusted.
    pub media_type: String,
}

/// Adds a file of at most `limit` bytes to one's own draft.
#[expect(
    clippy::too_many_arguments,
    reason = "the records, the store, who, where, what, the bytes, the bound and the time"
)]
pub async fn attach<E: std::fmt::Display>(
    db: &Db,
    store: &Store,
    actor: &Actor,
    assignment: AssignmentId,
    file: FileToAdd,
    bytes: impl Stream<Item = Result<Bytes, E>>,
    limit: u64,
    now: Time,
) -> Result<FileSummary, Error> {
    let work = access::assignment(db.read(), actor, assignment, Action::HandIn, now).await?;
    let begun = submission::Entity::find()
        .filter(submission::Column::AssignmentId.eq(assignment))
        .filter(submission::Column::StudentId.eq(work.actor()))
        .one(db.read())
        .await?;
    if let Some(begun) = begun {
        require_room(db.read(), begun.id).await?;
    }
    let id = FileId(new_id());
    let key = format!("submissions/{}/{id}", work.school());
    let name = shown_name(&file.name);
    let stored = keys::files::put((store, db.keys()), work.actor(), &key, bytes, limit)
        .await
        .map_err(|error| refusal(&error, &name))?;
    let row = submission_file::Model {
        id,
        school_id: work.school(),
        submission_id: SubmissionId(id.0),
        name,
        size_bytes: i64::try_from(stored.size).unwrap_or(i64::MAX),
        media_type: plain_media_type(&file.media_type),
        object_key: key,
        sha256: String::new(),
        added_at: now,
        removed_at: None,
    };
    let summary = file_summary(row.id, row.name.clone(), row.size_bytes);
    let written = write(db, actor, assignment, row.clone(), stored, now).await;
    let tx = match written {
        Ok(tx) => tx,
        Err(error) => {
            if let Err(left_over) = store.delete(&row.object_key).await {
                tracing::warn!(key = row.object_key, error = %left_over, "a file is left over");
            }
            return Err(error);
        }
    };
    // A commit that fails may still have happened: then the bytes have to be there.
    tx.commit().await?;
    Ok(summary)
}

fn refusal(error: &PutError, name: &str) -> Error {
    let name = name.to_owned();
    match error {
        PutError::TooLarge { limit } => {
            let megabytes = limit / (1024 * 1024);
            Error::files(format!(
                "{name} is larger than {megabytes} MB, so it was not added. Your words are kept"
            ))
        }
        PutError::Full => Error::NoRoom { name },
        PutError::Interrupted(_) | PutError::Broken(_) => {
            tracing::warn!(%error, "a file was not kept");
            Error::FileBroken { name }
        }
    }
}

async fn write(
    db: &Db,
    actor: &Actor,
    assignment: AssignmentId,
    mut row: submission_file::Model,
    stored: Stored,
    now: Time,
) -> Result<Write, Error> {
    let tx = db.write().await?;
    let work = access::assignment(&*tx, actor, assignment, Action::HandIn, now).await?;
    row.sha256 = stored.sha256;
    add_stored(&tx, &work, row, now).await?;
    Ok(tx)
}

/// Gives a file that is in the store to one's own draft, whichever it was written for.
pub(crate) async fn add_stored(
    tx: &Write,
    work: &Permitted<Work>,
    mut row: submission_file::Model,
    now: Time,
) -> Result<(), Error> {
    let own = own(tx, work, now).await?;
    require_room(&**tx, own.id).await?;
    row.submission_id = own.id;
    let after = json!({ "file": row.id, "size_bytes": row.size_bytes });
    submission_file::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(&**tx)
        .await?;
    submission::ActiveModel {
        id: Set(own.id),
        draft_saved_at: Set(Some(now)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    let change = (None, Some(after));
    record(tx, work, own.id, "submission.file_added", change, now).await
}

async fn require_room(db: &impl ConnectionTrait, id: SubmissionId) -> Result<(), Error> {
    let files = submission_file::Entity::find()
        .filter(submission_file::Column::SubmissionId.eq(id))
        .filter(submission_file::Column::RemovedAt.is_null())
        .count(db)
        .await?;
    if usize::try_from(files).is_ok_and(|files| files < MAX_FILES) {
        return Ok(());
    }
    Err(Error::files(format!(
        "An answer holds at most {MAX_FILES} files. Remove one first"
    )))
}

/// Takes a file out of one's own draft. What was handed in keeps it.
pub async fn remove_file(
    tx: &Write,
    _actor: &Actor,
    work: &Permitted<Work>,
    file: FileId,
    now: Time,
) -> Result<(), Error> {
    let own = own(tx, work, now).await?;
    let file = submission_file::Entity::find_by_id(file)
        .filter(submission_file::Column::SchoolId.eq(work.school()))
        .filter(submission_file::Column::SubmissionId.eq(own.id))
        .one(&**tx)
        .await?
        .ok_or(AccessError::NotFound)?;
    if file.removed_at.is_some() {
        return Ok(());
    }
    submission_file::ActiveModel {
        id: Set(file.id),
        removed_at: Set(Some(now)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    let change = (Some(json!({ "file": file.id })), None);
    record(tx, work, own.id, "submission.file_removed", change, now).await
}
