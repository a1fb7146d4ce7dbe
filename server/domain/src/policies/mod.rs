//! The platform's policy documents: versions that are proposed by one person, approved by
//! another, scheduled, and then hold; and who has met which of them. They belong to no
//! school. What is written down here informs; it is never a consent.

mod announce;
mod diff;
mod in_force;
mod met;
mod read;
mod text;
mod versions;

pub use announce::announce;
pub use diff::difference;
pub use in_force::{Asked, AskedNotice, Cache, Coming, InForce, Standing, Version};
pub use met::{acknowledge, answer_terms, meet, settle};
pub use read::{history, in_force, page};
pub use text::{INDEPENDENT_SCHOOLS, text_of};
pub use versions::{
    Drift, NOTICE_DAYS, Proposal, approve, begin, drift, list, propose, schedule, state_of,
};

use sea_orm::DbErr;
use vocab::policies::{PolicyDocument, Semver};

use crate::access::AccessError;
use crate::clock::Time;

/// The one language of the documents today.
pub const LANGUAGE: &str = "en-GB";

/// Why a version is not what somebody wants it to be, or an answer is not taken.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such version.
    #[error("there is no version {1} of {0}")]
    NoSuchVersion(PolicyDocument, Semver),
    /// The number is not greater than every other of the document.
    #[error("version {0} is not later than {1}, the last one there is")]
    NotLater(Semver, Semver),
    /// It is approved, and stays as it is.
    #[error("this version is approved already and stays as it is")]
    Fixed,
    /// It is not approved yet.
    #[error("this version has to be approved first")]
    NotApproved,
    /// A name is missing.
    #[error("give the name of the person")]
    Nameless,
    /// Whoever wrote it cannot approve it.
    #[error("a second person approves: {0} wrote it")]
    SamePerson(String),
    /// What changed is not said.
    #[error("say in the change log what has changed")]
    NothingSaid,
    /// The text is that of the version before.
    #[error("the text is the same as that of {0}; there is nothing to publish")]
    NoChange(Semver),
    /// It would come into force too soon.
    #[error("this version can come into force on {0} at the earliest")]
    TooSoon(Time),
    /// It has a day already.
    #[error("this version is scheduled already")]
    AlreadyScheduled,
    /// What was read holds no longer, or not yet.
    #[error("The text has changed. Read it again before you answer.")]
    Changed,
    /// The box is not ticked.
    #[error("Tick the box if you accept the terms.")]
    NotTicked,
    /// Not there, or not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}
