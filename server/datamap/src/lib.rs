//! What every column means for a person's privacy, as code.
//!
//! Each table has one function with an exhaustive `match` over its columns: a new
//! column does not compile until somebody has said what it is, whose it is, why it
//! is kept, for how long, and what export and erasure do with it. What the classes
//! say about law is a default: the school's data protection lead decides.
//!
//! A test compares [`registry`] with the migrated schema, in both directions.
//!
//! What lies outside the tables has registers of its own, each held by tests: [`EVENTS`],
//! [`BLOBS`] for the store of files, [`LOG`] for the log, [`MAILS`] for what mails tell, and
//! [`STORAGE`] for what browsers keep.
#![warn(missing_docs)]
#![deny(clippy::wildcard_enum_match_arm)]

mod blobs;
mod catalogue;
mod class;
mod due;
mod handling;
mod keys;
mod letters;
mod logs;
mod role;
mod storage;
mod table;
mod words;

mod accounts;
mod assignments;
mod badges;
mod classrooms;
mod consent;
mod events;
mod looks;
mod mail;
mod marking;
mod offline;
mod people;
mod policies;
mod providers;
mod reading;
mod registers;
mod retention;
mod rights;
mod rosters;
mod safety;
mod schools;
mod sharing;
mod statistics;
mod submissions;
mod transfers;
mod usage;
mod visitors;

pub use blobs::{BLOBS, BlobKind, blob_kind};
pub use catalogue::{EVENTS, EventKind, event_kind};
pub use class::{
    Category, Class, KeepReason, OnErasure, OnExport, PRIVATE_FIELDS, Protect, Subject,
};
pub use due::{Due, due};
pub use handling::{
    Anchor, Bounds, Handling, LawfulBasis, Period, Purpose, Retention, RetentionRule,
};
pub use letters::{MAILS, MailKind};
pub use logs::{LOG, LogField};
pub use role::Responsible;
pub use storage::{Exception, STORAGE, StorageItem};
pub use table::{Kind, Shape, SubjectPath, TableMap};
pub use words::{MAY_HOLD, may_hold};

/// Every table with every column, sorted as the features were built.
pub fn registry() -> Vec<TableMap> {
    [
        schools::tables(),
        people::tables(),
        accounts::tables(),
        classrooms::tables(),
        assignments::tables(),
        submissions::tables(),
        marking::tables(),
        events::tables(),
        rosters::tables(),
        consent::tables(),
        rights::tables(),
        retention::tables(),
        looks::tables(),
        registers::tables(),
        mail::tables(),
        providers::tables(),
        transfers::tables(),
        badges::tables(),
        policies::tables(),
        usage::tables(),
        visitors::tables(),
        keys::tables(),
        offline::tables(),
        reading::tables(),
        sharing::tables(),
        statistics::tables(),
        safety::tables(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests;
