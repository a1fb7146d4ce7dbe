//! Set work: what a teacher sets, when it goes out, until when it can be handed
//! in, and who has handed in. What students answer stands in `submissions`, the
//! marks in `marking`.

mod audience;
mod files;
mod late;
pub mod policy;
mod read;
mod stage;
mod teacher;
mod twin;
mod write;

pub use audience::audience;
pub use files::{StoredFile, attach, came_before, files, let_go, remove_file, store_file};
pub use late::{is_late, late_from, own_due};
pub use read::{edit_work_page, head, new_work_page};
pub use stage::stage;
pub use teacher::teacher_page;
pub use twin::{Twin, find_twin};
pub use write::{Sent, close, create, create_once, edit, publish, reopen};

pub(crate) use read::head_with;

use sea_orm::DbErr;
use vocab::form::FieldError;

use crate::access::AccessError;

/// Why something is not done with set work. The sentences are for teachers.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The form has mistakes; all of them, each with its field.
    #[error("the form has mistakes")]
    Invalid(Vec<FieldError>),
    /// Work that somebody handed in cannot become a draft again.
    #[error(
        "Somebody has handed this work in, so it stays with the students. You can still change it or close it."
    )]
    HandedInAlready,
    /// It was saved from another page first.
    #[error(
        "This work was changed while you wrote, by somebody else or by you in another window. Nothing was overwritten: what you wrote is below, and so is the work as it is now. Save again to keep yours."
    )]
    ChangedMeanwhile,
    /// The form has set work already, and now it says something else.
    #[error(
        "This form was sent before, so nothing was set a second time. What you wrote is below: press again to set it as a new piece of work."
    )]
    SentBefore,
    /// Just such work was set before, and its teacher went back to the form.
    #[error(
        "You set this work at {at} already, so nothing was set a second time. What you wrote is below: press again to set it once more."
    )]
    SetShortlyBefore {
        /// Such as "10:32".
        at: String,
    },
    /// Only work that went out is closed.
    #[error("This work has not gone out yet, so there is nothing to close.")]
    NotOut,
    /// The disk is full.
    #[error(
        "There is no room for {name} at the moment, so it was not added. Tell your school's office."
    )]
    NoRoom {
        /// The file.
        name: String,
    },
    /// The file did not arrive whole.
    #[error("{name} did not arrive whole, so it was not added. Try again.")]
    FileBroken {
        /// The file.
        name: String,
    },
    /// Not there, or not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}
