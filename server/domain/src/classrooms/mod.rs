//! Classrooms: the list, the stream of set work, the people in it, and what their
//! teachers and the office change. Places are ended and classrooms archived;
//! nothing is deleted.

mod came;
mod children;
mod members;
pub mod policy;
mod read;
mod write;

pub use members::{add_member, end_member, members};
pub use read::{Search, head, list, page, unfinished};
pub use write::{archive, create, form, is_of_roster, rename, restore};

pub(crate) use came::{WorkTimes, came_at, came_at_of, time_before_ends};
pub(crate) use read::{Room, head_of, summaries};

use sea_orm::DbErr;
use vocab::form::FieldError;

use crate::access::AccessError;

/// Why something is not done with a classroom. The sentences are for people.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The form has mistakes; all of them, each with its field.
    #[error("the form has mistakes")]
    Invalid(Vec<FieldError>),
    /// The person is not here, or is not what the place needs: teachers teach,
    /// students learn.
    #[error("Choose somebody who is here now: teachers as teachers, students as students.")]
    DoesNotFit,
    /// Somebody has to be able to mark the work.
    #[error(
        "A classroom keeps at least one teacher. Add another first, or ask your school's admin."
    )]
    LastTeacher,
    /// Somebody else saved first.
    #[error(
        "Somebody else changed this classroom while you did. Nothing was overwritten: what you wrote is below, and so is the classroom as it is now. Save again to keep yours."
    )]
    ChangedMeanwhile,
    /// Somebody else put it away first.
    #[error(
        "This classroom was archived meanwhile, so nothing of it was changed. What you wrote is below. Bring it back from the archive to change it."
    )]
    Archived,
    /// Not there, or not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}
