//! The disclosure log: the one way by which somebody's data leaves the school for a
//! third party. Two different people approve it, the person is told or the reason why
//! not is kept, and what was given is known by its hash. A sale has no kind.

mod give;
mod read;
mod seals;
mod write;

pub use give::give;
pub(crate) use read::{Given, given};
pub use read::{counts, list};
pub use write::{ask, step};

use sea_orm::DbErr;
use vocab::form::FieldError;

use crate::access::AccessError;
use crate::export;

/// Why something is not done with a disclosure.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The form has mistakes; all of them, each with its field.
    #[error("the form has mistakes")]
    Invalid(Vec<FieldError>),
    /// One person does not approve twice.
    #[error("You have approved this already. It needs somebody else as well.")]
    TwoPeople,
    /// The step is not possible as things stand.
    #[error("This step is not possible any more: somebody else did something meanwhile.")]
    NotNow,
    /// Nothing goes out before two approved it and the person was told or the reason is kept.
    #[error(
        "Nothing goes out before two people have approved it, and the person has been told or the reason why not is written down."
    )]
    NotApproved,
    /// It was written down before the kinds of data could be chosen.
    #[error(
        "Nobody has said what kinds of data the file may hold. Refuse this one, and write it down again."
    )]
    NothingChosen,
    /// What is left of the person is on its way out.
    #[error(
        "This person is being erased, so nothing about them is given to anybody any more. If the law asks for it, open a legal hold first: it stops the erasure."
    )]
    BeingErased,
    /// Not there, or not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The copy could not be made.
    #[error(transparent)]
    Export(#[from] export::Error),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}
