//! The store of keys: a database apart from the data. Keys are fetched for all people
//! of a page at once and kept in memory for a minute, so that several servers agree
//! soon after one of them destroyed a key.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectOptions, ConnectionTrait, Database, DatabaseConnection,
    DbBackend, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};
use tokio::sync::RwLock;
use uuid::Uuid;

use super::master::{ALGORITHM, Master, new_secret};
use super::ring::{Held, Ring, owner_of};
use super::{Error, Owner, row};
use crate::clock::{Clock, Time};
use crate::secrets::new_id;

/// How long an unwrapped key is kept in memory.
const KEPT_FOR: Duration = Duration::from_mins(1);
/// Keys in memory; a school's people and some more.
const MOST_KEPT: usize = 10_000;
/// Ids in one statement.
const AT_ONCE: usize = 3_000;

/// Where keys are kept.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `sqlite://…` (made if absent) or `postgres://…`, another database than the data's.
    pub url: String,
    /// The folder of the master key and of the list of destroyed keys.
    pub folder: PathBuf,
    /// The master key and, while it is rotated, the next one, where they are no files.
    pub given: Option<(String, Option<String>)>,
}

/// The keys. Cloning it is cheap.
#[derive(Clone)]
pub struct Keys(Option<Arc<Inner>>);

struct Inner {
    db: DatabaseConnection,
    master: RwLock<Master>,
    memory: Mutex<HashMap<Owner, (Held, Instant)>>,
    folder: Option<PathBuf>,
    clock: Clock,
    watch: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = if self.0.is_some() { "open" } else { "absent" };
        f.debug_tuple("Keys").field(&state).finish()
    }
}

impl Keys {
    /// No keys: nothing can be sealed, and what is sealed cannot be read.
    pub const fn absent() -> Self {
        Self(None)
    }

    /// Opens the store, and makes it and the master key where nothing is there yet. A
    /// master key that does not fit is an error, and none is made for a store that
    /// already holds keys.
    pub async fn open(settings: &Settings, clock: Clock) -> Result<Self, Error> {
        let db = connect(&settings.url, true).await?;
        row::migrate(&db).await?;
        let has_keys = row::Entity::find().count(&db).await? > 0;
        let master = match &settings.given {
            Some((key, next)) => Master::given(key, next.as_deref())?,
            None => match Master::find(&settings.folder)? {
                Some(master) => master,
                None if has_keys => return Err(Error::WrongMaster),
                None => Master::make(&settings.folder)?,
            },
        };
        require_fit(&db, &master).await?;
        Ok(Self::new(db, master, Some(settings.folder.clone()), clock))
    }

    /// A store in memory with a master key of its own, which go together. For tests.
    pub async fn in_memory(clock: Clock) -> Result<Self, Error> {
        let db = connect("sqlite::memory:", true).await?;
        row::migrate(&db).await?;
        let master = Master::given(&crate::secrets::hex(&new_secret()[..]), None)?;
        Ok(Self::new(db, master, None, clock))
    }

    fn new(db: DatabaseConnection, master: Master, folder: Option<PathBuf>, clock: Clock) -> Self {
        Self(Some(Arc::new(Inner {
            db,
            master: RwLock::new(master),
            memory: Mutex::default(),
            folder,
            clock,
            watch: OnceLock::new(),
        })))
    }

    fn inner(&self) -> Result<&Inner, Error> {
        self.0.as_deref().ok_or(Error::Absent)
    }

    /// Calls `each` for every statement to the store; the first caller is heard.
    pub(crate) fn watch_statements(&self, each: impl Fn() + Send + Sync + 'static) {
        if let Some(inner) = &self.0 {
            let _ = inner.watch.set(Box::new(each));
        }
    }

    /// The keys to open these texts, in one statement for all that are not in memory.
    /// Plain texts need none.
    pub fn to_open<'a>(
        &self,
        texts: impl IntoIterator<Item = &'a str>,
    ) -> BoxFuture<'_, Result<Ring, Error>> {
        self.of(texts.into_iter().filter_map(owner_of))
    }

    /// The keys that these owners have; nobody is given one.
    pub(crate) fn of(
        &self,
        owners: impl IntoIterator<Item = Owner>,
    ) -> BoxFuture<'_, Result<Ring, Error>> {
        // Gathered before anything is waited for: the future holds no foreign iterator.
        let owners: BTreeSet<Owner> = owners.into_iter().collect();
        async move {
            if owners.is_empty() {
                return Ok(Ring::default());
            }
            let inner = self.inner()?;
            let (mut ring, missing) = inner.remembered(owners);
            inner.fetch(&mut ring, &missing).await?;
            Ok(ring)
        }
        .boxed()
    }

    /// The keys to seal for these owners; whoever has none yet is given one.
    pub fn to_seal(
        &self,
        owners: impl IntoIterator<Item = Owner>,
    ) -> BoxFuture<'_, Result<Ring, Error>> {
        let owners: BTreeSet<Owner> = owners.into_iter().collect();
        async move {
            let inner = self.inner()?;
            let (mut ring, missing) = inner.remembered(owners);
            let missing = inner.fetch(&mut ring, &missing).await?;
            if !missing.is_empty() {
                inner.make(&missing).await?;
                inner.fetch(&mut ring, &missing).await?;
            }
            Ok(ring)
        }
        .boxed()
    }

    /// Takes the key away, for ever, and remembers that: whoever asks for it again is
    /// told. Doing it again changes nothing.
    pub(super) async fn forget(&self, owner: Owner, reason: &str, at: Time) -> Result<(), Error> {
        let inner = self.inner()?;
        let gone = row::ActiveModel {
            subject_id: Set(owner.0),
            key_id: Set(new_id()),
            wrapped_key: Set(None),
            algorithm: Set(ALGORITHM.to_owned()),
            kek_id: Set(String::new()),
            created_at: Set(at),
            destroyed_at: Set(Some(at)),
            reason: Set(Some(reason.to_owned())),
        };
        inner.count();
        row::Entity::insert(gone)
            .on_conflict(
                OnConflict::column(row::Column::SubjectId)
                    .update_columns([
                        row::Column::WrappedKey,
                        row::Column::KekId,
                        row::Column::DestroyedAt,
                        row::Column::Reason,
                    ])
                    // Once is enough: the first time and reason stand.
                    .action_and_where(not_destroyed())
                    .to_owned(),
            )
            .exec_without_returning(&inner.db)
            .await?;
        if inner.db.get_database_backend() == DbBackend::Sqlite {
            // What was in the log is written over as well.
            inner
                .db
                .execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)")
                .await?;
        }
        inner
            .memory()
            .insert(owner, (Held::Destroyed, Instant::now()));
        Ok(())
    }

    /// Whose keys the store says were destroyed, when and why.
    pub(super) async fn destroyed(&self) -> Result<Vec<(Owner, Time, String)>, Error> {
        let inner = self.inner()?;
        let rows = row::Entity::find()
            .filter(row::Column::DestroyedAt.is_not_null())
            .all(&inner.db)
            .await?;
        Ok(rows
            .into_iter()
            .filter_map(|row| {
                let at = row.destroyed_at?;
                Some((Owner(row.subject_id), at, row.reason.unwrap_or_default()))
            })
            .collect())
    }

    /// How many of these have neither a key in the store nor a note that it was destroyed.
    pub(super) async fn without(&self, owners: BTreeSet<Owner>) -> Result<usize, Error> {
        let inner = self.inner()?;
        let owners: Vec<Owner> = owners.into_iter().collect();
        let mut missing = 0;
        for some in owners.chunks(AT_ONCE) {
            let known = row::Entity::find()
                .filter(row::Column::SubjectId.is_in(some.iter().map(|owner| owner.0)))
                .count(&inner.db)
                .await?;
            missing += some.len() - usize::try_from(known).unwrap_or(0).min(some.len());
        }
        Ok(missing)
    }

    /// The folder of the list of destroyed keys, where there is one.
    pub(super) fn folder(&self) -> Result<Option<&Path>, Error> {
        Ok(self.inner()?.folder.as_deref())
    }

    /// Wraps every key anew with a new master key, and lets the old one go. Answers how
    /// many keys there were. Broken off half-way, it goes on at the next call.
    pub async fn rotate(&self) -> Result<usize, Error> {
        let inner = self.inner()?;
        let mut master = inner.master.write().await;
        master.prepare_next()?;
        let mut count = 0;
        loop {
            let rows = row::Entity::find()
                .filter(row::Column::WrappedKey.is_not_null())
                .filter(row::Column::KekId.ne(master.id()))
                .limit(AT_ONCE as u64)
                .all(&inner.db)
                .await?;
            if rows.is_empty() {
                break;
            }
            count += rows.len();
            rewrap(&inner.db, &master, rows).await?;
        }
        master.finish()?;
        Ok(count)
    }

    /// How many people and schools have a key, and how many were destroyed.
    pub async fn counts(&self) -> Result<(u64, u64), Error> {
        let inner = self.inner()?;
        let all = row::Entity::find().count(&inner.db).await?;
        let gone = row::Entity::find()
            .filter(row::Column::DestroyedAt.is_not_null())
            .count(&inner.db)
            .await?;
        Ok((all - gone, gone))
    }

    /// Opens the store where it and a master key that fits are there, and makes nothing.
    pub async fn find(settings: &Settings) -> Result<Self, Error> {
        let db = connect(&settings.url, false).await?;
        let master = match &settings.given {
            Some((key, next)) => Some(Master::given(key, next.as_deref())?),
            None => Master::find(&settings.folder)?,
        };
        let master = master.ok_or(Error::WrongMaster)?;
        require_fit(&db, &master).await?;
        let folder = Some(settings.folder.clone());
        Ok(Self::new(db, master, folder, Clock::system()))
    }

    /// Everything in the store as it is kept, for a test that looks for what must not
    /// be there.
    pub async fn raw_rows(&self) -> Result<String, Error> {
        Ok(format!(
            "{:?}",
            row::Entity::find().all(&self.inner()?.db).await?
        ))
    }
}

impl Inner {
    fn count(&self) {
        if let Some(each) = self.watch.get() {
            each();
        }
    }

    fn memory(&self) -> MutexGuard<'_, HashMap<Owner, (Held, Instant)>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remembered(&self, owners: BTreeSet<Owner>) -> (Ring, Vec<Owner>) {
        let memory = self.memory();
        let mut ring = Ring::default();
        let mut missing = Vec::new();
        for owner in owners {
            match memory.get(&owner) {
                Some((held, since)) if since.elapsed() < KEPT_FOR => {
                    ring.0.insert(owner, held.clone());
                }
                _ => missing.push(owner),
            }
        }
        (ring, missing)
    }

    /// Adds what the store has; answers who has no key.
    async fn fetch(&self, ring: &mut Ring, owners: &[Owner]) -> Result<Vec<Owner>, Error> {
        let master = self.master.read().await;
        for some in owners.chunks(AT_ONCE) {
            self.count();
            let rows = row::Entity::find()
                .filter(row::Column::SubjectId.is_in(some.iter().map(|owner| owner.0)))
                .all(&self.db)
                .await?;
            for row in rows {
                let owner = Owner(row.subject_id);
                ring.0.insert(owner, held(&master, &row));
            }
        }
        Ok(self.remember(ring, owners))
    }

    /// Keeps in memory what was read of these owners; answers who has no key. A key that
    /// was destroyed after its row was read stays destroyed, in memory and in the ring.
    fn remember(&self, ring: &mut Ring, owners: &[Owner]) -> Vec<Owner> {
        let now = Instant::now();
        let mut memory = self.memory();
        if memory.len() + owners.len() > MOST_KEPT {
            // A destroyed key holds no secret, and is what must not be forgotten.
            memory.retain(|_, (held, _)| matches!(held, Held::Destroyed));
        }
        let mut missing = Vec::new();
        for owner in owners {
            if let Some((Held::Destroyed, _)) = memory.get(owner) {
                ring.0.insert(*owner, Held::Destroyed);
                continue;
            }
            match ring.0.get(owner) {
                Some(held) if memory.len() < MOST_KEPT => {
                    memory.insert(*owner, (held.clone(), now));
                }
                Some(_) => {}
                None => missing.push(*owner),
            }
        }
        missing
    }

    /// Makes keys; where another server is quicker, its key stands.
    async fn make(&self, owners: &[Owner]) -> Result<(), Error> {
        let master = self.master.read().await;
        let now = self.clock.now();
        for some in owners.chunks(AT_ONCE) {
            let rows = some
                .iter()
                .map(|owner| {
                    let key = new_id();
                    Ok(row::ActiveModel {
                        subject_id: Set(owner.0),
                        key_id: Set(key),
                        wrapped_key: Set(Some(master.wrap(owner.0, key, &new_secret())?)),
                        algorithm: Set(ALGORITHM.to_owned()),
                        kek_id: Set(master.id().to_owned()),
                        created_at: Set(now),
                        destroyed_at: Set(None),
                        reason: Set(None),
                    })
                })
                .collect::<Result<Vec<_>, Error>>()?;
            self.count();
            row::Entity::insert_many(rows)
                .on_conflict(
                    OnConflict::column(row::Column::SubjectId)
                        .do_nothing()
                        .to_owned(),
                )
                .exec_without_returning(&self.db)
                .await?;
        }
        Ok(())
    }
}

fn held(master: &Master, row: &row::Model) -> Held {
    let (Some(wrapped), None) = (&row.wrapped_key, row.destroyed_at) else {
        return Held::Destroyed;
    };
    match master.unwrap((row.subject_id, row.key_id), &row.kek_id, wrapped) {
        Ok(secret) => Held::Key(Arc::new(secret)),
        Err(error) => {
            tracing::error!(%error, "a key cannot be used");
            Held::Broken
        }
    }
}

async fn rewrap(
    db: &DatabaseConnection,
    master: &Master,
    rows: Vec<row::Model>,
) -> Result<(), Error> {
    let mut anew = Vec::with_capacity(rows.len());
    for row in rows {
        let (subject, key): (Uuid, Uuid) = (row.subject_id, row.key_id);
        let wrapped = row.wrapped_key.as_deref().unwrap_or_default();
        let secret = master.unwrap((subject, key), &row.kek_id, wrapped)?;
        anew.push(row::ActiveModel {
            wrapped_key: Set(Some(master.wrap(subject, key, &secret)?)),
            kek_id: Set(master.id().to_owned()),
            subject_id: Set(subject),
            key_id: Set(key),
            algorithm: Set(row.algorithm),
            created_at: Set(row.created_at),
            destroyed_at: Set(None),
            reason: Set(None),
        });
    }
    row::Entity::insert_many(anew)
        .on_conflict(
            OnConflict::column(row::Column::SubjectId)
                .update_columns([row::Column::WrappedKey, row::Column::KekId])
                // What was destroyed meanwhile stays so.
                .action_and_where(not_destroyed())
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(())
}

fn not_destroyed() -> Expr {
    Expr::col((row::Entity, row::Column::DestroyedAt)).is_null()
}

/// Every key was wrapped by a master key that is known.
async fn require_fit(db: &DatabaseConnection, master: &Master) -> Result<(), Error> {
    let wrapped_by: Vec<String> = row::Entity::find()
        .select_only()
        .column(row::Column::KekId)
        .distinct()
        .filter(row::Column::WrappedKey.is_not_null())
        .into_tuple()
        .all(db)
        .await?;
    if wrapped_by.iter().all(|kek| master.knows(kek)) {
        Ok(())
    } else {
        Err(Error::WrongMaster)
    }
}

async fn connect(url: &str, may_make: bool) -> Result<DatabaseConnection, Error> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(if url.contains(":memory:") { 1 } else { 4 })
        .acquire_timeout(Duration::from_secs(8))
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .create_if_missing(may_make)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(10))
                // A destroyed key is written over, not only unlinked.
                .pragma("secure_delete", "ON")
        });
    Ok(Database::connect(options).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_key_that_is_destroyed_while_its_row_is_on_the_way_does_not_come_back() {
        let keys = Keys::in_memory(Clock::system()).await.expect("keys");
        let owner = Owner(new_id());
        // What a page read just before the key was destroyed.
        let mut late = keys.to_seal([owner]).await.expect("made");
        assert!(!late.is_destroyed(owner));
        let now = Clock::system().now();
        keys.forget(owner, "erasure", now).await.expect("destroyed");
        let inner = keys.inner().expect("open");
        assert!(inner.remember(&mut late, &[owner]).is_empty());
        assert!(late.is_destroyed(owner), "the page itself gets no key");
        let again = keys.of([owner]).await.expect("read");
        assert!(again.is_destroyed(owner), "and neither does the next one");
    }
}
