//! What a school does: the rules, and the reads and writes that keep them.
//!
//! One folder per feature, each with `policy` (who may do what), `read` and
//! `write`. Nothing here knows of pages, HTTP, cookies or status codes. Time,
//! randomness and the actor are arguments; a row to change comes only from
//! [`access`], together with the action that it was asked for.
#![warn(missing_docs)]

pub mod access;
pub mod accounts;
pub mod actor;
pub mod alerts;
pub mod arrangements;
pub mod assignments;
pub mod badges;
pub mod breaches;
pub mod classrooms;
pub mod clock;
pub mod consent;
pub mod db;
pub mod deadlines;
pub mod delegations;
pub mod demo;
pub mod disclosures;
pub mod erasure;
pub mod events;
pub mod export;
pub mod files;
pub mod guard;
pub mod holds;
pub mod home;
pub mod keys;
pub mod links;
pub mod looks;
pub mod mail;
pub mod markdown;
pub mod marking;
pub mod measure;
pub mod moments;
pub mod notice;
pub mod offline;
mod packed;
pub mod people;
pub mod policies;
pub mod presses;
pub mod providers;
pub mod reading;
pub mod retention;
pub mod reviews;
pub mod rights;
pub mod rosters;
pub mod safety;
pub mod schools;
pub mod seal;
pub mod secrets;
pub mod sharing;
pub mod sources;
pub mod statistics;
pub mod submissions;
pub mod support;
pub mod sweep;
pub mod tasks;
pub mod transfers;
pub mod usage;
pub mod visitors;
mod ways;
mod written_once;

pub use access::{AccessError, Permitted};
pub use actor::{Actor, OnDevice};
pub use clock::{Clock, Time};
pub use db::{Db, Write};
