//! Set work: the teacher's page and form, the student's page with the answer and
//! its receipt, the guardian's view of it.

#[cfg(feature = "ssr")]
mod answer;
pub mod api;
#[cfg(feature = "ssr")]
mod components;
#[cfg(any(feature = "ssr", feature = "draft"))]
mod draft;
#[cfg(feature = "ssr")]
mod give_back;
#[cfg(any(feature = "ssr", feature = "draft"))]
mod keeper;
#[cfg(feature = "ssr")]
mod left;
#[cfg(feature = "ssr")]
mod materials;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(any(feature = "ssr", feature = "desk"))]
mod papers;
#[cfg(feature = "ssr")]
pub(crate) mod simple;
#[cfg(feature = "ssr")]
mod work_form;

#[cfg(feature = "ssr")]
pub(crate) use components::{ArrangedLink, StageChip, StateChip};
#[cfg(any(feature = "ssr", feature = "draft"))]
pub use draft::DraftKeeper;
#[cfg(any(feature = "ssr", feature = "desk"))]
pub(crate) use papers::{EarlierTry, Files};
#[cfg(feature = "ssr")]
pub(crate) use simple::is_simple;

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
