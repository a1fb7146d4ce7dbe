//! Rosters: a OneRoster package is read, compared with the school, confirmed, and
//! undone if need be. The roster is the authority for whom it brought: people,
//! classrooms, places and family ties that came by an import are changed and ended
//! by the next one, while what was made by hand stays.
//!
//! Decisions that a school may ask about:
//! - A roster never makes or ends a school admin or a data protection lead. Office
//!   staff come in without a role, with a remark; whoever has such a role is kept.
//! - An empty cell never wipes an e-mail address or a year group.
//! - A username is changed only while nobody has a password for the account. One that somebody
//!   gives up by an import is free for others of the same import.
//! - Whom the file lets in has an open account, whatever closed it: here nothing closes one by
//!   hand but that its person is ended.
//! - A classroom that a teacher archived stays archived, and a role that was given by
//!   hand stays: what a roster takes back is only what it gave.
//! - Each source sees what came from it. Ids are a source's own: the same one from another
//!   system is somebody else, and a package ends nobody of another source. Whom another source
//!   keeps gets no second account; whom a source left behind that is over, the one that goes on
//!   takes on by both names, the role, and a username or an address that nobody else has. Whom
//!   another source kept until they left comes back as the same person by both names, the role
//!   and the username.
//! - Where a source replaces the school's roster, classrooms of the one before are archived with
//!   its first whole package, and their people keep their places, to read what is there. People
//!   are not over: who was not found in it stays, but a guardian of the one before looks after
//!   nobody any more whose row does not say so.
//! - A package of changes does not say which organisations are the school: those of the last
//!   package of its source that did are taken, and rows of others left out with a remark. Who is
//!   here and goes to one of those others leaves: a student by the new row alone, staff if it
//!   says as well that their role here is over.
//! - A leaver who is in the roster again is counted as new, and is the same person;
//!   so is somebody who was ended by hand while the roster still has them. What was made by
//!   hand and ended with them is back with them: ties, places, and roles but for those that
//!   run the school. Each of these rows says whether a roster made it; of what is older than
//!   that and not known to be by hand, nothing comes back.
//! - Whoever stays and loses their last role can do nothing here any more: an import asks
//!   about them as it asks about leavers.
//! - A teacher of a class is one by the place in it. Where a package says nothing of enrolments,
//!   or only what changed, a place that is open in the records and that it leaves open counts.
//! - A place or a role whose first day is still to come is left out, with a remark; what
//!   the school has of it stays.
//! - A class that is gone is archived, and whoever had a place in it keeps it, to read what
//!   is there: nothing is written in an archived classroom. When it comes back, those places of
//!   the roster are over that the package does not name, be it one of changes alone.
//! - An aide teaches in the classroom; proctors and others have no place in it.
//! - A student has no other role, as with roles given by hand. What a roster says beside it is
//!   left out with a remark, and so is the place that hangs on it; whoever keeps another role
//!   does not become a student.
//! - Somebody added by hand is taken on where the username and one of the names agree, or the
//!   e-mail address and both names, if nobody else of the package or the school has the
//!   address; a student only by the row of a student. Otherwise the row is a new person, and a
//!   remark says whose address it shares.

mod altered;
mod apply;
mod apply_accounts;
mod by_hand;
mod changes;
mod check;
mod elsewhere;
mod erased;
mod lost;
mod match_people;
mod match_places;
mod match_roles;
mod match_ties;
mod names;
mod origins;
mod plan;
mod present;
mod read;
mod report;
mod returns;
mod samples;
mod scope;
mod states;
mod teaching;
mod undo;
mod undo_people;
mod usernames;

use sea_orm::DbErr;
use vocab::rosters::{ImportStage, Losses, RosterProblem, WhyNot};

use crate::access::AccessError;

pub use apply::confirm;
pub use check::{Outcome, Wish, check, import_now};
pub use read::{list, page, problems_csv};
pub use undo::undo;

pub(crate) use erased::leave_out;

/// How long the whole of an import can be undone.
pub const UNDO_DAYS: i64 = 30;

/// Why a roster is not read, confirmed or undone.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The school has not signed its declaration, or a year has passed since.
    #[error("the school has not signed its declaration yet, or not for a year")]
    NotDeclared,
    /// Another system made the package than the school's own, and it is not declared and
    /// approved.
    #[error(
        "the package comes from \"{0}\", which is neither the school's own system nor a source that it has declared and approved"
    )]
    UndeclaredSource(String),
    /// It names no system, and another one that made the school's roster before did not
    /// either.
    #[error(
        "the package does not say which system made it, and the system that the school's roster came from before did not say it either: it may be one of that"
    )]
    UnnamedSource,
    /// What was looked at was to come in as a package of another source.
    #[error(
        "the school's sources have changed since the package was looked at; choose the file again"
    )]
    SourceChanged,
    /// The package cannot go in; these are the reasons.
    #[error("the package was refused: {} problems", .0.len())]
    Refused(Vec<RosterProblem>),
    /// More than a tenth of the people who came by imports would leave, lose their last
    /// role or be locked out, or more than a tenth of the places in classes would go.
    #[error("{0}: say that this is right to go on")]
    TooManyLeavers(Losses),
    /// It was confirmed, undone or refused already.
    #[error("this import is {0} already")]
    WrongStage(ImportStage),
    /// The package is not kept any more, or for a legal hold alone: a newer one was read
    /// since, or somebody who may be in it was erased.
    #[error("the package is not kept any more; choose the file again")]
    PackageGone,
    /// It was confirmed too long ago.
    #[error("an import can be undone for {UNDO_DAYS} days only")]
    TooLateToUndo,
    /// A later import builds on this one.
    #[error("a later import has to be undone first")]
    LaterImport,
    /// The package could not be kept or fetched.
    #[error("the package could not be kept: {0}")]
    Store(String),
    /// It is not there, or not theirs.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<WhyNot> for Error {
    fn from(why: WhyNot) -> Self {
        match why {
            WhyNot::Replaced | WhyNot::Gone => Self::PackageGone,
            WhyNot::BuiltOn => Self::LaterImport,
            WhyNot::TooLate => Self::TooLateToUndo,
        }
    }
}

impl Error {
    /// True where the data was refused; false where something broke.
    pub const fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::NotDeclared
                | Self::UndeclaredSource(_)
                | Self::UnnamedSource
                | Self::Refused(_)
                | Self::TooManyLeavers(_)
        )
    }

    /// A refusal as problems, for scripts. Empty where something broke.
    pub fn problems(&self) -> Vec<RosterProblem> {
        let one = |code: &str| {
            vec![RosterProblem {
                file: String::new(),
                row: None,
                field: None,
                code: code.to_owned(),
                reason: self.to_string(),
            }]
        };
        match self {
            Self::Refused(problems) => problems.clone(),
            Self::NotDeclared => one("school.not_declared"),
            Self::UndeclaredSource(_) => one("school.undeclared_source"),
            Self::UnnamedSource => one("school.unnamed_source"),
            Self::TooManyLeavers(_) => one("school.too_many_leavers"),
            _ => Vec::new(),
        }
    }
}
