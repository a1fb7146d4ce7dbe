//! Consents: the choices of a person and of their children, the receipt of an answer,
//! what a school asks about the students of a classroom, and who may be photographed.

pub mod choices;
pub mod photos;
pub mod receipt;
pub mod requests;

pub(crate) use choices::{AnswerTo, Answering, SayNo, StateOf, TakeNoBack};

impl From<domain::consent::Error> for crate::error::AppError {
    fn from(error: domain::consent::Error) -> Self {
        use domain::consent::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Invalid(errors) => Self::Invalid(errors),
            Error::NotYours(_)
            | Error::Closed
            | Error::OfTheOffice
            | Error::NoOnPaper
            | Error::StudentsNoOnPaper
            | Error::StudentsNo
            | Error::NothingToTakeBack
            | Error::NoAnswer => Self::Refused(error.to_string()),
        }
    }
}
