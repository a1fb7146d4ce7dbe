//! Who looked at somebody's data: `/my-data/who-looked` for the person and their
//! guardian, `/school/privacy/who-looked` for the lead, and the school's choices.

pub mod own;
pub mod school;
