//! Access arrangements: extra time, rest breaks, a reader, and how pages look, set once by
//! the school for a student and obeyed wherever the student works. It is special category
//! data: the door is `access::arrangements`, and each look of somebody else is recorded.

pub mod policy;
mod read;
mod write;

pub use read::page;
pub(crate) use read::{beside, extra_time, extra_time_of, percent};
pub use write::{set, take_away};

use sea_orm::DbErr;
use vocab::ids::PersonId;

use crate::access::AccessError;
use crate::keys::Unreadable;

/// A student about whom somebody may see or set what is arranged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Learner(pub PersonId);

/// Why nothing is shown or set.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What is kept does not open, and is not written over.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// Somebody else saved first.
    #[error(
        "Somebody else changed what is arranged while you did. Nothing was overwritten: what you wrote is below, and so is what is arranged now. Save again to keep yours."
    )]
    ChangedMeanwhile,
    /// Somebody else set what was to be taken away.
    #[error(
        "Somebody else changed what is arranged since you opened the page. Nothing was taken away: look at what is arranged now, and take it away if it is still to go."
    )]
    SetMeanwhile,
    /// A court or an authority wants it kept.
    #[error(
        "Nothing was taken away: a legal hold keeps what the school has about this student. Ask the data protection lead."
    )]
    Held,
    /// Not there, or not theirs to see or set.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}
