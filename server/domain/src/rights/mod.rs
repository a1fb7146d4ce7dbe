//! Requests of people about their own data: filed by whoever is concerned or looks
//! after them, with or without an account, and led to their end by the school's data
//! protection lead. Every step is kept; every clock is a pure function.

mod carry_out;
mod clock;
mod copy;
mod facts;
mod fetch;
mod file;
mod letter;
mod look_again;
mod machine;
mod mail;
mod objection;
mod read;
mod recipients;
mod record;
mod repeated;
mod resting;
mod restriction;
mod say;
mod seals;
mod step;
mod student_view;
mod tally;

pub use carry_out::carry_out;
pub(crate) use clock::soon_at;
pub use clock::{due_day, first_answer_due, urgency};
pub use copy::make_copy;
pub use facts::{Held, facts, held};
pub use fetch::remind_of_copies;
pub use file::{CONTACT_NOTICE, file, file_by_contact, file_for};
pub use machine::next;
pub use objection::{disagree, object, objection_to, objections, withdraw};
pub use read::{cockpit, mine, mine_of, page};
pub use recipients::recipients_told;
pub use repeated::close_as_repeated;
pub use restriction::{
    end, give_notice, lift_due, list_restrictions, restrict, restrict_for, restrictions,
};
pub use say::{ends, stops};
pub use step::{answer_question, say_whom, step, take_back};
pub use student_view::say_view;
pub use tally::tally;

pub(crate) use fetch::{Fetching, fetching};
pub(crate) use look_again::{copies_of_others, to_look_again};
pub(crate) use mail::{Reply, asked_about, replies};
pub(crate) use objection::{disputes, objects, require_no_objection, who_objects};
pub(crate) use read::{Clocks, clocks, due_first};
pub(crate) use recipients::{ToTell, providers_of, recipients_wait, to_tell};
pub(crate) use resting::{objecting_or_restricted, restricted};
pub(crate) use step::{answer_all_about, called_off, tell};
pub(crate) use student_view::asks_query;

use sea_orm::DbErr;
use vocab::form::FieldError;

use crate::access::AccessError;

/// Why something is not done with a request.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The form has mistakes; all of them, each with its field.
    #[error("the form has mistakes")]
    Invalid(Vec<FieldError>),
    /// The step is not possible as things stand.
    #[error("This step is not possible any more: somebody else did something meanwhile.")]
    NotNow,
    /// Two more months are taken within the first, once, and never for a complaint.
    #[error(
        "Two more months can be taken once, within the first month, and not for complaints or educational records."
    )]
    NoExtension,
    /// The erasure that it asks for cannot begin, or is called off elsewhere.
    #[error(transparent)]
    Erasure(#[from] crate::erasure::Error),
    /// So many messages came in the last hour that no more are taken.
    #[error("Very many messages came in just now. Try again in an hour, or write a letter.")]
    TooMany,
    /// An erasure is done by the program, and only said to be done by it.
    #[error(
        "An erasure ends by itself once everything was searched. It cannot be said to be done by hand."
    )]
    DoneByItself,
    /// News never go on against who objected.
    #[error("Who objects to news gets no more news. No reason is strong enough to go on.")]
    NewsNeverResume,
    /// A complaint ends with its outcome.
    #[error("Write down the outcome: who complained reads it.")]
    NoOutcome,
    /// A part is refused with what it is, and why.
    #[error("Write down what is not granted, and why: who asked reads it.")]
    NotSaidWhat,
    /// A student may have to be asked first, and it is not said whom it is about.
    #[error("Say first whom it is about: a student of 13 or older is asked before it is granted.")]
    WhomFirst,
    /// Nothing can be stopped for nobody.
    #[error("Say first whom it is about: until then nothing can be stopped.")]
    NobodyToStopFor,
    /// An objection in words stops nothing before its use is chosen.
    #[error("Choose first which use stops: until then nothing has stopped.")]
    UseFirst,
    /// From 13 on the student is asked before somebody else's wish is granted.
    #[error(
        "The student is asked first and has not answered yet. It can be granted once they have, or a week after they were asked."
    )]
    StudentFirst,
    /// Granting what the student does not want needs the school's reason.
    #[error(
        "The student does not want this. Write down why it is granted all the same, without what the student said: who asked reads it."
    )]
    AgainstTheStudent,
    /// From 16 on nobody else says it for them.
    #[error("They are old enough to say this themselves.")]
    TheirsToSay,
    /// What somebody objected to goes on for written reasons, or not at all.
    #[error("Write down the compelling reasons: without them it does not go on.")]
    NoReasons,
    /// The consent that is to be taken back is not theirs to answer.
    #[error(transparent)]
    Consent(#[from] crate::consent::Error),
    /// The copy could not be made.
    #[error(transparent)]
    Export(#[from] crate::export::Error),
    /// Not there, or not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}
