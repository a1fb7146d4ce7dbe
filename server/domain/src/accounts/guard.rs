//! What slows guesses down: a count of wrong tries for each account and for each
//! device, and a wait that doubles. Never by address, since a whole school shares
//! one, and never a lock: a classmate's mischief costs minutes, not the lesson.
//! A try is counted before the password is looked at and taken back when it was
//! right, so that a hundred guesses sent at once are a hundred, not one.

use std::time::Duration;

use chrono::TimeDelta;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter,
};

use crate::clock::Time;
use crate::db::{Db, Write};
use crate::secrets::fingerprint;
use entity::sign_in_guard;

/// Wrong tries that an account forgives: typing errors, capitals, last term's password.
pub const FREE_FOR_AN_ACCOUNT: u32 = 4;
/// Wrong tries that a device forgives: a class shares a tablet.
pub const FREE_FOR_A_DEVICE: u32 = 20;
/// No wait is longer.
pub const LONGEST_WAIT: Duration = Duration::from_mins(15);
/// The first wait; each further wrong try doubles it.
pub const FIRST_WAIT: Duration = Duration::from_secs(5);
/// One wrong try is forgotten after each quiet half hour.
const FORGETS_ONE_AFTER: TimeDelta = TimeDelta::minutes(30);
/// Counting stops here: the wait is at its longest, and a day later all is forgotten.
const MOST_COUNTED: u32 = 40;

/// How long to wait after this many wrong tries on an account.
pub fn delay(failures: u32) -> Duration {
    delay_beyond(FREE_FOR_AN_ACCOUNT, failures)
}

/// The same, with another number of tries that cost nothing.
pub fn delay_beyond(free: u32, failures: u32) -> Duration {
    match failures.saturating_sub(free) {
        0 => Duration::ZERO,
        over => FIRST_WAIT
            .saturating_mul(2_u32.saturating_pow(over - 1))
            .min(LONGEST_WAIT),
    }
}

/// What is left of `failures` after a quiet time.
pub fn remembered(failures: u32, quiet: TimeDelta) -> u32 {
    let forgotten = quiet.num_seconds() / FORGETS_ONE_AFTER.num_seconds();
    failures.saturating_sub(u32::try_from(forgotten).unwrap_or(if forgotten < 0 {
        0
    } else {
        u32::MAX
    }))
}

/// Whose tries are counted: an account, and the device if it is known.
#[derive(Clone, Debug)]
pub(crate) struct Watched {
    account: String,
    device: Option<String>,
}

/// A try that was counted, or how long to wait for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Try {
    Counted,
    Wait { seconds: u64 },
}

impl Watched {
    /// An account by what was typed, whether there is one or not: the wait must not
    /// tell which usernames exist.
    pub(crate) fn new(school_code: &str, username: &str, device: Option<&str>) -> Self {
        Self {
            account: fingerprint(&format!("account:{school_code}:{username}")),
            device: device.map(|id| fingerprint(&format!("device:{id}"))),
        }
    }

    fn keys(&self) -> Vec<String> {
        // The account before the device, always, so that two transactions never
        // wait for each other.
        std::iter::once(&self.account)
            .chain(&self.device)
            .cloned()
            .collect()
    }

    fn free(&self, key: &str) -> u32 {
        if key == self.account {
            FREE_FOR_AN_ACCOUNT
        } else {
            FREE_FOR_A_DEVICE
        }
    }

    /// Counts one try as if it were wrong, or says how long to wait. Nothing is
    /// counted during a wait, so trying early does not make it longer.
    pub(crate) async fn count(&self, db: &Db, now: Time) -> Result<Try, DbErr> {
        let tx = db.write().await?;
        // Adding one first locks the rows on PostgreSQL; the exact count follows.
        for key in self.keys() {
            sign_in_guard::Entity::insert(sign_in_guard::ActiveModel {
                key_hash: Set(key),
                failures: Set(1),
                last_failed_at: Set(now),
            })
            .on_conflict(
                OnConflict::column(sign_in_guard::Column::KeyHash)
                    .value(
                        sign_in_guard::Column::Failures,
                        Expr::col((sign_in_guard::Entity, sign_in_guard::Column::Failures)).add(1),
                    )
                    .to_owned(),
            )
            .exec_without_returning(&*tx)
            .await?;
        }
        let rows = sign_in_guard::Entity::find()
            .filter(sign_in_guard::Column::KeyHash.is_in(self.keys()))
            .all(&*tx)
            .await?;
        let mut wait = TimeDelta::zero();
        let mut counts = Vec::with_capacity(rows.len());
        for row in rows {
            let before = u32::try_from(row.failures - 1).unwrap_or(0);
            let quiet = now - row.last_failed_at;
            let failures = remembered(before, quiet);
            let delay = delay_beyond(self.free(&row.key_hash), failures);
            let delay = TimeDelta::from_std(delay).unwrap_or(TimeDelta::MAX);
            wait = Ord::max(wait, delay - quiet);
            counts.push((row.key_hash, Ord::min(failures + 1, MOST_COUNTED)));
        }
        if wait > TimeDelta::zero() {
            // Dropping the transaction takes the try back.
            let seconds = wait.num_milliseconds().unsigned_abs().div_ceil(1000);
            return Ok(Try::Wait {
                seconds: Ord::max(seconds, 1),
            });
        }
        for (key, failures) in counts {
            sign_in_guard::Entity::update_many()
                .col_expr(
                    sign_in_guard::Column::Failures,
                    Expr::value(i32::try_from(failures).unwrap_or(i32::MAX)),
                )
                .col_expr(sign_in_guard::Column::LastFailedAt, Expr::value(now))
                .filter(sign_in_guard::Column::KeyHash.eq(key))
                .exec(&*tx)
                .await?;
        }
        tx.commit().await?;
        Ok(Try::Counted)
    }

    /// The password was right: the account's wrong tries are forgotten, and the
    /// device's count is as before this try.
    pub(crate) async fn clear(&self, tx: &Write) -> Result<(), DbErr> {
        sign_in_guard::Entity::delete_many()
            .filter(sign_in_guard::Column::KeyHash.eq(&self.account))
            .exec(&**tx)
            .await?;
        match &self.device {
            Some(device) => take_one_back(&**tx, device).await,
            None => Ok(()),
        }
    }

    /// The password was not looked at after all: the try does not count.
    pub(crate) async fn take_back(&self, db: &Db) -> Result<(), DbErr> {
        let tx = db.write().await?;
        for key in self.keys() {
            take_one_back(&*tx, &key).await?;
        }
        tx.commit().await
    }
}

/// Forgets the wrong tries on accounts that have got a new password.
pub(crate) async fn forget_accounts(
    tx: &Write,
    school_code: &str,
    usernames: &[String],
) -> Result<(), DbErr> {
    let keys = usernames
        .iter()
        .map(|username| Watched::new(school_code, username, None).account);
    sign_in_guard::Entity::delete_many()
        .filter(sign_in_guard::Column::KeyHash.is_in(keys))
        .exec(&**tx)
        .await?;
    Ok(())
}

async fn take_one_back(db: &impl ConnectionTrait, key: &str) -> Result<(), DbErr> {
    sign_in_guard::Entity::update_many()
        .col_expr(
            sign_in_guard::Column::Failures,
            Expr::col(sign_in_guard::Column::Failures).sub(1),
        )
        .filter(sign_in_guard::Column::KeyHash.eq(key))
        .filter(sign_in_guard::Column::Failures.gt(0))
        .exec(db)
        .await?;
    Ok(())
}

/// Removes counts that no longer matter, for the daily job: the longest is
/// forgotten within a day.
pub async fn forget_old(tx: &Write, now: Time) -> Result<u64, DbErr> {
    let done = sign_in_guard::Entity::delete_many()
        .filter(sign_in_guard::Column::LastFailedAt.lt(now - TimeDelta::days(1)))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_wrong_tries_cost_nothing_and_then_the_wait_doubles() {
        let seconds: Vec<u64> = (0..14).map(|tries| delay(tries).as_secs()).collect();
        assert_eq!(
            seconds,
            [0, 0, 0, 0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 900]
        );
    }

    #[test]
    fn a_device_is_given_more_patience_than_an_account() {
        assert_eq!(delay_beyond(FREE_FOR_A_DEVICE, 20), Duration::ZERO);
        assert_eq!(delay_beyond(FREE_FOR_A_DEVICE, 21), FIRST_WAIT);
    }

    #[test]
    fn wrong_tries_are_forgotten_with_time() {
        assert_eq!(remembered(10, TimeDelta::minutes(29)), 10);
        assert_eq!(remembered(10, TimeDelta::minutes(90)), 7);
        assert_eq!(remembered(10, TimeDelta::days(400_000)), 0);
        assert_eq!(remembered(10, TimeDelta::minutes(-90)), 10);
    }
}
