//! Providers: the public register, and the school's own page with what it may say.

pub mod register;
pub mod school;

impl From<domain::providers::Error> for crate::error::AppError {
    fn from(error: domain::providers::Error) -> Self {
        use domain::providers::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Invalid(errors) => Self::Invalid(errors),
            Error::Unknown(_)
            | Error::Taken(_)
            | Error::NotNow(_)
            | Error::SellsData
            | Error::UnknownKind(..)
            | Error::ClausesMissing(_)
            | Error::NoContract
            | Error::TooEarly(_)
            | Error::NoTransfer(_) => Self::Refused(error.to_string()),
        }
    }
}
