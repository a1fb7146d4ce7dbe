//! Consent: who may answer what, the school's record of every answer, where each
//! consent stands, and what a school asks once. Consent is never made up from
//! silence, from use or from the school's own word.

mod answer;
mod authority;
mod checkpoint;
mod disagreements;
mod kept;
mod ledger;
mod mail;
mod measure;
mod photos;
mod posted;
mod receipt;
mod requests;
mod said;
mod settings;
mod start;
mod state;
mod verify;
mod who;

pub use answer::{Evidence, answer, answer_on_paper};
pub(crate) use answer::{age_of, answer_about_news, take_back_by_request};
pub(crate) use authority::Speaker;
pub use authority::{Voice, may_say_no, may_say_yes};
pub use checkpoint::{Signer, sign_checkpoint};
pub(crate) use disagreements::with_yes_and_no;
pub use disagreements::{Disagreement, disagreements};
pub(crate) use kept::statements;
pub use kept::{Compared, compare, compare_record, newest_statement, school_named};
pub(crate) use ledger::chained;
pub use mail::remind_before_deadlines;
pub(crate) use measure::write_many;
pub use photos::photos;
pub(crate) use receipt::receipts_of;
pub use receipt::{Receipt, detached, receipt};
pub(crate) use requests::{Question, ask_about};
pub use requests::{ask, close, list_requests, remind, request_page};
pub(crate) use said::{Said, entries};
pub use settings::{About, all, people};
pub(crate) use start::{answer_at_start, offered_at_start};
pub(crate) use state::holds_a_no;
pub use state::{Answered, Between, fold};
pub use verify::{Broken, Report, verify};

use sea_orm::DbErr;
use vocab::form::FieldError;

use crate::access::AccessError;

/// The version of the questions as `vocab` words them. A change of their meaning is a
/// new version, and is asked again.
pub const TEXT_VERSION: &str = "2026-11";

/// Why an answer is not taken.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The form has mistakes; all of them, each with its field.
    #[error("the form has mistakes")]
    Invalid(Vec<FieldError>),
    /// Somebody else decides this.
    #[error("{0}")]
    NotYours(&'static str),
    /// The school takes no more answers to its request.
    #[error("The school has closed this request, so it takes no more answers. Ask your school.")]
    Closed,
    /// The school's office asked it, to share data.
    #[error(
        "The office asked this. It is ended under Data protection, Sharing by consent; who has not answered is reminded by itself."
    )]
    OfTheOffice,
    /// A no stands on paper, and it is not said that it is over.
    #[error(
        "A guardian said no on paper, and it holds: a yes of another guardian does not lift it. Write the yes in again with a tick if the same guardian has changed their mind, or looks after them no longer."
    )]
    NoOnPaper,
    /// A no of the student stands on paper, and it is not said that it is over.
    #[error(
        "The student said no on paper, and it holds. Write the yes in again with a tick if they have changed their mind."
    )]
    StudentsNoOnPaper,
    /// The student said no by themselves: paper that somebody else writes in does not lift it.
    #[error(
        "The student said no here themselves, and it holds. They can say yes, or take their no back, on their Privacy page."
    )]
    StudentsNo,
    /// No no of theirs stands.
    #[error("You have not said no to this, so there is nothing to take back.")]
    NothingToTakeBack,
    /// The form was not one of ours.
    #[error("Answer with yes or no.")]
    NoAnswer,
    /// Not there, or not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}
