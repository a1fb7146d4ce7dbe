//! Access arrangements: the page of one student, to read and for the office to set.

pub mod pages;

impl From<domain::arrangements::Error> for crate::error::AppError {
    fn from(error: domain::arrangements::Error) -> Self {
        use domain::arrangements::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            error @ (Error::Unreadable(_)
            | Error::ChangedMeanwhile
            | Error::SetMeanwhile
            | Error::Held) => Self::Refused(error.to_string()),
        }
    }
}
