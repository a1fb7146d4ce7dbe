//! Marking: the desk with one answer at a time, saving mark and words, giving
//! them back, taking off what was not, and the history of an answer. Two teachers never overwrite each
//! other unseen, and a student sees nothing before it is given back; what was given back for
//! an older try stays with it.

mod door;
mod earlier;
mod history;
mod read;
mod take_off;
mod write;

pub use door::door;
pub(crate) use earlier::{earlier_place, to_earlier};
pub use history::history;
pub use read::{desk, next_after};
pub(crate) use take_off::is_empty;
pub(crate) use write::place;
pub use write::{return_all, return_to_student, save};

use sea_orm::DbErr;
use vocab::form::FieldError;
use vocab::marking::KeptMark;

use crate::access::AccessError;
use crate::keys::Unreadable;

/// What came of saving a mark.
#[derive(Clone, Debug, PartialEq)]
pub enum SaveOutcome {
    /// It is kept.
    Saved {
        /// The new version, for the next save.
        version: i32,
    },
    /// Somebody else saved first; this is theirs, and nothing was overwritten.
    Conflict(KeptMark),
}

/// What came of giving everything back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReturnedAll {
    /// How many were given back.
    pub returned: u64,
    /// How many stay, because somebody objects to the use.
    pub objected_to: u64,
}

/// Why something is not done with a mark. The sentences are for teachers.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The form has mistakes; all of them, each with its field.
    #[error("the form has mistakes")]
    Invalid(Vec<FieldError>),
    /// There is neither mark nor words for what was handed in.
    #[error("There is nothing to return yet. Give a mark or write a comment first.")]
    NothingToReturn,
    /// What would be marked is not what the teacher saw.
    #[error(
        "The student handed in again while you were marking. Look at the new try, and save again."
    )]
    NewTry,
    /// What would be marked is its student's own again.
    #[error("The student took this back.")]
    TakenBack,
    /// What is kept does not open, and is not written over.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// Not there, or not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}
