//! The public history of the policies, the terms with their answer, and the band on
//! one's first page that asks to read what is new.

pub mod banner;
pub mod pages;
pub mod terms;

pub(crate) use banner::PolicyBanner;

impl From<domain::policies::Error> for crate::error::AppError {
    fn from(error: domain::policies::Error) -> Self {
        use domain::policies::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::NotTicked => Self::Invalid(vec![vocab::form::FieldError {
                field: "accept".to_owned(),
                message: error.to_string(),
            }]),
            other => Self::Refused(other.to_string()),
        }
    }
}
