//! Classrooms: the list, the stream of set work, the people, the settings.

pub(crate) mod list;
pub(crate) mod members;
pub mod pages;

pub(crate) use list::ClassroomRows;
pub(crate) use pages::{ArchivedNotice, ClassroomFrame};

impl From<domain::classrooms::Error> for crate::error::AppError {
    fn from(error: domain::classrooms::Error) -> Self {
        use domain::classrooms::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Invalid(errors) => Self::Invalid(errors),
            other => Self::Refused(other.to_string()),
        }
    }
}
