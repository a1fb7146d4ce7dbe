//! How long somebody at a browser waits for PostgreSQL. A host that falls silent, without
//! hanging up, leaves a question open until the system gives the connection up, which takes
//! many minutes. Here each question has a bound instead, and for a while after one was given
//! up every connection is doubted: it has to answer soon before it is used or kept. Whoever
//! goes without waiting for an answer leaves a connection behind that nobody gave up: so each
//! has to answer before it is kept, and one that lay idle before it is used. Nothing here
//! bounds a request as a whole; what it uploads may come as slowly as it likes.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::DbErr;
use sea_orm::sqlx::{self, Connection, PgConnection};
use tokio::time::timeout;

/// From when on a connection that lay idle has to answer before it is used.
pub(super) const IDLE_FOR: Duration = Duration::from_secs(30);

/// How long connections are doubted.
const DOUBTED_FOR: Duration = Duration::from_mins(1);

/// How long a connection may take to answer that is doubted or lay idle; a fresh one is made
/// in little more.
const ANSWERS_WITHIN: Duration = Duration::from_millis(500);

/// How long any other may take before it is kept: what whoever went has asked last may still
/// be under way. It is shorter than the pool looks for a connection.
const ENDS_WITHIN: Duration = Duration::from_secs(5);

/// When PostgreSQL last left somebody waiting.
#[derive(Clone, Debug, Default)]
pub(super) struct Silence(Arc<Mutex<Option<Instant>>>);

impl Silence {
    /// Lets a connection be used that nothing speaks against: one that lay idle, and in a time
    /// of doubt any, has to answer. An error closes it, and another takes its place.
    pub(super) async fn may_be_used(
        &self,
        connection: &mut PgConnection,
        idle_for: Duration,
    ) -> Result<bool, sqlx::Error> {
        if self.is_recent() || idle_for >= IDLE_FOR {
            self.require_answer(connection, ANSWERS_WITHIN).await?;
        }
        Ok(true)
    }

    /// Lets a connection that comes back be kept if it answers. The pool asks the same after
    /// this, without a bound: a silent one would never come back nor make room for another.
    pub(super) async fn may_be_kept(
        &self,
        connection: &mut PgConnection,
    ) -> Result<bool, sqlx::Error> {
        let longest = if self.is_recent() {
            ANSWERS_WITHIN
        } else {
            ENDS_WITHIN
        };
        self.require_answer(connection, longest).await?;
        Ok(true)
    }

    async fn require_answer(
        &self,
        connection: &mut PgConnection,
        longest: Duration,
    ) -> Result<(), sqlx::Error> {
        let Ok(answer) = timeout(longest, connection.ping()).await else {
            self.begin();
            return Err(sqlx::Error::PoolTimedOut);
        };
        answer
    }

    fn begin(&self) {
        *self.last() = Some(Instant::now());
    }

    fn is_recent(&self) -> bool {
        self.last().is_some_and(|last| last.elapsed() < DOUBTED_FOR)
    }

    fn last(&self) -> MutexGuard<'_, Option<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The longest that anything is waited for.
#[derive(Clone, Debug)]
pub(super) struct Patience {
    longest: Duration,
    silence: Silence,
}

impl Patience {
    pub(super) const fn new(longest: Duration, silence: Silence) -> Self {
        Self { longest, silence }
    }

    pub(super) const fn longest(&self) -> Duration {
        self.longest
    }

    /// The answer, or an error once it has taken too long. What was asked may have happened
    /// all the same, as with a connection that breaks.
    pub(super) async fn wait<T>(
        &self,
        answer: impl Future<Output = Result<T, DbErr>>,
    ) -> Result<T, DbErr> {
        let mut answer = pin!(answer);
        if let Ok(answer) = timeout(self.longest, answer.as_mut()).await {
            return answer;
        }
        // Before its connection goes back to the pool.
        self.silence.begin();
        Err(DbErr::Custom(
            "the database did not answer in time".to_owned(),
        ))
    }
}

/// The answer, for which whoever has patience waits no longer than that.
pub(super) async fn within<T>(
    patience: Option<&Patience>,
    answer: impl Future<Output = Result<T, DbErr>>,
) -> Result<T, DbErr> {
    match patience {
        Some(patience) => patience.wait(answer).await,
        None => answer.await,
    }
}
