//! The connections that SQLite is read through. The pool asks each connection that comes back
//! to it whether it still answers: a task and a journey to the connection's thread and back,
//! as long as a short statement takes, and for a file never in vain. What is only read is
//! asked of connections that are lent and given back without a word. One that reported an
//! error is not lent again.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sea_orm::sqlx::{self, AssertSqlSafe, ConnectOptions, Connection};
use sea_orm::{ConnAcquireErr, DbErr, QueryResult, RuntimeErr, Statement, Values};
use sea_query_sqlx::SqlxValues;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use super::LONGEST_WAIT;

/// Whether a statement changes nothing. What is written may answer with rows as well.
pub(super) fn only_reads(statement: &Statement) -> bool {
    statement.sql.starts_with("SELECT ")
}

/// Connections of one file, lent one statement at a time.
#[derive(Clone)]
pub(super) struct Lent(Arc<Lender>);

struct Lender {
    options: SqliteConnectOptions,
    at_most: Semaphore,
    idle: Mutex<Vec<SqliteConnection>>,
    counts: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

impl Lent {
    /// At most so many at once, each opened when it is first needed.
    pub(super) fn new(options: SqliteConnectOptions, at_most: u32) -> Self {
        Self(Arc::new(Lender {
            // What is read here cannot change anything.
            options: options.pragma("query_only", "ON"),
            at_most: Semaphore::new(at_most as usize),
            idle: Mutex::default(),
            counts: OnceLock::new(),
        }))
    }

    /// Calls `each` after every statement. The first who asks is told.
    pub(super) fn watch_statements(&self, each: impl Fn() + Send + Sync + 'static) {
        let _ = self.0.counts.set(Box::new(each));
    }

    /// The first row of an answer.
    pub(super) async fn query_one(
        &self,
        statement: Statement,
    ) -> Result<Option<QueryResult>, DbErr> {
        let (mut connection, _turn) = self.lend().await?;
        let answer = query(&statement).fetch_optional(&mut connection).await;
        let row = answer.map_err(unanswered)?;
        self.take_back(connection);
        Ok(row.map(QueryResult::from))
    }

    /// All rows of an answer.
    pub(super) async fn query_all(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let (mut connection, _turn) = self.lend().await?;
        let answer = query(&statement).fetch_all(&mut connection).await;
        let rows = answer.map_err(unanswered)?;
        self.take_back(connection);
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }

    /// Lends none any more, and closes those that nobody has.
    pub(super) async fn close(&self) -> Result<(), DbErr> {
        self.0.at_most.close();
        let idle = std::mem::take(&mut *self.idle());
        for connection in idle {
            connection.close().await.map_err(unanswered)?;
        }
        Ok(())
    }

    async fn lend(&self) -> Result<(SqliteConnection, SemaphorePermit<'_>), DbErr> {
        let Lender {
            options, at_most, ..
        } = &*self.0;
        let turn = timeout(LONGEST_WAIT, at_most.acquire())
            .await
            .map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?
            .map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))?;
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => options.connect().await.map_err(unanswered)?,
        };
        Ok((connection, turn))
    }

    /// Whoever goes without waiting for the answer gives nothing back: that one is closed.
    fn take_back(&self, connection: SqliteConnection) {
        self.idle().push(connection);
        if let Some(each) = self.0.counts.get() {
            each();
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<SqliteConnection>> {
        let idle = self.0.idle.lock();
        idle.unwrap_or_else(PoisonError::into_inner)
    }
}

fn query(statement: &Statement) -> sqlx::query::Query<'_, sqlx::Sqlite, SqlxValues> {
    let values = statement.values.clone();
    let values = values.unwrap_or(Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql.as_str()), SqlxValues(values))
}

fn unanswered(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(Arc::new(error)))
}

impl fmt::Debug for Lent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Lent").finish_non_exhaustive()
    }
}
