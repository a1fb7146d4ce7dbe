//! Data for somebody outside the school, and counts over schools: the choices of people,
//! the office's register and proposals, and what was released.

pub mod choices;
pub mod office;
pub mod page;
pub mod statistics;

pub(crate) use choices::AskedToShare;

use crate::error::AppError;

/// The way back to the lead's page.
fn crumbs() -> Vec<(String, String)> {
    vec![("/school/privacy".to_owned(), "Data protection".to_owned())]
}

impl From<domain::sharing::Error> for AppError {
    fn from(error: domain::sharing::Error) -> Self {
        use domain::sharing::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Invalid(errors) => Self::Invalid(errors),
            Error::Consent(error) => error.into(),
            Error::Over | Error::Nobody | Error::UkOnly => Self::Refused(error.to_string()),
        }
    }
}

impl From<domain::statistics::Error> for AppError {
    fn from(error: domain::statistics::Error) -> Self {
        use domain::statistics::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Period(_)
            | Error::TooFewSchools(_)
            | Error::AllHidden
            | Error::TooAlike(_)
            | Error::Found(_) => Self::Refused(error.to_string()),
        }
    }
}
