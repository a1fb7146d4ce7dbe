//! The two databases behind one door: SQLite in a file, or PostgreSQL. Reading
//! uses the pool; writing happens in a [`Write`], a transaction that on SQLite
//! waits its turn in a fair queue, so that thirty people can save at once and
//! nobody is refused.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The school's memory.
#[derive(Clone, Debug)]
pub struct Db {
    connection: DatabaseConnection,
    turn: Option<Arc<Semaphore>>,
}

impl Db {
    /// Opens `sqlite://…` (made if absent) or `postgres://…`.
    ///
    /// SQLite keeps a write-ahead log and syncs at each commit: what was
    /// acknowledged survives a killed process and a lost power supply.
    pub async fn connect(url: &str, connections: u32) -> Result<Self, DbErr> {
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(8))
            .sqlx_logging(false)
            .map_sqlx_sqlite_opts(|sqlite| {
                sqlite
                    .create_if_missing(true)
                    .foreign_keys(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    .busy_timeout(Duration::from_secs(10))
                    .statement_cache_capacity(256)
                    // A long list comes over in one go, without waking the reader for each part.
                    .row_buffer_size(2_000)
            });
        let connection = Database::connect(options).await?;
        let turn = (connection.get_database_backend() == DbBackend::Sqlite)
            .then(|| Arc::new(Semaphore::new(1)));
        Ok(Self { connection, turn })
    }

    /// For reading outside a transaction.
    pub fn read(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// Calls `each` after every statement, to count them.
    pub fn watch_statements(&mut self, each: impl Fn() + Send + Sync + 'static) {
        self.connection.set_metric_callback(move |_| each());
    }

    /// Begins a transaction that may write. Dropping it without
    /// [`Write::commit`] undoes all of it.
    pub async fn write(&self) -> Result<Write, DbErr> {
        let turn = match &self.turn {
            Some(turn) => Some(
                turn.clone()
                    .acquire_owned()
                    .await
                    .map_err(|_| DbErr::Custom("the database is closing".to_owned()))?,
            ),
            None => None,
        };
        let transaction = self
            .connection
            .begin_with_options(TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            })
            .await?;
        Ok(Write {
            transaction,
            _turn: turn,
        })
    }
}

/// A transaction that may write; it is read through as well.
#[derive(Debug)]
pub struct Write {
    transaction: DatabaseTransaction,
    // After the transaction, so that the turn passes on only when it has ended.
    _turn: Option<OwnedSemaphorePermit>,
}

impl Write {
    /// Keeps everything that was written. Once this returns, it is on disk.
    pub async fn commit(self) -> Result<(), DbErr> {
        self.transaction.commit().await
    }
}

impl Deref for Write {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.transaction
    }
}
