//! Erasing somebody: everything that the data map says of a person goes, step by step.
//! Each step is done in one short transaction with its own record, so that a server
//! that is killed between any two goes on where it stopped. A step that does not do
//! what the plan says is a failure and is tried again; nothing is complete before
//! everything was searched for what was erased.

mod again;
mod certificate;
mod earlier;
mod finish;
mod job;
mod packages;
mod plan;
mod read;
mod sealed;
mod search;
mod states;
mod steps;
mod traces;

pub use again::begin_again;
pub use certificate::{Gone, gone, tell_request};
pub use job::{Ask, Means, advance, call_off, open_jobs, run, start};
pub use packages::delete_put_off;
pub use plan::{Outline, outline};
pub use read::{own, part_of_request};

pub(crate) use job::{approve_of_request, has_begun};
pub(crate) use packages::is_kept_for_a_hold;
pub(crate) use steps::delete_files;

use sea_orm::DbErr;

use crate::access::AccessError;
use crate::files::StoreError;
use crate::people;

/// Why somebody is not erased.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Their erasure is going on already.
    #[error("The erasure of this person has begun already.")]
    Already,
    /// They were erased.
    #[error("{0}")]
    Gone(String),
    /// Nobody is named.
    #[error("Say first whom this request is about.")]
    Nobody,
    /// It has begun, so it cannot be called off.
    #[error("It has begun already, so it cannot be called off any more.")]
    TooLate,
    /// They cannot be ended: a school keeps an admin.
    #[error(transparent)]
    Person(#[from] people::Error),
    /// A step did something else than the plan says. It was undone.
    #[error("{target}: {expected} expected, {actual} found")]
    Differs {
        /// Which step.
        target: String,
        /// What the plan says.
        expected: i32,
        /// What there was.
        actual: i32,
    },
    /// Something that was erased was found afterwards.
    #[error("rests were found in {0}")]
    Rests(String),
    /// Something sealed cannot be read, so nobody knows whether it is about them.
    #[error("what is kept in {0} cannot be read, so nobody knows whether something is left")]
    Unreadable(String),
    /// What is to be searched for cannot be read, so nobody knows what is left.
    #[error("what is to be searched for cannot be read")]
    NoTraces,
    /// What is to be searched for is too much for one search.
    #[error("what is to be searched for is too much for one search")]
    NoPattern(#[from] regex::Error),
    /// A file could not be deleted.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Not there, or not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The key could not be destroyed.
    #[error(transparent)]
    Key(#[from] crate::keys::Error),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl Error {
    /// True if something was written about the person while their erasure ran, such as that
    /// the lead looked at it: it is there to be erased as well.
    const fn is_overtaken(&self) -> bool {
        matches!(self, Self::Differs { .. } | Self::Rests(_))
    }
}
