//! Doors: how a person proves who they are, and what is done against those who
//! guess. Signing in, sessions, invitations, passwords, and the guard that slows
//! guesses. What may be done once inside stands beside each feature.

pub mod guard;
pub mod invitations;
mod password_change;
pub mod passwords;
pub mod sessions;
pub mod sign_in;

pub use crate::people::{give_passwords, give_passwords_in_classroom};
pub use password_change::{change_password, prove};

use sea_orm::DbErr;
use vocab::accounts::MAX_PASSWORD_BYTES;
use vocab::form::{Checks, FieldError};

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

/// The words of a password that others would try first: the person's own names
/// and the school's.
pub(crate) fn check_own_words(checks: &mut Checks, field: &str, password: &str, own: &[&str]) {
    if password.len() > MAX_PASSWORD_BYTES {
        return;
    }
    let bare = letters(password);
    let is_own = own.iter().any(|word| {
        let word = letters(word);
        word.chars().count() >= 3 && bare == word
    });
    if is_own {
        checks.fail(
            field,
            "This password is too easy to guess from your name or your school. Choose another",
        );
    }
}

fn letters(text: &str) -> String {
    crate::people::fold(text)
        .chars()
        .filter(|c| c.is_alphabetic())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::check_own_words;
    use vocab::form::Checks;

    #[test]
    fn a_password_made_of_ones_own_name_is_refused() {
        let refused = |password: &str| {
            let mut checks = Checks::default();
            check_own_words(
                &mut checks,
                "password",
                password,
                &["Siân Price", "sian.price"],
            );
            !checks.is_clean()
        };
        assert!(refused("sian-price-2026"));
        assert!(refused("SIÂNPRICE!!"));
        assert!(!refused("sian-otter-kettle"));
    }
}
