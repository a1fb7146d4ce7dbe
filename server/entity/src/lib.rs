//! The tables, one file each: columns typed with the words of `vocab`, no rules.
//!
//! What the columns mean for a person's privacy stands in `datamap`; what may be
//! done with the rows stands in `domain`. Column order follows the migrations.

pub mod account;
pub mod assignment;
pub mod assignment_file;
pub mod attempt;
pub mod attempt_file;
pub mod classroom;
pub mod consent_event;
pub mod consent_request;
pub mod declaration;
pub mod enrolment;
pub mod event;
pub mod guardianship;
pub mod invitation;
pub mod key_destroyed;
pub mod ledger_checkpoint;
pub mod mark;
pub mod person;
pub mod person_role;
pub mod rights_event;
pub mod rights_request;
pub mod roster_change;
pub mod roster_import;
pub mod school;
pub mod session;
pub mod sign_in_guard;
pub mod submission;
pub mod submission_file;
