//! Everybody's first page, and all of a student's work.

mod lead;
pub mod pages;
mod todo;
pub mod work;

pub(crate) use pages::MarkingRows;

impl From<domain::home::Error> for crate::error::AppError {
    fn from(error: domain::home::Error) -> Self {
        use domain::home::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Rights(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
        }
    }
}
