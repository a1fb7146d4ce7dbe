//! Files that nothing names any more: those taken out of a draft or off a piece of work
//! more than a week ago, unless they are under a legal hold or of somebody whose data is
//! restricted, and those left over where a server died between keeping a file and writing
//! its row.

use std::collections::HashSet;

use chrono::TimeDelta;
use futures::{StreamExt, pin_mut};
use sea_orm::sea_query::Query;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
};
use vocab::ids::FileId;

use crate::clock::Time;
use crate::db::Db;
use crate::files::{Store, StoreError};
use crate::{guard, holds};
use entity::{
    assignment_file, attempt_file, outbox_file, roster_import, submission, submission_file,
};

/// How long a file that was taken away can be brought back by hand.
const KEPT_FOR: TimeDelta = TimeDelta::days(7);
/// A file without a row is left over once it is older than any upload can be.
const LEFT_OVER_AFTER: TimeDelta = TimeDelta::days(1);
/// More than this is done at the next run.
const AT_A_TIME: u64 = 500;
/// Keys that are looked up at a time, so that memory stays small.
const BATCH: usize = 200;

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Files that were taken away.
    pub removed: u64,
    /// Files that no row named.
    pub left_over: u64,
}

/// Why a run did not come to its end; what it did stays done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Sweeps once. A file goes before its row: whatever happens in between, the next run
/// finds the row and goes on.
pub async fn sweep(db: &Db, store: &Store, now: Time) -> Result<Swept, Error> {
    let mut swept = Swept::default();
    for (id, key, is_of_work) in taken_away(db.read(), now - KEPT_FOR).await? {
        store.delete(&key).await?;
        let tx = db.write().await?;
        if is_of_work {
            assignment_file::Entity::delete_by_id(id).exec(&*tx).await?;
        } else {
            submission_file::Entity::delete_by_id(id).exec(&*tx).await?;
        }
        tx.commit().await?;
        swept.removed += 1;
    }
    let old = store.older_than(now - LEFT_OVER_AFTER).chunks(BATCH);
    pin_mut!(old);
    while let Some(keys) = old.next().await {
        let keys: Vec<String> = keys.into_iter().collect::<Result<_, _>>()?;
        let named = named(db.read(), &keys).await?;
        for key in keys.iter().filter(|key| !named.contains(*key)) {
            store.delete(key).await?;
            swept.left_over += 1;
        }
    }
    Ok(swept)
}

/// Files that were taken away before `since` and that neither a hand-in keeps, nor a legal
/// hold or a restriction (`Use::Sweep`): on the student of an answer, or on who added a file
/// to work.
async fn taken_away(
    db: &impl ConnectionTrait,
    since: Time,
) -> Result<Vec<(FileId, String, bool)>, DbErr> {
    let handed_in = Query::select()
        .column(attempt_file::Column::FileId)
        .from(attempt_file::Entity)
        .take();
    let is_kept = Condition::any()
        .add(submission::Column::StudentId.in_subquery(holds::held_people()))
        .add(submission::Column::StudentId.in_subquery(guard::restricted()));
    let of_kept_people = Query::select()
        .column(submission::Column::Id)
        .from(submission::Entity)
        .cond_where(is_kept)
        .take();
    let of_answers: Vec<(FileId, String)> = submission_file::Entity::find()
        .select_only()
        .columns([
            submission_file::Column::Id,
            submission_file::Column::ObjectKey,
        ])
        .filter(submission_file::Column::RemovedAt.lt(since))
        .filter(submission_file::Column::Id.not_in_subquery(handed_in))
        .filter(submission_file::Column::SubmissionId.not_in_subquery(of_kept_people))
        .filter(holds::not_held_in(submission_file::Column::SchoolId))
        .limit(AT_A_TIME)
        .into_tuple()
        .all(db)
        .await?;
    let of_work: Vec<(FileId, String)> = assignment_file::Entity::find()
        .select_only()
        .columns([
            assignment_file::Column::Id,
            assignment_file::Column::ObjectKey,
        ])
        .filter(assignment_file::Column::RemovedAt.lt(since))
        .filter(holds::not_held(
            assignment_file::Column::SchoolId,
            assignment_file::Column::AddedBy,
        ))
        .filter(assignment_file::Column::AddedBy.not_in_subquery(guard::restricted()))
        .limit(AT_A_TIME)
        .into_tuple()
        .all(db)
        .await?;
    let tagged = |is_of_work: bool| move |(id, key)| (id, key, is_of_work);
    Ok(of_answers
        .into_iter()
        .map(tagged(false))
        .chain(of_work.into_iter().map(tagged(true)))
        .collect())
}

/// Those of the keys that a row names.
async fn named(db: &impl ConnectionTrait, keys: &[String]) -> Result<HashSet<String>, DbErr> {
    let mut named = HashSet::new();
    /// The column of one table that holds keys.
    macro_rules! add {
        ($table:ident) => {
            let found: Vec<String> = $table::Entity::find()
                .select_only()
                .column($table::Column::ObjectKey)
                .filter($table::Column::ObjectKey.is_in(keys))
                .into_tuple()
                .all(db)
                .await?;
            named.extend(found);
        };
    }
    add!(submission_file);
    add!(assignment_file);
    add!(outbox_file);
    add!(roster_import);
    Ok(named)
}
