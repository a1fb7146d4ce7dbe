//! The rules on a real database, one folder or file per feature. `test-kit` makes
//! the database and the cast; SQLite by default, PostgreSQL when it says so.

mod access;
mod accounts;
mod assignments;
mod classrooms;
mod consent;
mod demo;
mod export;
mod home;
mod keys;
mod marking;
mod people;
mod rights;
mod rosters;
mod schools;
mod submissions;
mod sweep;
