//! Signing in without typing: the page that takes a badge, the school's devices, and the
//! badges of a classroom on screen and on paper.

pub mod cards;
pub mod devices;
pub mod door;
mod pictures;

pub(crate) use cards::PrintedBadge;
pub(crate) use door::ENROLMENT_COOKIES;
pub(crate) use pictures::{PictureTiles, PicturesTold};

use crate::error::AppError;

impl From<domain::badges::Error> for AppError {
    fn from(error: domain::badges::Error) -> Self {
        use domain::badges::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Invalid(errors) => Self::Invalid(errors),
            Error::ChangedMeanwhile => Self::Refused(error.to_string()),
        }
    }
}

impl From<domain::badges::sign_in::BadgeError> for AppError {
    fn from(error: domain::badges::sign_in::BadgeError) -> Self {
        use domain::badges::sign_in::BadgeError;
        match error {
            BadgeError::NotEnrolled => Self::Refused(
                "Badges do not work on this device. Ask your teacher to set it up.".to_owned(),
            ),
            BadgeError::Closed(hours) => Self::Refused(format!(
                "Badges work on {}. Ask your teacher.",
                hours.words()
            )),
            BadgeError::Wrong => Self::Invalid(vec![vocab::form::FieldError {
                field: "pictures".to_owned(),
                message:
                    "That is not your badge with your pictures. Try again, or ask your teacher"
                        .to_owned(),
            }]),
            BadgeError::Wait { seconds } => Self::SlowDown(seconds),
            BadgeError::Database(error) => crate::ssr::unavailable(error),
        }
    }
}
