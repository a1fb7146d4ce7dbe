//! The two databases behind one door: SQLite in a file, or PostgreSQL. Reading
//! uses the pool; writing happens in a [`Write`], a transaction that on SQLite
//! waits its turn in a fair queue, so that thirty people can save at once and
//! nobody is refused.
//!
//! Both know the [`Keys`] with which columns are sealed: what has to seal or open
//! something asks for [`Keyed`], everything else for `ConnectionTrait`. Whoever waits at a
//! browser has a [`Db::answering_within`]; work that nobody waits for takes its time.

mod lent;
mod patience;

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::ConnectOptions as _;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    DbErr, ExecResult, QueryResult, RuntimeErr, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use self::lent::Lent;
use self::patience::{IDLE_FOR, Patience, Silence, within};
use crate::keys::Keys;

/// What PostgreSQL is told for each connection. Nothing of ours waits so long for a lock; a
/// question that was given up ends with it. And where this machine vanishes in the middle of
/// a transaction, its locks are let go after two minutes instead of as many hours.
const ON_THE_SERVER: [(&str, &str); 4] = [
    ("lock_timeout", "5min"),
    ("tcp_keepalives_idle", "60"),
    ("tcp_keepalives_interval", "10"),
    ("tcp_keepalives_count", "6"),
];

/// How long somebody waits for a connection that is free.
const LONGEST_WAIT: Duration = Duration::from_secs(8);

/// The `user_version` of a SQLite file that holds nothing any more of what was deleted
/// before deleted things were written over.
const WRITTEN_ANEW: i32 = 1;

/// A connection that knows the keys of what is sealed in it.
pub trait Keyed: ConnectionTrait {
    /// The keys.
    fn keys(&self) -> &Keys;
}

/// The school's memory.
#[derive(Clone, Debug)]
pub struct Db {
    reader: Reader,
    turn: Option<Arc<Semaphore>>,
    silence: Silence,
}

impl Db {
    /// Opens `sqlite://…` (made if absent) or `postgres://…`.
    ///
    /// SQLite keeps a write-ahead log and syncs at each commit: what was
    /// acknowledged survives a killed process and a lost power supply.
    pub async fn connect(url: &str, connections: u32) -> Result<Self, DbErr> {
        let silence = Silence::default();
        let (taken, returned) = (silence.clone(), silence.clone());
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(connections)
            .acquire_timeout(LONGEST_WAIT)
            // Each is tried when it comes back to the pool; trying it again before every
            // statement costs as much as a short statement does.
            .test_before_acquire(false)
            .sqlx_logging(false)
            .map_sqlx_postgres_opts(|postgres| postgres.options(ON_THE_SERVER))
            .map_sqlx_postgres_before_acquire(move |connection, so_far| {
                let (silence, idle_for) = (taken.clone(), so_far.idle_for);
                Box::pin(async move { silence.may_be_used(connection, idle_for).await })
            })
            .map_sqlx_postgres_pool_opts(move |pool| {
                let silence = returned.clone();
                pool.after_release(move |connection, _| {
                    let silence = silence.clone();
                    Box::pin(async move { silence.may_be_kept(connection).await })
                })
            })
            .map_sqlx_sqlite_opts(for_a_school);
        if DbBackend::Sqlite.is_prefix_of(url) {
            // For PostgreSQL this would come before what has a bound above, without one.
            options.test_before_acquire_if_idle_for(IDLE_FOR);
        }
        let lent = lent_for(url, connections)?;
        let connection = Database::connect(options).await?;
        let turn = (connection.get_database_backend() == DbBackend::Sqlite)
            .then(|| Arc::new(Semaphore::new(1)));
        let reader = Reader {
            connection,
            lent,
            keys: Keys::absent(),
            patience: None,
        };
        Ok(Self {
            reader,
            turn,
            silence,
        })
    }

    /// The same database with the keys to what is sealed in it. Without them nothing
    /// can be sealed and nothing that is sealed can be read.
    #[must_use]
    pub fn with_keys(mut self, keys: Keys) -> Self {
        self.reader.keys = keys;
        self
    }

    /// The same database for whoever waits at a browser. A statement, a beginning or a commit
    /// that PostgreSQL does not answer within `longest` is given up, like one whose connection
    /// broke: a transaction is undone, and after a commit nobody knows. Of two bounds the
    /// shorter counts. A file does not fall silent, and whoever waits for their turn to write
    /// to one gets it: SQLite has no bound.
    #[must_use]
    pub fn answering_within(mut self, longest: Duration) -> Self {
        if self.turn.is_none() {
            let so_far = self.reader.patience.as_ref().map(Patience::longest);
            let longest = so_far.map_or(longest, |so_far| so_far.min(longest));
            self.reader.patience = Some(Patience::new(longest, self.silence.clone()));
        }
        self
    }

    /// For reading outside a transaction.
    pub fn read(&self) -> &Reader {
        &self.reader
    }

    /// Closes every connection; whoever asks from then on is told so.
    pub async fn close(&self) -> Result<(), DbErr> {
        if let Some(lent) = &self.reader.lent {
            lent.close().await?;
        }
        self.reader.connection.close_by_ref().await
    }

    /// The pool itself, for migrations and for what comes over bit by bit.
    pub fn pool(&self) -> &DatabaseConnection {
        &self.reader.connection
    }

    /// The keys of what is sealed.
    pub fn keys(&self) -> &Keys {
        &self.reader.keys
    }

    /// Calls `each` after every statement, those of the key store too, to count them.
    pub fn watch_statements(&mut self, each: impl Fn() + Send + Sync + 'static) {
        let each = Arc::new(each);
        let (of_keys, of_lent) = (each.clone(), each.clone());
        if let Some(lent) = &self.reader.lent {
            lent.watch_statements(move || of_lent());
        }
        self.reader.connection.set_metric_callback(move |_| each());
        self.reader.keys.watch_statements(move || of_keys());
    }

    /// Writes the file of SQLite anew and empties its log, so that nothing is left in either
    /// of what was changed or deleted. It is done where `has_changed` says so, and once for
    /// every file: an older version left behind what it deleted, and a start that is broken
    /// off is made up for by the next. PostgreSQL tidies up by itself, or when it is told to.
    pub async fn leave_nothing_behind(&self, has_changed: bool) -> Result<(), DbErr> {
        if self.turn.is_none() {
            return Ok(());
        }
        let is_known = self.pragma("user_version").await? >= WRITTEN_ANEW;
        if is_known && !has_changed {
            return Ok(());
        }
        let _turn = self.turn().await?;
        let connection = &self.reader.connection;
        // Should this be broken off, the next start does it.
        connection
            .execute_unprepared("PRAGMA user_version = 0")
            .await?;
        connection.execute_unprepared("VACUUM").await?;
        if self.pragma("wal_checkpoint(TRUNCATE)").await? > 0 {
            tracing::warn!("the log of the database is in use and could not be emptied");
            return Ok(());
        }
        let done = format!("PRAGMA user_version = {WRITTEN_ANEW}");
        connection.execute_unprepared(&done).await?;
        Ok(())
    }

    /// Lets SQLite count how many rows each value of an index has, where that has changed
    /// much: without it every index looks alike to its planner, and what is asked about one
    /// person reads their whole school. Only counts are kept. A build that would keep values
    /// of rows with them (STAT4) is not asked: those would outlive whom they are about.
    /// PostgreSQL counts by itself.
    pub async fn count_anew(&self) -> Result<(), DbErr> {
        const EVERY_TABLE_BRIEFLY: &str = "PRAGMA optimize = 0x10012";
        if self.turn.is_none() || self.keeps_values().await? {
            return Ok(());
        }
        let _turn = self.turn().await?;
        self.reader
            .connection
            .execute_unprepared(EVERY_TABLE_BRIEFLY)
            .await?;
        if let Some(lent) = &self.reader.lent {
            lent.begin_anew();
        }
        Ok(())
    }

    async fn keeps_values(&self) -> Result<bool, DbErr> {
        let asked = "SELECT sqlite_compileoption_used('ENABLE_STAT4')";
        Ok(self.number(asked).await? != 0)
    }

    async fn pragma(&self, name: &str) -> Result<i32, DbErr> {
        self.number(&format!("PRAGMA {name}")).await
    }

    /// The first value of the first row of an answer of SQLite.
    async fn number(&self, sql: &str) -> Result<i32, DbErr> {
        let statement = Statement::from_string(DbBackend::Sqlite, sql);
        let row = self.reader.connection.query_one_raw(statement).await?;
        row.map_or(Ok(0), |row| row.try_get_by_index(0))
    }

    /// Whether there is a table of this name.
    pub async fn has_table(&self, name: &'static str) -> Result<bool, DbErr> {
        let backend = self.reader.connection.get_database_backend();
        let sql = if backend == DbBackend::Sqlite {
            format!("SELECT name FROM sqlite_master WHERE type = 'table' AND name = '{name}'")
        } else {
            format!("SELECT 1 WHERE to_regclass('{name}') IS NOT NULL")
        };
        let statement = Statement::from_string(backend, sql);
        let row = self.reader.connection.query_one_raw(statement).await?;
        Ok(row.is_some())
    }

    /// Waits until it is this one's turn to write.
    async fn turn(&self) -> Result<Option<OwnedSemaphorePermit>, DbErr> {
        let Some(turn) = &self.turn else {
            return Ok(None);
        };
        let turn = turn.clone().acquire_owned().await;
        turn.map(Some)
            .map_err(|_| DbErr::Custom("the database is closing".to_owned()))
    }

    /// Begins a transaction that may write. Dropping it without
    /// [`Write::commit`] undoes all of it.
    pub async fn write(&self) -> Result<Write, DbErr> {
        let turn = self.turn().await?;
        let transaction = self.begin().await?;
        Ok(Write {
            transaction: Transaction {
                begun: transaction,
                keys: self.reader.keys.clone(),
                patience: self.reader.patience.clone(),
            },
            _turn: turn,
        })
    }

    /// Where patience ends, the beginning goes on alone and is then undone: broken off, its
    /// connection would go back to the pool within a transaction that nobody knows of.
    async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let connection = self.reader.connection.clone();
        let beginning = async move {
            let options = TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            };
            connection.begin_with_options(options).await
        };
        let Some(patience) = &self.reader.patience else {
            return beginning.await;
        };
        let alone = tokio::spawn(beginning);
        let begun = async {
            let ended = alone.await;
            ended.unwrap_or_else(|error| Err(DbErr::Custom(error.to_string())))
        };
        patience.wait(begun).await
    }
}

/// What every connection to a file is opened with.
fn for_a_school(sqlite: SqliteConnectOptions) -> SqliteConnectOptions {
    sqlite
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(10))
        // What goes is written over, not only unlinked.
        .pragma("secure_delete", "ON")
        .statement_cache_capacity(256)
        // In KB: what of a school of 1,200 is read all the time.
        .pragma("cache_size", "-8000")
        // A long list comes over in one go, without waking the reader for each part.
        .row_buffer_size(2_000)
}

/// The connections that a file is read through. What is in memory alone has one connection.
fn lent_for(url: &str, connections: u32) -> Result<Option<Lent>, DbErr> {
    if !DbBackend::Sqlite.is_prefix_of(url) || url.contains(":memory:") {
        return Ok(None);
    }
    let options = url.parse::<SqliteConnectOptions>();
    let options = options.map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))))?;
    let options = for_a_school(options).disable_statement_logging();
    Ok(Some(Lent::new(options, connections)))
}

/// For reading.
#[derive(Clone, Debug)]
pub struct Reader {
    connection: DatabaseConnection,
    lent: Option<Lent>,
    keys: Keys,
    patience: Option<Patience>,
}

/// What a [`Write`] writes through.
#[derive(Debug)]
pub struct Transaction {
    begun: DatabaseTransaction,
    keys: Keys,
    patience: Option<Patience>,
}

/// Hands every question on to the connection inside, and knows the keys. What is only read
/// may be lent another connection for it.
macro_rules! keyed {
    ($name:ident, $inner:ident $(, $lent:ident)?) => {
        #[async_trait::async_trait]
        impl ConnectionTrait for $name {
            fn get_database_backend(&self) -> DbBackend {
                self.$inner.get_database_backend()
            }

            async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
                let answer = self.$inner.execute_raw(statement);
                within(self.patience.as_ref(), answer).await
            }

            async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
                let answer = self.$inner.execute_unprepared(sql);
                within(self.patience.as_ref(), answer).await
            }

            async fn query_one_raw(
                &self,
                statement: Statement,
            ) -> Result<Option<QueryResult>, DbErr> {
                $(if let Some(lent) = &self.$lent && lent::only_reads(&statement) {
                    return lent.query_one(statement).await;
                })?
                let answer = self.$inner.query_one_raw(statement);
                within(self.patience.as_ref(), answer).await
            }

            async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
                $(if let Some(lent) = &self.$lent && lent::only_reads(&statement) {
                    return lent.query_all(statement).await;
                })?
                let answer = self.$inner.query_all_raw(statement);
                within(self.patience.as_ref(), answer).await
            }
        }

        impl Keyed for $name {
            fn keys(&self) -> &Keys {
                &self.keys
            }
        }
    };
}

keyed!(Reader, connection, lent);
keyed!(Transaction, begun);

/// A transaction that may write; it is read through as well.
#[derive(Debug)]
pub struct Write {
    transaction: Transaction,
    // After the transaction, so that the turn passes on only when it has ended.
    _turn: Option<OwnedSemaphorePermit>,
}

impl Write {
    /// Keeps everything that was written. Once this returns, it is on disk.
    pub async fn commit(self) -> Result<(), DbErr> {
        let Transaction {
            begun, patience, ..
        } = self.transaction;
        within(patience.as_ref(), begun.commit()).await
    }
}

impl Deref for Write {
    type Target = Transaction;

    fn deref(&self) -> &Transaction {
        &self.transaction
    }
}
