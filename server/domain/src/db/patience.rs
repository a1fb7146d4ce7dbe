//! How long somebody at a browser waits for PostgreSQL. A host that falls silent, without
//! hanging up, leaves a question open until the system gives the connection up, which takes
//! many minutes. Here each question has a bound instead, and for a while after one was given
//! up every connection is doubted: it has to answer before it is used or kept. Nothing here
//! bounds a request as a whole; what it uploads may come as slowly as it likes.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::DbErr;
use sea_orm::sqlx::{self, Connection, PgConnection};
use tokio::time::timeout;

/// How long connections are doubted.
const DOUBTED_FOR: Duration = Duration::from_mins(1);

/// How long a doubted connection may take to answer; a fresh one is made in little more.
const ANSWERS_WITHIN: Duration = Duration::from_millis(500);

/// When PostgreSQL last left somebody waiting.
#[derive(Clone, Debug, Default)]
pub(super) struct Silence(Arc<Mutex<Option<Instant>>>);

impl Silence {
    /// Lets a connection through that nothing speaks against: in a time of doubt one that
    /// answers. An error closes it, and another takes its place.
    pub(super) async fn require_answer(
        &self,
        connection: &mut PgConnection,
    ) -> Result<bool, sqlx::Error> {
        if self.is_recent() {
            let answer = timeout(ANSWERS_WITHIN, connection.ping()).await;
            answer.map_err(|_| sqlx::Error::PoolTimedOut)??;
        }
        Ok(true)
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
