//! The data protection lead's registers: breaches, disclosures, reviews of what data is
//! used for, and for how long the operator may look inside.

pub mod activities;
pub mod breaches;
pub mod disclosures;
pub mod sources;
pub mod support;

use crate::error::AppError;

/// The way back from every register.
fn crumbs() -> Vec<(String, String)> {
    vec![("/school/privacy".to_owned(), "Data protection".to_owned())]
}

/// A choice that begins with none.
fn options<'a, T: std::fmt::Display + 'a>(
    words: impl IntoIterator<Item = (&'a T, &'static str)>,
) -> Vec<(String, String)> {
    std::iter::once((String::new(), "Choose".to_owned()))
        .chain(
            words
                .into_iter()
                .map(|(word, label)| (word.to_string(), label.to_owned())),
        )
        .collect()
}

impl From<domain::sources::Error> for AppError {
    fn from(error: domain::sources::Error) -> Self {
        use domain::sources::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Invalid(errors) => Self::Invalid(errors),
            Error::SecondPerson | Error::NothingToDo => Self::Refused(error.to_string()),
        }
    }
}

impl From<domain::breaches::Error> for AppError {
    fn from(error: domain::breaches::Error) -> Self {
        use domain::breaches::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Invalid(errors) => Self::Invalid(errors),
            Error::NotNow => Self::Refused(error.to_string()),
        }
    }
}

impl From<domain::disclosures::Error> for AppError {
    fn from(error: domain::disclosures::Error) -> Self {
        use domain::disclosures::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Export(error) => crate::ssr::unavailable(error),
            Error::Invalid(errors) => Self::Invalid(errors),
            Error::TwoPeople | Error::NotNow | Error::NotApproved => {
                Self::Refused(error.to_string())
            }
        }
    }
}

impl From<domain::reviews::Error> for AppError {
    fn from(error: domain::reviews::Error) -> Self {
        use domain::reviews::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Invalid(errors) => Self::Invalid(errors),
        }
    }
}
