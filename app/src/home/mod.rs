//! Everybody's first page.

mod lead;
pub mod pages;

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
