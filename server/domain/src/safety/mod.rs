//! Protecting people, and finding out what went wrong: the security log, which goes after
//! thirty days; reports of people, which go a year after they are closed; and the duties
//! of who reads them. No role reads either by itself.

mod duties;
mod log;
mod reports;

pub use duties::{end, give, holds, list};
pub use log::{denied, forget_old, security_log};
pub use reports::{file, mine, open_reports, reports, step, to_read};

pub(crate) use duties::anybody_holds;
pub(crate) use log::{refused, refused_badge, sessions_ended, slowed};

use sea_orm::DbErr;
use vocab::form::FieldError;

use crate::access::AccessError;

/// Why something is not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The form has mistakes; all of them, each with its field.
    #[error("the form has mistakes")]
    Invalid(Vec<FieldError>),
    /// Nobody gives a duty to themselves.
    #[error("Nobody gives a duty to themselves. Ask another admin or the data protection lead.")]
    Yourself,
    /// It was done already.
    #[error("Nothing was changed: somebody else did the same just before.")]
    NothingToDo,
    /// Somebody reports very much.
    #[error(
        "You have written very much today. If somebody is in danger, tell an adult or call 999 now."
    )]
    TooMany,
    /// A report is closed with words for who wrote it.
    #[error("Write what the person who reported it is told.")]
    NoAnswer,
    /// Not there, or not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}
