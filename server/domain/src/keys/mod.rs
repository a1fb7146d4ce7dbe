//! Protection at rest: every person has a random key of their own, and what is said
//! about them in free text, how to reach them, what they wrote and the files they
//! handed in are kept sealed with it. Keys live in a store apart from the data, each
//! wrapped by the server's master key. Destroying one key makes everything that was
//! sealed with it unreadable, in the database, in the files and in every backup.
//!
//! What belongs to nobody in particular is sealed with a key of the school. Which
//! columns are sealed stands in the data map; nothing here decides who may read.

mod destroy;
mod fields;
mod master;
mod old_files;
mod old_rows;
mod ring;
mod row;
mod store;
mod whole;

pub mod files;
pub(crate) mod text;

pub(crate) use destroy::destroy_of_school;
pub use destroy::{destroy, replay};
pub use fields::{open_fields, seal_fields};
pub(crate) use fields::{private_texts, seal_plain_fields, take_sealed_fields};
pub use master::Master;
pub use old_files::seal_old_files;
pub use old_rows::seal_old_rows;
pub(crate) use ring::owner_of;
pub use ring::{FIRST_WORDS_OF_SEALED, Opened, Place, Ring, Unreadable, is_sealed};
pub use store::{Keys, Settings};
pub use whole::{count_sealed, require_whole};

use sea_orm::DbErr;
use uuid::Uuid;
use vocab::ids::{PersonId, SchoolId};

/// Whose key seals something: a person's, or a school's where it is nobody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Owner(pub(crate) Uuid);

impl Owner {
    /// The first of the people who is known, else the school.
    pub fn first(people: impl IntoIterator<Item = Option<PersonId>>, school: SchoolId) -> Self {
        people
            .into_iter()
            .flatten()
            .next()
            .map_or_else(|| school.into(), Self::from)
    }
}

impl From<PersonId> for Owner {
    fn from(person: PersonId) -> Self {
        Self(person.0)
    }
}

impl From<SchoolId> for Owner {
    fn from(school: SchoolId) -> Self {
        Self(school.0)
    }
}

/// Why something could not be sealed, or the keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// This database was opened without its keys.
    #[error("the key store is not open")]
    Absent,
    /// The key was destroyed: nothing more is kept about this person.
    #[error("the key of {0} was destroyed, so nothing more can be kept about them")]
    Destroyed(Uuid),
    /// The key store holds keys that another master key wrapped.
    #[error(
        "the master key does not fit the key store: bring back the one that it was made with (keys/master, or CLASSIMIZE_MASTER_KEY)"
    )]
    WrongMaster,
    /// The data is sealed with keys that are not in the key store.
    #[error(
        "the key store does not belong to this database: {count} people and schools have something that is sealed in it, and of {missing} of them there is no key, or none that fits. The key store (keys.db, or what CLASSIMIZE_KEYS_URL names) is empty, another one, or older than the database. No key was made. Bring back the newest copy of the key store that belongs to this database, or correct CLASSIMIZE_KEYS_URL, and run classimize doctor"
    )]
    OtherStore {
        /// Of how many there is no key.
        missing: usize,
        /// How many have something that is sealed.
        count: usize,
    },
    /// A key was changed in the store.
    #[error("the key of {0} was changed in the key store and cannot be used")]
    BrokenKey(Uuid),
    /// The master key cannot be read or written.
    #[error("the master key: {0}")]
    Master(String),
    /// The key store did not answer.
    #[error("the key store: {0}")]
    Store(DbErr),
    /// The list of destroyed keys cannot be read or written.
    #[error("the list of destroyed keys: {0}")]
    Log(std::io::Error),
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Store(error)
    }
}

/// Domain functions answer with the database's error, and keys are part of it.
impl From<Error> for DbErr {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(error) => error,
            other => Self::Custom(other.to_string()),
        }
    }
}
