//! Sealing the files that were kept before files were sealed. Each is read and written
//! anew under its own name, one after the other; broken off, it goes on at the next run.

use std::collections::HashMap;
use std::pin::pin;

use futures::{StreamExt as _, TryStreamExt as _};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationDef,
};
use vocab::ids::{PersonId, SchoolId};

use super::files::{FileError, Sealer, is_sealed_file};
use super::{Error, Owner};
use crate::clock::Time;
use crate::db::Db;
use crate::files::{PutError, Store, StoreError};
use entity::{
    assignment_file, outbox_file, outbox_item, roster_import, submission, submission_file,
};

/// Files that are looked at together.
const AT_ONCE: usize = 200;

/// Seals every plain file that a row names and that was written before `since`. Answers
/// how many there were. One that cannot be sealed stays as it is, and stops no other.
pub async fn seal_old_files(db: &Db, store: &Store, since: Time) -> Result<u64, FileError> {
    let (mut count, mut failed) = (0_u64, 0_u64);
    let mut keys = pin!(store.older_than(since).chunks(AT_ONCE));
    while let Some(some) = keys.next().await {
        let some: Vec<String> = some.into_iter().collect::<Result<_, _>>()?;
        let mut plain = Vec::new();
        for key in some {
            match store.first_bytes(&key, 8).await {
                Ok(first) if is_sealed_file(&first) => {}
                Ok(_) => plain.push(key),
                // One that was deleted since it was listed is not missed.
                Err(_) if matches!(store.holds(&key).await, Ok(false)) => {}
                Err(error) => {
                    tracing::warn!(key, %error, "a file could not be looked at");
                    failed += 1;
                }
            }
        }
        let owners = owners(db.read(), &plain).await.map_err(Error::from)?;
        for (key, owner) in owners {
            match seal(db, store, owner, &key).await {
                Ok(()) => count += 1,
                Err(_) if matches!(store.holds(&key).await, Ok(false)) => {}
                Err(error) => {
                    tracing::warn!(key, %error, "a file was not sealed");
                    failed += 1;
                }
            }
        }
    }
    if failed > 0 {
        tracing::warn!(failed, "old files could not be sealed and are tried again");
    }
    Ok(count)
}

async fn seal(db: &Db, store: &Store, owner: Owner, key: &str) -> Result<(), NotSealed> {
    let sealer = Sealer::begin(db.keys(), owner, key).await?;
    let bytes = store.get(key).await?;
    let bytes = bytes.map_err(|error| error.to_string());
    store.put_again(key, sealer, bytes).await?;
    Ok(())
}

/// Why one file was not sealed.
#[derive(Debug, thiserror::Error)]
enum NotSealed {
    #[error(transparent)]
    Key(#[from] Error),
    #[error(transparent)]
    Read(#[from] StoreError),
    #[error(transparent)]
    Write(#[from] PutError),
}

/// Whose key seals each of these files, as far as a row names them.
async fn owners(
    db: &impl ConnectionTrait,
    keys: &[String],
) -> Result<HashMap<String, Owner>, sea_orm::DbErr> {
    let to_answer: RelationDef = submission_file::Entity::belongs_to(submission::Entity)
        .from(submission_file::Column::SubmissionId)
        .to(submission::Column::Id)
        .into();
    let of_answers: Vec<(String, PersonId)> = submission_file::Entity::find()
        .select_only()
        .column(submission_file::Column::ObjectKey)
        .column(submission::Column::StudentId)
        .join(JoinType::InnerJoin, to_answer)
        .filter(submission_file::Column::ObjectKey.is_in(keys))
        .into_tuple()
        .all(db)
        .await?;
    let to_item: RelationDef = outbox_file::Entity::belongs_to(outbox_item::Entity)
        .from(outbox_file::Column::ItemId)
        .to(outbox_item::Column::Id)
        .into();
    let of_items: Vec<(String, PersonId)> = outbox_file::Entity::find()
        .select_only()
        .column(outbox_file::Column::ObjectKey)
        .column(outbox_item::Column::PersonId)
        .join(JoinType::InnerJoin, to_item)
        .filter(outbox_file::Column::ObjectKey.is_in(keys))
        .into_tuple()
        .all(db)
        .await?;
    let of_work: Vec<(String, SchoolId)> = assignment_file::Entity::find()
        .select_only()
        .columns([
            assignment_file::Column::ObjectKey,
            assignment_file::Column::SchoolId,
        ])
        .filter(assignment_file::Column::ObjectKey.is_in(keys))
        .into_tuple()
        .all(db)
        .await?;
    let of_rosters: Vec<(Option<String>, SchoolId)> = roster_import::Entity::find()
        .select_only()
        .columns([
            roster_import::Column::ObjectKey,
            roster_import::Column::SchoolId,
        ])
        .filter(roster_import::Column::ObjectKey.is_in(keys))
        .into_tuple()
        .all(db)
        .await?;
    let of_rosters = of_rosters
        .into_iter()
        .filter_map(|(key, school)| Some((key?, Owner::from(school))));
    Ok(of_answers
        .into_iter()
        .chain(of_items)
        .map(|(key, student)| (key, Owner::from(student)))
        .chain(
            of_work
                .into_iter()
                .map(|(key, school)| (key, school.into())),
        )
        .chain(of_rosters)
        .collect())
}
