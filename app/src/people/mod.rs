//! People: the list, one person's page, and adding somebody by hand.

pub mod edit;
mod handout;
pub mod pages;
pub mod person;
mod roles;

pub(crate) use pages::people_words;
pub use person::{ChildForm, GuardianForm};
pub use roles::RoleForm;

use domain::people::Error;
use vocab::form::FieldError;

use crate::error::AppError;

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Passwords(error) => error.into(),
            Error::Invalid(errors) => Self::Invalid(errors),
            // Beside the field of the one form that ties a family.
            Error::TiedAlready | Error::NotAFamily => Self::Invalid(vec![FieldError {
                field: "guardian".to_owned(),
                message: error.to_string(),
            }]),
            Error::HasRole | Error::NoSuchRole | Error::StudentAlone => {
                Self::Invalid(vec![FieldError {
                    field: "role".to_owned(),
                    message: error.to_string(),
                }])
            }
            Error::Yourself
            | Error::OwnAdminRole
            | Error::LastAdmin
            | Error::NothingToDo
            | Error::ChangedMeanwhile
            | Error::BeingErased
            | Error::Unreadable(_)
            | Error::StudentsOnly
            | Error::TooMany { .. } => Self::Refused(error.to_string()),
        }
    }
}
