//! A copy of everything that is kept about somebody, made from the data map: a new
//! table or column is in it as soon as it is classified. What is about others is left
//! out or told by role; a secret is named and not shown. It goes out while it is made
//! (`making`). A school that leaves takes a copy of all that is its own (`whole`).

mod archive;
mod gather;
mod listed;
mod making;
mod page;
mod value;
mod whole;

pub use archive::start;
pub(crate) use archive::{Reader, archive_for_disclosure, start_for_request};
pub use gather::{Copy, Field, Group, gather, outline};
pub use listed::{Inside, inside};
pub use making::Making;
pub use whole::{LeavingSchool, archive_of_school, door_of_school};

use sea_orm::{ConnectionTrait, DbErr};
use vocab::consent::AgeBand;
use vocab::ids::PersonId;
use vocab::legal_entity::LegalEntity;

use crate::access::{self, AccessError, Permitted};
use crate::actor::Actor;
use crate::clock::Time;
use crate::consent::{self, Signer};
use crate::db::Db;
use crate::files::{Store, StoreError};
use crate::rights::{self, Fetching};

/// What stands before a copy.
#[derive(Clone, Debug)]
pub enum Door {
    /// It can be fetched.
    Open(Permitted<PersonId>),
    /// The school looks through it once more; then it can.
    LooksAgain,
}

/// Whose copy the actor may fetch at once: their own, and that of a child under 13. An
/// older student is asked first, so a guardian files a request instead, and fetches the copy
/// for a while once that is done.
pub async fn door(
    db: &impl ConnectionTrait,
    actor: &Actor,
    person: PersonId,
    now: Time,
) -> Result<Door, AccessError> {
    let about = access::about(db, actor, person).await?;
    let is_own = person == actor.person;
    if is_own || consent::age_of(db, about.school(), person).await? == AgeBand::Under13 {
        return Ok(Door::Open(about));
    }
    match rights::fetching(db, actor, person, now).await? {
        Fetching::Offered => Ok(Door::Open(about)),
        Fetching::LooksAgain => Ok(Door::LooksAgain),
        Fetching::Nothing => Err(AccessError::NotAllowed),
    }
}

/// The same for whoever fetches it now.
pub async fn open_door(
    db: &impl ConnectionTrait,
    actor: &Actor,
    person: PersonId,
    now: Time,
) -> Result<Permitted<PersonId>, AccessError> {
    match door(db, actor, person, now).await? {
        Door::Open(about) => Ok(about),
        Door::LooksAgain => Err(AccessError::NotAllowed),
    }
}

/// What a copy is made of, and who answers for the platform.
#[derive(Clone, Copy, Debug)]
pub struct Means<'a> {
    /// The records.
    pub db: &'a Db,
    /// The files.
    pub store: &'a Store,
    /// Named in the copy.
    pub platform: &'a LegalEntity,
    /// Signs the receipts in it.
    pub signer: &'a Signer,
}

/// Why a copy could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// A file could not be fetched.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The archive could not be written.
    #[error("the copy could not be written: {0}")]
    Writing(#[from] std::io::Error),
}
