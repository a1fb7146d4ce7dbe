//! The page before a site outside, and the list of sites that a school opens to its
//! students.

pub mod pages;

impl From<domain::links::Error> for crate::error::AppError {
    fn from(error: domain::links::Error) -> Self {
        use domain::links::Error;
        match error {
            Error::Invalid(errors) => Self::Invalid(errors),
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
        }
    }
}
