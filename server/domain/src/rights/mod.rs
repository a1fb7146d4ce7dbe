//! Requests of people about their own data: filed by whoever is concerned or looks
//! after them, with or without an account, and led to their end by the school's data
//! protection lead. Every step is kept; every clock is a pure function.

mod clock;
mod file;
mod letter;
mod machine;
mod read;
mod seals;
mod step;

pub use clock::{due_day, first_answer_due, urgency};
pub use file::{file, file_by_contact};
pub use machine::next;
pub use read::{cockpit, mine, page};
pub use step::{step, take_back};

use sea_orm::DbErr;
use vocab::form::FieldError;

use crate::access::AccessError;

/// Why something is not done with a request.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The form has mistakes; all of them, each with its field.
    #[error("the form has mistakes")]
    Invalid(Vec<FieldError>),
    /// The step is not possible as things stand.
    #[error("This step is not possible any more: somebody else did something meanwhile.")]
    NotNow,
    /// Two more months are taken within the first, once, and never for a complaint.
    #[error(
        "Two more months can be taken once, within the first month, and not for complaints or educational records."
    )]
    NoExtension,
    /// So many messages came in the last hour that no more are taken.
    #[error("Very many messages came in just now. Try again in an hour, or write a letter.")]
    TooMany,
    /// Not there, or not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}
