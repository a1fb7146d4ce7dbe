//! Requests about data: `/my-data` for whoever is signed in, `/contact` for everybody,
//! and the data protection lead's cockpit under `/school/privacy`.

pub mod cockpit;
pub mod contact;
pub mod intake;
pub mod my_data;

impl From<domain::rights::Error> for crate::error::AppError {
    fn from(error: domain::rights::Error) -> Self {
        use domain::rights::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Invalid(errors) => Self::Invalid(errors),
            Error::NotNow | Error::NoExtension | Error::TooMany => Self::Refused(error.to_string()),
        }
    }
}
