//! Mail: what may be switched off, the pages behind the links in mails, and the
//! developer's mailbox.

pub mod links;
pub mod mailbox;
pub mod messages;
