//! Counts over schools that agreed, in which nobody can be found. Templates alone; at
//! least ten people and three schools in each line; rounded to five; what could be found
//! by subtracting is hidden too, or the release is refused. People who object or whose
//! data is restricted are in none.

mod choice;
mod hide;
mod intruder;
mod ledger;
mod query;
mod read;
mod release;

pub use choice::{agree, leave};
pub use hide::{Cell, Contribution, FEWEST, FEWEST_SCHOOLS, ROUNDING, Table, table};
pub use intruder::{Found, search};
pub use ledger::{Earlier, TooAlike, admit};
pub use read::{Listed, as_csv, list, one, page};
pub use release::{Period, release};

use sea_orm::DbErr;

#[cfg(test)]
mod tests;

use crate::access::AccessError;

/// Why nothing is released.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The months are not whole, or their answers can still change.
    #[error("{0}")]
    Period(&'static str),
    /// Too few schools agreed.
    #[error("only {0} schools have agreed; a release is made over at least three")]
    TooFewSchools(usize),
    /// No line could be shown.
    #[error("every line would be hidden, so there is nothing to release")]
    AllHidden,
    /// Subtracting it from an earlier release would show few people.
    #[error(transparent)]
    TooAlike(#[from] TooAlike),
    /// Somebody who searches could find somebody.
    #[error("the search for somebody in it found something: {0}")]
    Found(String),
    /// Not there, or not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}
