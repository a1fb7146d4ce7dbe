//! Signing in without typing. Staff enrol a device; a teacher prints badges; a student
//! scans a badge on an enrolled device and taps three pictures. A badge opens nothing
//! anywhere else, nor outside the hours that the school set, nor for anybody but a
//! student.

pub mod devices;
mod hours;
mod issue;
mod keys;
mod qr;
pub mod sign_in;

pub use hours::{choose, hours};
pub use issue::{end, forget_old, issue_missing, lines, new_pictures, reissue};
pub use keys::BadgeKeys;
pub use qr::{Square, square};

use sea_orm::DbErr;
use vocab::form::FieldError;

use crate::access::{AccessError, Permitted};
use entity::classroom;

/// A classroom whose badges the actor may give.
pub type Room = Permitted<classroom::Model>;

/// Why something about devices or badges is not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The form has mistakes; all of them, each with its field.
    #[error("the form has mistakes")]
    Invalid(Vec<FieldError>),
    /// Somebody else saved first.
    #[error(
        "Somebody else changed the hours while you did. Nothing was overwritten: what you chose is below, and so are the hours as they are now. Save again to keep yours."
    )]
    ChangedMeanwhile,
    /// Not there, or not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}
