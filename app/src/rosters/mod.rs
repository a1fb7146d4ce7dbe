//! Roster imports: choosing a package, looking at what it would change, bringing
//! it in, undoing it. The words for what can go wrong stand here.

pub mod check;
mod counts;
pub mod pages;
mod people;
mod problems;
mod undone;

pub use check::ConfirmForm;

use domain::rosters::{Error, UNDO_DAYS};
use vocab::form::FieldError;
use vocab::rosters::ImportStage;

use crate::error::AppError;

/// The largest package that is taken, in mebibytes. A large school's zip is a few of them.
pub const MOST_PACKAGE_MIB: usize = 32;

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Store(reason) => {
                tracing::error!(%reason, "a roster package could not be kept or fetched");
                Self::Unavailable
            }
            Error::UndeclaredSource(system) => Self::Refused(format!(
                "This file was made by \"{system}\", which is neither your school's own system nor a source that your school has declared. Your data protection lead declares it under Data protection, Sources, and a second person approves it."
            )),
            Error::UnnamedSource => Self::Refused(
                "This file does not say which system made it, and neither did the system that your school's roster came from before, so it may be one of that. Nothing was read. Set the name of the new system in its export (\"source.systemName\" in the manifest), and choose that file.".to_owned(),
            ),
            Error::SourceChanged => Self::Refused(
                "Your school's sources have changed since this file was looked at, so it would not come in as was shown. Choose the file again.".to_owned(),
            ),
            Error::NotDeclared => Self::Refused(
                "The roster is locked until the school has signed its declaration for this year. Nothing was read.".to_owned(),
            ),
            Error::Refused(problems) => Self::Refused(match problems.len() {
                1 => "This package cannot go in: there is a problem with it. Nothing was changed.".to_owned(),
                many => format!("This package cannot go in: there are {many} problems with it. Nothing was changed."),
            }),
            Error::TooManyLeavers(losses) => Self::Invalid(vec![FieldError {
                field: "leavers_are_right".to_owned(),
                message: format!("{losses}. Look at the file, then say that this is right"),
            }]),
            Error::WrongStage(stage) => Self::Refused(wrong_stage(stage).to_owned()),
            Error::PackageGone => {
                Self::Refused("A newer file was read since, or somebody who may be in this one was erased, so nothing is brought in from it any more. Choose a file anew.".to_owned())
            }
            Error::TooLateToUndo => {
                Self::Refused(format!("An import can be undone for {UNDO_DAYS} days, and this one is older."))
            }
            Error::LaterImport => {
                Self::Refused("A later import builds on this one. Undo that one first.".to_owned())
            }
        }
    }
}

const fn wrong_stage(stage: ImportStage) -> &'static str {
    match stage {
        ImportStage::Checked => "This file was only looked at. Nothing of it is in the school.",
        ImportStage::Refused => "This file was refused. Nothing of it is in the school.",
        ImportStage::Applied => "This import is in already.",
        ImportStage::Undone => {
            "This import is undone already. Choose the file again to bring it in."
        }
    }
}
