//! The school itself: how the first one is set up, and its declaration.

pub mod colour;
pub mod pages;

impl From<domain::schools::Error> for crate::error::AppError {
    fn from(error: domain::schools::Error) -> Self {
        use domain::schools::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Invalid(errors) => Self::Invalid(errors),
            Error::AlreadySigned => Self::Refused(
                "The declaration is signed already. There is nothing more to do.".to_owned(),
            ),
        }
    }
}
