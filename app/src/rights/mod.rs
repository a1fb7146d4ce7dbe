//! Requests about data: `/my-data` for whoever is signed in, `/contact` for everybody,
//! and the data protection lead's cockpit under `/school/privacy`.

mod answers;
mod asked;
pub mod cockpit;
pub mod contact;
pub mod copy;
pub mod facts;
pub mod intake;
pub mod my_data;
pub mod not_arrived;
pub mod objections;
pub mod receipts;
mod record;
pub mod restrictions;
pub mod retention;
pub mod who_may;
mod whose;

pub(crate) use cockpit::{DOCUMENTS, Light, TaskRow};
pub(crate) use my_data::AskedFirst;
pub(crate) use whose::Whose;

impl From<domain::erasure::Error> for crate::error::AppError {
    fn from(error: domain::erasure::Error) -> Self {
        use domain::erasure::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Key(error) => crate::ssr::unavailable(error),
            Error::Store(error) => {
                tracing::error!(%error, "a file could not be deleted");
                Self::Unavailable
            }
            Error::Person(error) => error.into(),
            Error::Already
            | Error::Gone(_)
            | Error::Nobody
            | Error::TooLate
            | Error::Differs { .. }
            | Error::Rests(_)
            | Error::Unreadable(_)
            | Error::NoTraces
            | Error::NoPattern(_) => Self::Refused(error.to_string()),
        }
    }
}

impl From<domain::retention::Error> for crate::error::AppError {
    fn from(error: domain::retention::Error) -> Self {
        use domain::retention::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Invalid(errors) => Self::Invalid(errors),
            Error::Erasure(error) => error.into(),
            Error::Store(error) => domain::erasure::Error::from(error).into(),
        }
    }
}

impl From<domain::holds::Error> for crate::error::AppError {
    fn from(error: domain::holds::Error) -> Self {
        use domain::holds::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Invalid(errors) => Self::Invalid(errors),
            Error::SecondPerson | Error::NothingToDo => Self::Refused(error.to_string()),
        }
    }
}

impl From<domain::rights::Error> for crate::error::AppError {
    fn from(error: domain::rights::Error) -> Self {
        use domain::rights::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Invalid(errors) => Self::Invalid(errors),
            Error::Erasure(error) => error.into(),
            Error::Consent(error) => error.into(),
            Error::Export(error) => crate::ssr::unavailable(error),
            Error::NotNow
            | Error::NoExtension
            | Error::TooMany
            | Error::DoneByItself
            | Error::NewsNeverResume
            | Error::NoReasons
            | Error::NoOutcome
            | Error::NotSaidWhat
            | Error::StudentFirst
            | Error::WhomFirst
            | Error::NobodyToStopFor
            | Error::UseFirst
            | Error::AgainstTheStudent
            | Error::TheirsToSay => Self::Refused(error.to_string()),
        }
    }
}
