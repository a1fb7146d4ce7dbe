//! The files of a draft. Bytes go straight to the object store and only then, in
//! a short transaction, into the records; what fails on the way leaves neither a
//! row nor half a file. It takes its time: another device may hand in meanwhile, and then
//! the file waits with the draft.

use bytes::Bytes;
use futures::Stream;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    IntoActiveModel, PaginatorTrait, QueryFilter,
};
use serde_json::json;
use vocab::assignments::{FileSummary, MAX_FILES};
use vocab::ids::{AssignmentId, FileId, SubmissionId};

use super::take_back::waits_for;
use super::write::{find_own, own, record};
use super::{Error, file_summary};
use crate::access::{self, AccessError, Permitted, Work};
use crate::actor::Actor;
use crate::assignments::policy::Action;
use crate::clock::{Clock, Time};
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

/// A file that is with a draft.
#[derive(Clone, Debug, PartialEq)]
pub struct Attached {
    /// The file.
    pub file: FileSummary,
    /// How it can still be handed in, where the hand-in that stands is without it.
    pub left_out: Option<LeftOut>,
}

/// What a file waits for that came after the hand-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// The work can be taken back, and handed in again with it.
    UntilTakenBack,
    /// That is not possible any more: only once it came back there is a new try.
    UntilReturned,
    /// Nothing: the work is closed, and takes no new try.
    Closed,
}

impl std::fmt::Display for LeftOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::UntilTakenBack => "take the work back to add it.",
            Self::UntilReturned => {
                "the work cannot be taken back any more, so that can only go with a new try, \
                 once this one is returned."
            }
            Self::Closed => "handing in is closed.",
        })
    }
}

/// Adds a file of at most `limit` bytes to one's own draft. What time it is, is asked again
/// once its bytes are there.
#[expect(
    clippy::too_many_arguments,
    reason = "the records, the store, who, where, what, the bytes, the bound and the clock"
)]
pub async fn attach<E: std::fmt::Display>(
    db: &Db,
    store: &Store,
    actor: &Actor,
    assignment: AssignmentId,
    file: FileToAdd,
    bytes: impl Stream<Item = Result<Bytes, E>>,
    limit: u64,
    clock: &Clock,
) -> Result<Attached, Error> {
    let before = clock.now();
    let work = access::assignment(db.read(), actor, assignment, Action::HandIn, before).await?;
    let begun = submission::Entity::find()
        .filter(submission::Column::AssignmentId.eq(assignment))
        .filter(submission::Column::StudentId.eq(work.actor()))
        .one(db.read())
        .await?;
    let name = shown_name(&file.name);
    // What may be there already is looked at once its bytes are known.
    if let Some(begun) = begun
        && !has_name(db.read(), begun.id, &name).await?
    {
        require_room(db.read(), begun.id, &name).await?;
    }
    let id = FileId(new_id());
    let key = format!("submissions/{}/{id}", work.school());
    let stored = keys::files::put((store, db.keys()), work.actor(), &key, bytes, limit)
        .await
        .map_err(|error| refusal(&error, &name))?;
    if stored.size == 0 {
        let_go(store, &key).await;
        return Err(Error::files(is_empty_words(&name)));
    }
    let now = clock.now();
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
    let key = row.object_key.clone();
    let (tx, added, left_out) = match write(db, actor, assignment, row, stored, now).await {
        Ok(written) => written,
        Err(error) => {
            let_go(store, &key).await;
            return Err(error);
        }
    };
    // A commit that fails may still have happened: then the bytes have to be there.
    tx.commit().await?;
    let file = match added {
        Added::New(file) => file,
        Added::There(file) => {
            let_go(store, &key).await;
            file
        }
    };
    Ok(Attached {
        file: file_summary(file.id, file.name, file.size_bytes),
        left_out,
    })
}

/// Takes bytes back out of the store that belong to no row.
async fn let_go(store: &Store, key: &str) {
    if let Err(left_over) = store.delete(key).await {
        tracing::warn!(key, error = %left_over, "a file is left over");
    }
}

/// Why a file without a byte in it is not taken, as of a photo that has not come down to the
/// device: nobody could read what is handed in.
pub(crate) fn is_empty_words(name: &str) -> String {
    format!("{name} is empty, so it was not added. Choose it again")
}

fn refusal(error: &PutError, name: &str) -> Error {
    let name = name.to_owned();
    match error {
        PutError::TooLarge { limit } => {
            let megabytes = limit / (1024 * 1024);
            Error::files(format!(
                "{name} is larger than {megabytes} MB, so it was not added"
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
) -> Result<(Write, Added, Option<LeftOut>), Error> {
    let tx = db.write().await?;
    let work = access::assignment(&*tx, actor, assignment, Action::HandIn, now).await?;
    row.sha256 = stored.sha256;
    let added = add_stored(&tx, &work, row, now).await?;
    let (Added::New(file) | Added::There(file)) = &added;
    let left_out = match find_own(&tx, &work).await? {
        Some(own) => waits_for(&tx, &work, (&own, file.id), now).await?,
        None => None,
    };
    Ok((tx, added, left_out))
}

/// What became of a file that was to be added.
pub(crate) enum Added {
    /// It is in the draft.
    New(submission_file::Model),
    /// The same was there: the answer to the first time was lost on the way. What was
    /// stored anew belongs to nothing.
    There(submission_file::Model),
}

/// Whether a draft has a file of this name.
async fn has_name(
    db: &impl ConnectionTrait,
    draft: SubmissionId,
    name: &str,
) -> Result<bool, DbErr> {
    let named = submission_file::Entity::find()
        .filter(submission_file::Column::SubmissionId.eq(draft))
        .filter(submission_file::Column::RemovedAt.is_null())
        .filter(submission_file::Column::Name.eq(name))
        .count(db)
        .await?;
    Ok(named > 0)
}

/// A draft's file of this name with these very bytes.
pub(crate) async fn find_same(
    db: &impl ConnectionTrait,
    draft: SubmissionId,
    (name, sha256): (&str, &str),
) -> Result<Option<submission_file::Model>, DbErr> {
    submission_file::Entity::find()
        .filter(submission_file::Column::SubmissionId.eq(draft))
        .filter(submission_file::Column::RemovedAt.is_null())
        .filter(submission_file::Column::Name.eq(name))
        .filter(submission_file::Column::Sha256.eq(sha256))
        .one(db)
        .await
}

/// Gives a file that is in the store to one's own draft, whichever it was written for,
/// unless the draft has it already.
pub(crate) async fn add_stored(
    tx: &Write,
    work: &Permitted<Work>,
    mut row: submission_file::Model,
    now: Time,
) -> Result<Added, Error> {
    let own = own(tx, work, now).await?;
    if let Some(same) = find_same(&**tx, own.id, (&row.name, &row.sha256)).await? {
        return Ok(Added::There(same));
    }
    require_room(&**tx, own.id, &row.name).await?;
    row.submission_id = own.id;
    let after = json!({ "file": row.id, "size_bytes": row.size_bytes });
    submission_file::Entity::insert(row.clone().into_active_model().reset_all())
        .exec_without_returning(&**tx)
        .await?;
    submission::ActiveModel {
        id: Set(own.id),
        draft_saved_at: Set(own.draft_saved_at.max(Some(now))),
        ..Default::default()
    }
    .update(&**tx)
    .await?;
    let change = (None, Some(after));
    record(tx, work, own.id, "submission.file_added", change, now).await?;
    Ok(Added::New(row))
}

async fn require_room(
    db: &impl ConnectionTrait,
    id: SubmissionId,
    name: &str,
) -> Result<(), Error> {
    if has_room(db, id, 1).await? {
        return Ok(());
    }
    Err(Error::files(format!(
        "An answer holds at most {MAX_FILES} files, so {name} was not added. Remove one first"
    )))
}

/// Whether so many files more fit into a draft.
pub(crate) async fn has_room(
    db: &impl ConnectionTrait,
    id: SubmissionId,
    more: usize,
) -> Result<bool, DbErr> {
    let files = submission_file::Entity::find()
        .filter(submission_file::Column::SubmissionId.eq(id))
        .filter(submission_file::Column::RemovedAt.is_null())
        .count(db)
        .await?;
    Ok(usize::try_from(files).is_ok_and(|files| files + more <= MAX_FILES))
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
