//! What slows guesses down: a count of wrong tries for each account and for each
//! device, and a wait that doubles. Never by address, since a whole school shares
//! one, and never a lock: a classmate's mischief costs minutes, not the lesson.
//! A browser gets its device's id, with the server's seal, together with the sign-in
//! form. Whoever sends the form without one, or with one that was made up, is no browser
//! that was here: at a school all of those count as one device.
//! Ids are free, though. Whoever fetches the form anew for each guess has a new device each
//! time, and is slowed by the accounts' counts alone: one password tried on every account
//! is not. Devices on which nobody has signed in yet are not counted together, since a
//! school whose year begins on new tablets mistypes as often, and would wait with them.
//! Each such try stands in the school's record of sign-ins (`safety`).
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
use vocab::ids::{DeviceId, SchoolId};

/// Wrong tries that an account forgives: typing errors, capitals, last term's password.
pub const FREE_FOR_AN_ACCOUNT: u32 = 4;
/// Wrong tries that a device forgives: a class shares a tablet.
pub const FREE_FOR_A_DEVICE: u32 = 20;
/// Wrong tries that all senders without a device's id together forgive at one school:
/// scripts, and browsers that keep no cookies and could not stay signed in anyway.
pub const FREE_WITHOUT_A_DEVICE: u32 = 100;
/// No wait is longer.
pub const LONGEST_WAIT: Duration = Duration::from_mins(15);
/// The first wait; each further wrong try doubles it.
pub const FIRST_WAIT: Duration = Duration::from_secs(5);
/// One wrong try is forgotten after each quiet half hour.
const FORGETS_ONE_AFTER: TimeDelta = TimeDelta::minutes(30);
/// Counting stops so far beyond what is free: the wait is at its longest there.
const MOST_COUNTED_BEYOND: u32 = 36;

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

/// Whose tries are counted: an account, and at the sign-in form the device too.
#[derive(Clone, Debug)]
pub(crate) struct Watched {
    account: String,
    device: Option<Counter>,
}

/// A device, or all that send none of ours at one school.
#[derive(Clone, Debug)]
struct Counter {
    key: String,
    free: u32,
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
    pub(crate) fn account(school_code: &str, username: &str) -> Self {
        Self {
            account: fingerprint(&format!("account:{school_code}:{username}")),
            device: None,
        }
    }

    /// The same, and the device that the sign-in form came from. Its id has to be one that
    /// the server sealed.
    pub(crate) fn sign_in(school_code: &str, username: &str, device: Option<&str>) -> Self {
        let counter = match device {
            Some(id) => Counter {
                key: fingerprint(&format!("device:{id}")),
                free: FREE_FOR_A_DEVICE,
            },
            None => Counter {
                key: fingerprint(&format!("no device:{school_code}")),
                free: FREE_WITHOUT_A_DEVICE,
            },
        };
        Self {
            device: Some(counter),
            ..Self::account(school_code, username)
        }
    }

    /// A badge by the code that was typed, whether there is one or not, and the enrolled
    /// device that it is used on.
    pub(crate) fn badge(school: SchoolId, code: &str, device: DeviceId) -> Self {
        Self {
            account: fingerprint(&format!("badge:{school}:{code}")),
            device: Some(Counter {
                key: fingerprint(&format!("badges on:{device}")),
                free: FREE_FOR_A_DEVICE,
            }),
        }
    }

    fn keys(&self) -> Vec<String> {
        // The account before the device, always, so that two transactions never
        // wait for each other.
        std::iter::once(&self.account)
            .chain(self.device.as_ref().map(|device| &device.key))
            .cloned()
            .collect()
    }

    fn free(&self, key: &str) -> u32 {
        match &self.device {
            Some(device) if device.key == key => device.free,
            _ => FREE_FOR_AN_ACCOUNT,
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
            // Whoever waited for their turn to write came before the last try.
            let quiet = Ord::max(now - row.last_failed_at, TimeDelta::zero());
            let failures = remembered(before, quiet);
            let free = self.free(&row.key_hash);
            let delay = delay_beyond(free, failures);
            let delay = TimeDelta::from_std(delay).unwrap_or(TimeDelta::MAX);
            wait = Ord::max(wait, delay - quiet);
            counts.push((
                row.key_hash,
                Ord::min(failures + 1, free + MOST_COUNTED_BEYOND),
            ));
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
            Some(device) => take_one_back(&**tx, &device.key).await,
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
        .map(|username| Watched::account(school_code, username).account);
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

/// Removes counts that no longer matter, for the daily job: after a quiet day even
/// the longest is forgiven.
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
