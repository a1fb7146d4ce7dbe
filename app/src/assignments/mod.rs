//! Set work: the teacher's page and form, the student's page with the answer and
//! its receipt, the guardian's view of it.

pub mod api;
#[cfg(feature = "ssr")]
pub(crate) mod components;
mod draft;
#[cfg(feature = "ssr")]
mod materials;
#[cfg(feature = "ssr")]
pub mod pages;
pub(crate) mod papers;
#[cfg(feature = "ssr")]
pub(crate) mod simple;

pub use draft::DraftKeeper;

#[cfg(feature = "ssr")]
impl From<domain::assignments::Error> for crate::error::AppError {
    fn from(error: domain::assignments::Error) -> Self {
        use domain::assignments::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Invalid(errors) => Self::Invalid(errors),
            other => Self::Refused(other.to_string()),
        }
    }
}

#[cfg(feature = "ssr")]
impl From<domain::submissions::Error> for crate::error::AppError {
    fn from(error: domain::submissions::Error) -> Self {
        use domain::submissions::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Invalid(errors) => Self::Invalid(errors),
            other => Self::Refused(other.to_string()),
        }
    }
}
