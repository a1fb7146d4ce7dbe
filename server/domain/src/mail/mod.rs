//! Mail. What is to be sent is written into the outbox in the transaction of its cause,
//! and carried by a task of its own: at least once, with the same Message-ID each time,
//! and not at all where its recipient does not want it. Its words go when it has ended;
//! where it failed and can be tried again, thirty days later.

mod choices;
mod failed;
mod letter;
mod mailbox;
mod objected;
mod outbox;
mod seals;
mod send;
mod token;

pub use choices::{Adult, choices, choose, confirm, open, unsubscribe};
pub(crate) use choices::{news_of, purpose_of, switch_off};
pub use failed::{count_failed, failed, try_again};
pub(crate) use failed::{failed_lately, send_again};
pub use letter::Mail;
pub use mailbox::{mailbox, open_mail};
pub(crate) use objected::{stop_news, stop_waiting};
pub(crate) use outbox::answers_on_their_way;
pub use outbox::{Outgoing, To, expire, forget_old, queue, send_news};
pub use send::{Carried, Carrier, CarryError, Composed, Delivered, deliver};
pub use token::{Link, LinkKey};

use vocab::legal_entity::LegalEntity;

/// What stands around every mail: who runs the server, at which address, and the key
/// that its links are signed with.
#[derive(Clone, Debug)]
pub struct Letterhead {
    /// The address that people type, without a slash at the end.
    pub public_url: String,
    /// Who runs the server.
    pub entity: LegalEntity,
    /// Signs the links that work without signing in.
    pub key: LinkKey,
}
