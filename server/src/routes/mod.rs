//! The handlers, one file a feature. A handler reads its form, asks `domain` for
//! one thing, and answers with a page or on to one.

pub(crate) mod accounts;
pub(crate) mod assignments;
pub(crate) mod badges;
pub(crate) mod bench;
pub(crate) mod classrooms;
pub(crate) mod consent;
pub(crate) mod cookies;
pub(crate) mod devices;
pub(crate) mod files;
pub(crate) mod health;
pub(crate) mod install;
pub(crate) mod links;
pub(crate) mod looks;
pub(crate) mod mail;
pub(crate) mod marking;
pub(crate) mod materials;
pub(crate) mod notices;
pub(crate) mod offline;
pub(crate) mod people;
pub(crate) mod policies;
pub(crate) mod providers;
pub(crate) mod public;
pub(crate) mod registers;
pub(crate) mod restrictions;
pub(crate) mod retention;
pub(crate) mod rights;
pub(crate) mod rosters;
pub(crate) mod safety;
pub(crate) mod schools;
pub(crate) mod submissions;
