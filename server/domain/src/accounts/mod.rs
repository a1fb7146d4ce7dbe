//! Doors: how a person proves who they are, and what is done against those who
//! guess. Signing in, sessions, invitations, passwords, and the guard that slows
//! guesses. What may be done once inside stands beside each feature.

pub mod guard;
mod guessable;
pub mod invitations;
mod password_change;
pub mod passwords;
pub mod sessions;
pub mod sign_in;

pub use guessable::guessable;

pub use crate::people::{give_passwords, give_passwords_in_classroom};
pub use password_change::{change_password, prove};

use sea_orm::DbErr;
use vocab::form::FieldError;

use crate::access::AccessError;

/// Why a door stays closed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The form has mistakes; all of them, each with its field.
    #[error("the form has mistakes")]
    Invalid(Vec<FieldError>),
    /// The invitation was used, replaced or is too old, or there never was one.
    #[error("this invitation cannot be used")]
    InvitationGone,
    /// What would be made for it could not be used.
    #[error(
        "The roster has closed this account, so that nobody signs in with it, and nothing was made for it. The next import that has it enabled opens it."
    )]
    AccountClosed,
    /// What stood on the page may have been handed out by others since.
    #[error(
        "The list had been open for over an hour, so nothing was made anew, and what was handed out still works. Here is the list as it is now: look who stands on it, then press again."
    )]
    PageTooOld,
    /// Too many guesses: nothing is checked until the wait is over.
    #[error("wait {seconds} seconds")]
    Wait {
        /// Whole seconds, at least 1.
        seconds: u64,
    },
    /// So many people are signing in that one more would wait too long.
    #[error("too many passwords are being checked")]
    Busy,
    /// The password could not be hashed.
    #[error("hashing failed: {0}")]
    Hashing(String),
    /// A switch that is not theirs to turn on.
    #[error(transparent)]
    Consent(#[from] crate::consent::Error),
    /// Not there, or not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}
