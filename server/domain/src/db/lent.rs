//! The connections that SQLite is read through. The pool asks each connection that comes back
//! to it whether it still answers: a task and a journey to the connection's thread and back,
//! as long as a short statement takes, and for a file never in vain. What is only read is
//! asked of connections that are lent and given back without a word. One that reported an
//! error is not lent again, and none once the rows were counted anew: each knows the counts as
//! they were when it was opened, and plans by them.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sea_orm::sqlx::{self, AssertSqlSafe, ConnectOptions, Connection};
use sea_orm::{ConnAcquireErr, DbErr, QueryResult, RuntimeErr, Statement, Values};
use sea_query_sqlx::SqlxValues;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use super::LONGEST_WAIT;

/// Connections of one file, lent one statement at a time.
#[derive(Clone)]
pub(super) struct Lent(Arc<Lender>);

struct Lender {
    options: SqliteConnectOptions,
    at_most: Semaphore,
    idle: Mutex<Idle>,
    counts: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

/// What nobody has at the moment.
#[derive(Default)]
struct Idle {
    connections: Vec<SqliteConnection>,
    /// How often all were made anew; what is of an earlier generation is closed when it comes
    /// back.
    generation: u64,
}

/// A connection that is lent.
struct Taken<'l> {
    connection: SqliteConnection,
    generation: u64,
    _turn: SemaphorePermit<'l>,
}

/// Whether a statement changes nothing. What is written may answer with rows as well.
pub(super) fn only_reads(statement: &Statement) -> bool {
    statement.sql.starts_with("SELECT ")
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

    /// From now on connections are lent that are opened from now on.
    pub(super) fn begin_anew(&self) {
        let mut idle = self.idle();
        idle.generation += 1;
        idle.connections.clear();
    }

    /// The first row of an answer.
    pub(super) async fn query_one(
        &self,
        statement: Statement,
    ) -> Result<Option<QueryResult>, DbErr> {
        let mut taken = self.lend().await?;
        let answer = query(&statement).fetch_optional(&mut taken.connection);
        let row = answer.await.map_err(unanswered)?;
        self.take_back(taken);
        Ok(row.map(QueryResult::from))
    }

    /// All rows of an answer.
    pub(super) async fn query_all(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut taken = self.lend().await?;
        let answer = query(&statement).fetch_all(&mut taken.connection);
        let rows = answer.await.map_err(unanswered)?;
        self.take_back(taken);
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }

    /// Lends none any more, and closes those that nobody has.
    pub(super) async fn close(&self) -> Result<(), DbErr> {
        self.0.at_most.close();
        let idle = std::mem::take(&mut self.idle().connections);
        for connection in idle {
            connection.close().await.map_err(unanswered)?;
        }
        Ok(())
    }

    async fn lend(&self) -> Result<Taken<'_>, DbErr> {
        let Lender {
            options, at_most, ..
        } = &*self.0;
        let turn = timeout(LONGEST_WAIT, at_most.acquire())
            .await
            .map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?
            .map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))?;
        let (generation, waiting) = {
            let mut idle = self.idle();
            (idle.generation, idle.connections.pop())
        };
        let connection = match waiting {
            Some(connection) => connection,
            None => options.connect().await.map_err(unanswered)?,
        };
        Ok(Taken {
            connection,
            generation,
            _turn: turn,
        })
    }

    /// Whoever goes without waiting for the answer gives nothing back: that one is closed.
    fn take_back(&self, taken: Taken<'_>) {
        let mut idle = self.idle();
        if taken.generation == idle.generation {
            idle.connections.push(taken.connection);
        }
        drop(idle);
        if let Some(each) = self.0.counts.get() {
            each();
        }
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
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

#[cfg(test)]
mod tests {
    use sea_orm::DbBackend;

    use super::*;

    async fn one(lent: &Lent) -> i64 {
        let statement = Statement::from_string(DbBackend::Sqlite, "SELECT 1 AS one");
        let row = lent.query_one(statement).await.expect("an answer");
        row.expect("a row").try_get("", "one").expect("a number")
    }

    #[tokio::test]
    async fn a_connection_is_lent_again_until_the_rows_are_counted_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = SqliteConnectOptions::new()
            .filename(folder.path().join("a.db"))
            .create_if_missing(true);
        let lent = Lent::new(file, 2);
        assert_eq!(one(&lent).await + one(&lent).await, 2);
        assert_eq!(lent.idle().connections.len(), 1, "one after the other");
        let taken = lent.lend().await.expect("one");
        assert_eq!(one(&lent).await, 1);
        lent.begin_anew();
        assert_eq!(lent.idle().connections.len(), 0);
        lent.take_back(taken);
        assert_eq!(
            lent.idle().connections.len(),
            0,
            "what was out meanwhile is old, too"
        );
        assert_eq!(one(&lent).await, 1);
        assert_eq!(lent.idle().connections.len(), 1);
    }

    #[tokio::test]
    async fn nothing_is_lent_that_could_write_and_nothing_at_all_once_it_is_closed() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = SqliteConnectOptions::new()
            .filename(folder.path().join("a.db"))
            .create_if_missing(true);
        let lent = Lent::new(file, 1);
        let write = Statement::from_string(DbBackend::Sqlite, "CREATE TABLE a (b INTEGER)");
        let refused = lent.query_all(write).await.expect_err("a refusal");
        assert!(refused.to_string().contains("readonly"), "{refused}");
        lent.close().await.expect("closed");
        let ask = Statement::from_string(DbBackend::Sqlite, "SELECT 1");
        lent.query_one(ask).await.expect_err("nothing is lent");
    }
}
