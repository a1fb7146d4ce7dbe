//! The breach register: what went wrong or nearly did, how bad it is, and who is told.
//! The Commissioner's 72 hours begin when the school comes to know of it; whoever runs
//! the platform tells the school within 24 hours. Everything is kept, whether or not
//! anybody has to be told.

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

/// UK GDPR Article 33(1): 72 hours after having become aware of it, by the clock.
pub fn commissioner_due(aware: Time) -> Time {
    aware + TimeDelta::hours(72)
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
    /// Not there, or not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}
