//! The files a teacher gives with set work. Bytes go straight to the object store;
//! the rows are written in the transaction that sets or changes the work, so that
//! what is refused leaves neither a row nor a file.

use bytes::Bytes;
use futures::Stream;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;
use vocab::assignments::{FileSummary, MAX_FILE_BYTES, MAX_FILES};
use vocab::ids::{AssignmentId, FileId, SchoolId};

use super::Error;
use super::write::{invalid, record};
use crate::access::{AccessError, Permitted, Work};
use crate::clock::Time;
use crate::db::Write;
use crate::files::{PutError, Store, plain_media_type, shown_name};
use crate::keys::{self, Keys};
use crate::secrets::new_id;
use crate::submissions::{FileToAdd, file_summary, is_empty_words};
use entity::assignment_file;

/// A file that is in the store and in no row yet.
#[derive(Debug)]
pub struct StoredFile {
    id: FileId,
    name: String,
    media_type: String,
    key: String,
    size: u64,
    sha256: String,
}

/// The files of a piece of work, oldest first. One query.
pub async fn files(
    db: &impl ConnectionTrait,
    work: &Permitted<Work>,
) -> Result<Vec<FileSummary>, sea_orm::DbErr> {
    let rows: Vec<(FileId, String, i64)> = assignment_file::Entity::find()
        .select_only()
        .columns([
            assignment_file::Column::Id,
            assignment_file::Column::Name,
            assignment_file::Column::SizeBytes,
        ])
        .filter(assignment_file::Column::SchoolId.eq(work.school()))
        .filter(assignment_file::Column::AssignmentId.eq(work.assignment.id))
        .filter(assignment_file::Column::RemovedAt.is_null())
        .order_by_asc(assignment_file::Column::Id)
        .limit(MAX_FILES as u64)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, name, size)| file_summary(id, name, size))
        .collect())
}

/// Streams a file of at most 50 MB to the store. It belongs to nothing until
/// [`attach`] gives it to work; what is not given has to be let go with [`let_go`].
pub async fn store_file<E: std::fmt::Display>(
    (store, keys): (&Store, &Keys),
    school: SchoolId,
    file: &FileToAdd,
    bytes: impl Stream<Item = Result<Bytes, E>>,
) -> Result<StoredFile, Error> {
    let id = FileId(new_id());
    let key = format!("materials/{school}/{id}");
    let name = shown_name(&file.name);
    match keys::files::put((store, keys), school, &key, bytes, MAX_FILE_BYTES).await {
        Ok(stored) if stored.size == 0 => {
            if let Err(error) = store.delete(&key).await {
                tracing::warn!(key, %error, "a file is left over");
            }
            Err(invalid("files", is_empty_words(&name)))
        }
        Ok(stored) => Ok(StoredFile {
            id,
            name,
            media_type: plain_media_type(&file.media_type),
            key,
            size: stored.size,
            sha256: stored.sha256,
        }),
        Err(PutError::TooLarge { limit }) => {
            let megabytes = limit / (1024 * 1024);
            Err(invalid(
                "files",
                format!("{name} is larger than {megabytes} MB, so it was not added"),
            ))
        }
        Err(PutError::Full) => Err(Error::NoRoom { name }),
        Err(error @ (PutError::Interrupted(_) | PutError::Broken(_))) => {
            tracing::warn!(%error, "a file was not kept");
            Err(Error::FileBroken { name })
        }
    }
}

/// Lets stored files go that no work was given.
pub async fn let_go(store: &Store, files: &[StoredFile]) {
    for file in files {
        if let Err(error) = store.delete(&file.key).await {
            tracing::warn!(key = file.key, %error, "a file is left over");
        }
    }
}

/// Whether each of these came with the work before, by name and size. What was removed since
/// counts.
pub async fn came_before(
    tx: &Write,
    work: AssignmentId,
    files: &[StoredFile],
) -> Result<bool, Error> {
    let there: Vec<(String, i64)> = assignment_file::Entity::find()
        .select_only()
        .columns([
            assignment_file::Column::Name,
            assignment_file::Column::SizeBytes,
        ])
        .filter(assignment_file::Column::AssignmentId.eq(work))
        .into_tuple()
        .all(&**tx)
        .await?;
    let is_there = |file: &StoredFile| {
        let is_it = |(name, size): &(String, i64)| {
            *name == file.name && u64::try_from(*size).is_ok_and(|size| size == file.size)
        };
        there.iter().any(is_it)
    };
    Ok(files.iter().all(is_there))
}

/// Gives stored files to work, which holds at most 20.
pub async fn attach(
    tx: &Write,
    work: &Permitted<Work>,
    files: &[StoredFile],
    now: Time,
) -> Result<(), Error> {
    if files.is_empty() {
        return Ok(());
    }
    let there = assignment_file::Entity::find()
        .filter(assignment_file::Column::AssignmentId.eq(work.assignment.id))
        .filter(assignment_file::Column::RemovedAt.is_null())
        .count(&**tx)
        .await?;
    if usize::try_from(there).is_ok_and(|there| there + files.len() > MAX_FILES) {
        return Err(invalid(
            "files",
            format!("Work holds at most {MAX_FILES} files. Remove some first"),
        ));
    }
    for file in files {
        let row = assignment_file::Model {
            id: file.id,
            school_id: work.school(),
            assignment_id: work.assignment.id,
            name: file.name.clone(),
            size_bytes: i64::try_from(file.size).unwrap_or(i64::MAX),
            media_type: file.media_type.clone(),
            object_key: file.key.clone(),
            sha256: file.sha256.clone(),
            added_by: work.actor(),
            added_at: now,
            removed_at: None,
        };
        let after = json!({ "file": row.id, "name": row.name, "size_bytes": row.size_bytes });
        assignment_file::Entity::insert(row.into_active_model().reset_all())
            .exec_without_returning(&**tx)
            .await?;
        record(tx, work, "assignment.file_added", (None, Some(after)), now).await?;
    }
    Ok(())
}

/// Takes a file off work. Taking it off twice is no mistake.
pub async fn remove_file(
    tx: &Write,
    work: &Permitted<Work>,
    file: FileId,
    now: Time,
) -> Result<(), Error> {
    let file = assignment_file::Entity::find_by_id(file)
        .filter(assignment_file::Column::SchoolId.eq(work.school()))
        .filter(assignment_file::Column::AssignmentId.eq(work.assignment.id))
        .one(&**tx)
        .await?
        .ok_or(AccessError::NotFound)?;
    if file.removed_at.is_some() {
        return Ok(());
    }
    assignment_file::ActiveModel {
        id: Set(file.id),
        removed_at: Set(Some(now)),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    let before = json!({ "file": file.id, "name": file.name });
    record(
        tx,
        work,
        "assignment.file_removed",
        (Some(before), None),
        now,
    )
    .await
}
