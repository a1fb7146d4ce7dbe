//! The rules on a real database, one folder or file per feature. `test-kit` makes
//! the database and the cast; SQLite by default, PostgreSQL when it says so.

mod access;
mod accounts;
mod arrangements;
mod assignments;
mod badges;
mod canary;
mod classrooms;
mod consent;
mod demo;
mod erasure;
mod export;
mod home;
mod keys;
mod looks;
mod mail;
mod marking;
mod objections;
mod offline;
mod people;
mod policies;
mod providers;
mod reading;
mod registers;
mod restrictions;
mod retention;
mod rights;
mod rosters;
mod safety;
mod schools;
mod sharing;
mod sources;
mod statistics;
mod submissions;
mod sweep;
mod usage;
