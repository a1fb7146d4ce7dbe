//! Marking: what waits, and the desk where one submission is marked at a time.

pub mod api;
mod desk;
mod fields;
mod held_up;
mod obstacle;
#[cfg(feature = "ssr")]
pub mod pages;
mod queue;

pub use desk::Desk;

#[cfg(feature = "ssr")]
impl From<domain::marking::Error> for crate::error::AppError {
    fn from(error: domain::marking::Error) -> Self {
        use domain::marking::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Invalid(errors) => Self::Invalid(errors),
            error @ (Error::NothingToReturn
            | Error::NewTry
            | Error::TakenBack
            | Error::Unreadable(_)) => Self::Refused(error.to_string()),
        }
    }
}
