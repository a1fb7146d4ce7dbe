//! Providers: the register of every company that works for the platform, and the one
//! door through which anything leaves the house. What goes out says what kinds of data
//! it carries; a door opens for it only to a provider whose entry allows them, for a
//! school that has not objected.

mod door;
mod grounds;
mod links;
mod read;
mod register;
mod school;

pub use door::{CARRIED_BY_MAIL, Closed, Door, Payload, door};
pub use grounds::{Grounds, grounds};
pub(crate) use links::dead_links;
pub use links::{Reach, look_at_links};
pub use read::{kind_of, kind_word, list, of_school, public};
pub(crate) use register::office;
pub use register::{
    NewProvider, NewTransfer, activate, end, notify, propose, record_transfer, suspend,
    suspend_without_transfer,
};
pub use school::{begin_uk_only, end_uk_only, object, withdraw_objection};

use sea_orm::DbErr;
use vocab::form::FieldError;

use crate::access::AccessError;

/// Schools are told so many days before a provider is added.
pub const NOTICE_DAYS: i64 = 30;

/// Why something is not done with a provider.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The form has mistakes; all of them, each with its field.
    #[error("the form has mistakes")]
    Invalid(Vec<FieldError>),
    /// Nobody of this name is in the register.
    #[error("there is no provider called {0}")]
    Unknown(String),
    /// The name is taken.
    #[error("a provider called {0} is in the register already")]
    Taken(String),
    /// It is in another state.
    #[error("this provider is {0}, so this is not possible")]
    NotNow(&'static str),
    /// Data is never sold.
    #[error("a provider that sells data is not taken into the register")]
    SellsData,
    /// A kind of data that there is not.
    #[error("{0} is no kind of data. Use some of: {1}")]
    UnknownKind(String, String),
    /// The contract does not say all that Article 28(3) asks.
    #[error("the contract does not say all that Article 28(3) asks; missing: {0}")]
    ClausesMissing(String),
    /// No contract is named.
    #[error("name the contract before the provider is used")]
    NoContract,
    /// The schools were not told thirty days ago.
    #[error(
        "schools have to be told 30 days before; that is on {0}. In an emergency say which, with --emergency"
    )]
    TooEarly(String),
    /// Nothing allows data to go to that country.
    #[error("nothing allows data to go to {0}: record a transfer that is valid")]
    NoTransfer(String),
    /// Not there, or not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}
