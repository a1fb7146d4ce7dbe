//! A student's answer to set work: the draft with its words and files, handing it
//! in with a receipt, and taking it back. Until it is handed in it is the
//! student's own; what was handed in is a snapshot that later drafts never change.

mod counts;
mod files;
mod lateness;
mod papers;
pub mod policy;
mod read;
mod receipts;
mod seals;
mod standing;
mod state;
mod take_back;
mod write;

pub use files::{Attached, FileToAdd, LeftOut, attach, remove_file};
pub use read::{children_in, student_page};
pub use receipts::receipts;
pub use take_back::unsubmit;
pub use write::{draft_words, hand_in, save_draft};

pub(crate) use counts::{
    counted, counted_in, handed_in, not_returned, to_answer_of_place, to_be_marked, to_mark,
    to_return,
};
pub(crate) use files::{add_stored, find_same, has_room, is_empty_words};
pub(crate) use lateness::{Moved, judge_work, lift_lateness};
pub(crate) use papers::papers;
pub(crate) use read::{attempt_summary, file_summary, name, with_name};
pub(crate) use standing::{StandingAttempt, holds, standing_attempt, words_since};
pub(crate) use state::Progress;
pub(crate) use write::{OnTablet, ToHandIn, hand_in_written, hold_work, holds_all, own};

use sea_orm::DbErr;
use vocab::form::FieldError;
use vocab::ids::PersonId;

use crate::access::AccessError;
use crate::actor::Actor;
use crate::keys::Unreadable;

/// Why something is not done with an answer. The sentences are for students. Whether the words
/// are kept all the same is said by whoever has kept them.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The form has mistakes; all of them, each with its field.
    #[error("the form has mistakes")]
    Invalid(Vec<FieldError>),
    /// The teacher closed the work.
    #[error("This work is closed, so it cannot be handed in any more.")]
    Closed,
    /// Nothing was handed in.
    #[error("There is nothing to take back: this work is not handed in.")]
    NotHandedIn,
    /// The due time is past, or the work is closed.
    #[error("The due time is past, so the work cannot be taken back. Ask your teacher.")]
    TooLateToTakeBack,
    /// The teacher has begun to mark it.
    #[error("Your teacher has marked this already, so it cannot be taken back.")]
    MarkedAlready,
    /// The server's disk is full.
    #[error(
        "There is no room for {name} at the moment, so it was not added. Tell your teacher, and try again later."
    )]
    NoRoom {
        /// The file's name.
        name: String,
    },
    /// A file did not arrive whole, or could not be kept.
    #[error("{name} did not arrive whole, so it was not added. Add it again.")]
    FileBroken {
        /// The file's name.
        name: String,
    },
    /// Another device handed in while files were on their way. They are kept.
    #[error("This was handed in meanwhile, without {names}. That is kept with your draft: {how}")]
    HandedInMeanwhile {
        /// The files' names.
        names: String,
        /// How they can still be handed in.
        how: LeftOut,
    },
    /// The page was opened by somebody who was signed in here before.
    #[error(
        "Somebody else has signed in on this device since this page was opened. Nothing of it was saved or handed in. If you wrote it, go back, copy your words, and sign in as yourself."
    )]
    NotTheirPage,
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

/// Holds that a page which is sent is that of the person who is signed in now: in another
/// tab of the same browser somebody else may have signed in since it was opened.
///
/// # Errors
///
/// [`Error::NotTheirPage`] where it is another's.
pub fn expect_own_page(actor: &Actor, whose: PersonId) -> Result<(), Error> {
    if actor.person == whose {
        Ok(())
    } else {
        Err(Error::NotTheirPage)
    }
}

impl Error {
    /// An empty answer, said beside the text.
    fn empty() -> Self {
        Self::text("Write an answer or add a file before you hand in")
    }

    /// Another device saved other words since: they are not written over unseen.
    pub fn written_elsewhere() -> Self {
        Self::text(
            "Another device saved different words meanwhile. Yours are still here: \
             open this work in a new tab, compare, and press again",
        )
    }

    fn text(message: impl Into<String>) -> Self {
        Self::beside("text", message.into())
    }

    fn files(message: impl Into<String>) -> Self {
        Self::beside("files", message.into())
    }

    fn beside(field: &str, message: String) -> Self {
        Self::Invalid(vec![FieldError {
            field: field.to_owned(),
            message,
        }])
    }
}
