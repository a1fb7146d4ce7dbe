//! Demo schools: a secondary and a primary with work in every state, to look
//! around in, and a school made from a roster, full of work, to measure with.
//! Nothing here runs in a school's own data but by the command that names it.

mod badges;
mod busiest;
mod cast;
mod own;
mod roster_school;
mod stage;

use vocab::people::Role;

pub use badges::give_badges;
pub use busiest::{Busiest, busiest};
pub use own::claim;
pub use roster_school::fill;
pub use stage::make;

/// Why a demo could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A school is here that the demo did not make. Its passwords are nobody's to give.
    #[error(
        "there is a school with the code {code} here that the demo did not make, so nothing was done. Make the demo in an empty data folder"
    )]
    NotOurs {
        /// The school's code.
        code: String,
    },
    /// A step of it was refused; a mistake of ours.
    #[error("the demo could not be made: {0}")]
    Refused(String),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] sea_orm::DbErr),
}

impl Error {
    fn refused(reason: impl std::fmt::Display) -> Self {
        Self::Refused(reason.to_string())
    }
}

/// An account to sign in with.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct DemoAccount {
    /// The school's code.
    pub school: String,
    /// The name to sign in with.
    pub username: String,
    /// The password, the same for all of one demo.
    pub password: String,
    /// What they are; the first role of somebody with several.
    pub role: Role,
}
