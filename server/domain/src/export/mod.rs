//! A copy of everything that is kept about somebody, made from the data map: a new
//! table or column is in it as soon as it is classified. What is about others is left
//! out or told by role; a secret is named and not shown.

mod archive;
mod gather;
mod page;

pub use archive::archive;
pub use gather::{Copy, Field, Group, gather};

use sea_orm::DbErr;

use crate::files::StoreError;

/// Why a copy could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// A file could not be fetched.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The archive could not be written.
    #[error("the copy could not be written: {0}")]
    Writing(#[from] std::io::Error),
}
