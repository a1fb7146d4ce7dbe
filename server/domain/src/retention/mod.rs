//! How long a school keeps what: the rules of the data map, the school's own choices
//! within their bounds, and the nightly sweep that deletes what is due. A dry run counts
//! the same things and deletes nothing.

mod left;
mod people;
mod read;
mod rows;
mod run;
mod schedule;
mod told;

pub use people::{Facts, due_at};
pub(crate) use read::OVERDUE;
pub use read::page;
pub use run::{Counted, dry_run, sweep};
pub(crate) use schedule::later;
pub use schedule::{Periods, choose, cutoff, rules};
pub use told::{ToldLine, told};

use sea_orm::DbErr;
use vocab::form::FieldError;

use crate::access::AccessError;
use crate::erasure;
use crate::files::StoreError;

/// Why something is not done about what is kept.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The form has mistakes; all of them, each with its field.
    #[error("the form has mistakes")]
    Invalid(Vec<FieldError>),
    /// Somebody could not be erased.
    #[error(transparent)]
    Erasure(#[from] erasure::Error),
    /// A file could not be deleted.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Not there, or not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}
