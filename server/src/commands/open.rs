//! Opening the database and its keys, for every command that needs them.

use domain::keys::{self, Keys};
use domain::{Db, erasure};
use migration::MigratorTrait;

use super::{CommandError, clock};
use crate::config::Config;

/// Makes the data folder, opens the database and brings it up to date.
pub(crate) async fn open(config: &Config) -> Result<Db, CommandError> {
    std::fs::create_dir_all(&config.data)
        .map_err(|error| CommandError::File(config.data.clone(), error))?;
    let db = Db::connect(&config.database_url, config.database_connections).await?;
    require_no_keys(&db).await?;
    require_no_data(config).await?;
    let keys = Keys::open(&config.keys(), clock()).await?;
    // Where both names lead to one place in which there was nothing, there are keys now.
    require_no_keys(&db).await?;
    let db = db.with_keys(keys);
    migration::Migrator::up(db.pool(), None).await?;
    // Before anything is sealed: a store that is not the data's would be filled with new
    // keys, and what the right ones opened would be lost.
    keys::require_whole(&db).await?;
    // Before anybody is let in: an old backup brings no destroyed key back.
    let replayed = keys::replay(&db).await?;
    if replayed.again > 0 {
        tracing::warn!(
            replayed.again,
            "keys that were destroyed before were destroyed again"
        );
    }
    // What is not sealed of them came back as well, their passwords with it.
    let again = erasure::begin_again(&db, clock().now()).await?;
    if again > 0 {
        tracing::warn!(
            again,
            "people who had been erased came back with an old copy of the database: they were signed out and are erased again"
        );
    }
    let sealed = keys::seal_old_rows(&db).await?;
    if sealed > 0 {
        tracing::info!(sealed, "texts that were still plain were sealed");
    }
    // A disk without room for it keeps nobody out: the next start tries again.
    if let Err(error) = db.leave_nothing_behind(sealed > 0).await {
        tracing::warn!(%error, "the database was not written anew, so that deleted texts may still be in its file");
    }
    db.count_anew().await?;
    let tx = db.write().await?;
    if domain::policies::begin(&tx, clock().now())
        .await
        .map_err(CommandError::said)?
    {
        tx.commit().await?;
    }
    Ok(db)
}

/// The data's database holds no keys: a copy of it would open itself.
async fn require_no_keys(db: &Db) -> Result<(), CommandError> {
    if db.has_table("subject_key").await? {
        return Err(CommandError::Said(
            "CLASSIMIZE_DATABASE_URL names a database that keys are kept in: name two that are apart".to_owned(),
        ));
    }
    Ok(())
}

/// The key store holds no data.
async fn require_no_data(config: &Config) -> Result<(), CommandError> {
    let store = Db::connect(&config.keys_url, 1)
        .await
        .map_err(keys::Error::Store)?;
    let has_data = store.has_table("person").await;
    store.close().await?;
    if has_data? {
        return Err(CommandError::Said(
            "CLASSIMIZE_KEYS_URL names a database with a school's data: name two that are apart"
                .to_owned(),
        ));
    }
    Ok(())
}
