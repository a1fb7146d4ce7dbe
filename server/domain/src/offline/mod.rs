//! Work without a network. A tablet seals what a student did, so that only the server can
//! open it; whoever uses the tablet next may deliver it and learns nothing. What is
//! delivered goes through the same doors as everything else, once for each key, and what
//! the rules refuse is kept for its owner. See `docs/offline.md` and decision 0035.

mod apply;
mod envelope;
mod keys;
mod order;
mod pack;
mod receipt;
mod ticket;
mod tray;
mod writer;

pub use apply::{Delivered, deliver};
pub use envelope::{Opened, Spoilt};
pub use keys::Keys;
pub use pack::{WorkToKeep, WorkToShareWith, pack, work, works_to_share_with};
pub use ticket::{DELIVERED_WITHIN, LASTS_ON_OWN, issue, touched_at, was_ended};
pub(crate) use tray::waiting_query;
pub use tray::{file, see, waiting};

use sea_orm::DbErr;
use uuid::Uuid;
use vocab::ids::SchoolId;

use crate::access::AccessError;
use crate::keys::Place;
use crate::submissions;

/// Why something without a network does not go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not what was sealed, or was made by no sign-in of ours. It can be tried as
    /// often as one likes: the answer stays.
    #[error("this was not sealed on a tablet for this server: {0}")]
    Spoilt(#[from] Spoilt),
    /// The same key came before with something else in it.
    #[error("the same key was used for something else")]
    OtherBody,
    /// A file could not be kept just now. It can be tried again.
    #[error("a file could not be kept: {0}")]
    NotKept(String),
    /// The answer could not be read.
    #[error(transparent)]
    Work(#[from] submissions::Error),
    /// Not there, or not theirs to do.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Where the words of an item stand that went into no draft.
fn seal_place(school: SchoolId, item: Uuid) -> Place<'static> {
    Place {
        school,
        table: "outbox_item",
        column: "text",
        row: item,
    }
}
