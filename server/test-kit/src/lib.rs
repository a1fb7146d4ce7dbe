//! What tests stand on: a database of their own, a small cast of named people in
//! two schools, a clock that stands still, and builders for set work and answers.
//!
//! Rows are put in by entity and not through the rules, so that a test of a rule
//! does not rest on another rule. Dev-dependency only; it never ships.
#![warn(missing_docs)]

mod cast;
mod crowd;
mod database;
mod other_school;
mod roll;
mod roster;
mod schema;
mod school;
mod snapshot;
mod tablet;
mod wire;
mod work;

pub use cast::PASSWORD;
pub use database::{TestDatabase, empty, fresh};
pub use other_school::{CANARY, South};
pub use roster::{Roster, User, user, zip_folder};
pub use schema::Reference;
pub use school::School;
pub use snapshot::compare_with_snapshot;
pub use tablet::{SealedItem, Tablet};
pub use wire::Wire;
pub use work::NewWork;
