//! What can go wrong on the way to a page, in the words of the person who asked.
//! Every feature's errors are mapped to this one, which knows its status.

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use vocab::form::FieldError;

/// Why there is no page, or no change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
pub enum AppError {
    /// Nobody is signed in.
    #[error("You are signed out. Sign in again.")]
    SignedOut,
    /// It is not there, or it is not theirs: the same answer.
    #[error(
        "There is nothing here for you. The address may be wrong, or it may belong to somebody else."
    )]
    NotFound,
    /// They can see it, but may not do this.
    #[error("You cannot do this here.")]
    NotAllowed,
    /// The form needs another look.
    #[error("Something in the form needs another look.")]
    Invalid(Vec<FieldError>),
    /// It cannot be done as things stand; the sentence says why and what to do.
    #[error("{0}")]
    Refused(String),
    /// Too many tries; seconds to wait.
    #[error("Too many tries for this account or device. Wait {}, then try again.", vocab::accounts::wait_words(*.0))]
    SlowDown(u64),
    /// The database or the store is away.
    #[error(
        "Classimize cannot reach its records at the moment. Nothing was lost. Try again in a minute."
    )]
    Unavailable,
    /// The call itself did not get through or could not be read.
    #[error("The connection was interrupted. Check the network, then try again.")]
    Interrupted,
}

impl AppError {
    /// The HTTP status that goes with it.
    pub const fn status(&self) -> u16 {
        match self {
            Self::SignedOut => 401,
            Self::NotFound => 404,
            Self::NotAllowed => 403,
            Self::Invalid(_) => 422,
            Self::Refused(_) => 409,
            Self::SlowDown(_) => 429,
            Self::Unavailable => 503,
            Self::Interrupted => 400,
        }
    }

    /// A heading for the page that says it.
    pub const fn title(&self) -> &'static str {
        match self {
            Self::SignedOut => "You are signed out",
            Self::NotFound => "Page not found",
            Self::NotAllowed => "Not allowed",
            Self::Invalid(_) => "Check the form",
            Self::Refused(_) => "This did not work",
            Self::SlowDown(_) => "Wait a moment",
            Self::Unavailable => "Back in a moment",
            Self::Interrupted => "Interrupted",
        }
    }

    /// What is wrong with the form, if that is what it is.
    pub fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid(errors) => errors,
            _ => &[],
        }
    }
}

impl From<Vec<FieldError>> for AppError {
    fn from(errors: Vec<FieldError>) -> Self {
        Self::Invalid(errors)
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(_: ServerFnErrorErr) -> Self {
        Self::Interrupted
    }
}
