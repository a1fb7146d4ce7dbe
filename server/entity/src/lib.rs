//! The tables, one file each: columns typed with the words of `vocab`, no rules.
//!
//! What the columns mean for a person's privacy stands in `datamap`; what may be
//! done with the rows stands in `domain`. Column order follows the migrations.

pub mod access_event;
pub mod account;
pub mod activity_review;
pub mod allowed_host;
pub mod assignment;
pub mod assignment_file;
pub mod attempt;
pub mod attempt_file;
pub mod breach;
pub mod browser_choice;
pub mod business_transfer;
pub mod classroom;
pub mod consent_event;
pub mod consent_request;
pub mod contact_message;
pub mod declaration;
pub mod disclosure;
pub mod enrolment;
pub mod erasure_certificate;
pub mod erasure_job;
pub mod erasure_step;
pub mod event;
pub mod guardianship;
pub mod invitation;
pub mod key_destroyed;
pub mod ledger_checkpoint;
pub mod legal_hold;
pub mod mail_choice;
pub mod mark;
pub mod notice_event;
pub mod notice_standing;
pub mod outbox_mail;
pub mod person;
pub mod person_role;
pub mod policy_version;
pub mod privacy_setting;
pub mod provider;
pub mod provider_objection;
pub mod retention_choice;
pub mod retention_run;
pub mod rights_event;
pub mod rights_request;
pub mod roster_change;
pub mod roster_import;
pub mod school;
pub mod session;
pub mod sign_in_guard;
pub mod submission;
pub mod submission_file;
pub mod support_grant;
pub mod transfer;
pub mod uk_only_rule;
