//! The breach register: what went wrong or nearly did, how bad it is, and who is told.
//! The Commissioner's 72 hours begin when the school comes to know of it; whoever runs
//! the platform tells the school within 24 hours. Everything is kept, whether or not
//! anybody has to be told, and so is every step that is taken.

mod history;
mod read;
mod seals;
mod write;

pub use read::{list, next_steps};
pub use write::{report, report_by_operator, step};

use chrono::TimeDelta;
use sea_orm::DbErr;
use vocab::form::FieldError;

use crate::access::AccessError;
use crate::clock::Time;
use crate::keys::Unreadable;
use entity::breach;

/// UK GDPR Article 33(1): 72 hours after having become aware of it, by the clock.
pub fn commissioner_due(aware: Time) -> Time {
    aware + TimeDelta::hours(72)
}

/// The clock that runs for a breach, with its beginning and its end: until it is clear
/// that the Commissioner does not have to be told, or has been.
pub(crate) fn clock(row: &breach::Model) -> Option<(Time, Time)> {
    let is_settled = row.closed_at.is_some()
        || row.commissioner_told_at.is_some()
        || row
            .risk
            .is_some_and(|risk| !risk.goes_to_the_commissioner());
    (!is_settled).then(|| (row.aware_at, commissioner_due(row.aware_at)))
}

/// Article 33(2), "without undue delay", as this platform promises it.
pub fn school_due(operator_aware: Time) -> Time {
    operator_aware + TimeDelta::hours(24)
}

/// Why something is not done with a breach.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The form has mistakes; all of them, each with its field.
    #[error("the form has mistakes")]
    Invalid(Vec<FieldError>),
    /// The step is not possible as things stand.
    #[error(
        "This step is not possible yet: first say how bad it is, then tell whoever has to be told."
    )]
    NotNow,
    /// What is kept from before does not open, and is not written over.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// Not there, or not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use vocab::rights::Urgency;

    use super::*;
    use crate::rights::urgency;

    proptest! {
        #[test]
        fn the_72_hours_stand_still_for_no_weekend_and_no_change_of_the_clocks(
            aware in 1_700_000_000_i64..2_000_000_000,
            minutes in 0_i64..10_000,
        ) {
            let aware = Time::from_timestamp(aware, 0).expect("a time");
            let now = aware + TimeDelta::minutes(minutes);
            let expected = match minutes {
                ..3_240 => Urgency::Fine,
                3_240..=4_320 => Urgency::Soon,
                _ => Urgency::Late,
            };
            prop_assert_eq!(urgency(aware, commissioner_due(aware), now), expected);
        }
    }
}
