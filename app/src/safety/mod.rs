//! Reports of what hurt or worried somebody, and what only who has a duty reads: the
//! reports of the school, and its security log.

pub mod duties;
pub mod log;
pub mod report;
pub mod reports;

impl From<domain::safety::Error> for crate::error::AppError {
    fn from(error: domain::safety::Error) -> Self {
        use domain::safety::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Invalid(errors) => Self::Invalid(errors),
            Error::Yourself | Error::NothingToDo | Error::TooMany | Error::NoAnswer => {
                Self::Refused(error.to_string())
            }
        }
    }
}
