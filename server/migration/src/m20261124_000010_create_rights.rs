//! Requests of people about their own data, and every step that was taken.

use sea_orm_migration::prelude::*;

use crate::columns::{index, only_added, table, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("rights_request")
            .of_school()
            .text("reference")
            .word(
                "kind",
                &[
                    "access",
                    "portability",
                    "rectification",
                    "restriction",
                    "objection",
                    "erasure",
                    "withdrawal",
                    "opt_out",
                    "education_record",
                    "complaint",
                    "question",
                ],
            )
            .maybe_to("subject_id", "person")
            .maybe_to("requester_id", "person")
            .maybe_text("contact")
            .text("details")
            .word("state", STATES)
            .word("channel", &["account", "contact", "office"])
            .time("received_at")
            .maybe_time("clock_from")
            .maybe_time("paused_at")
            .count("paused_days")
            .maybe_time("extended_at")
            .maybe_time("first_answer_at")
            .maybe_text("decision")
            .maybe_time("closed_at")
            .create(manager)
            .await?;
        unique(manager, "rights_request", &["school_id", "reference"]).await?;
        index(manager, "rights_request", &["subject_id"]).await?;
        index(manager, "rights_request", &["requester_id"]).await?;
        table("rights_event")
            .of_school()
            .to("request_id", "rights_request")
            .maybe_text("from_state")
            .word("to_state", STATES)
            .maybe_to("actor_id", "person")
            .text("note")
            .time("at")
            .create(manager)
            .await?;
        index(manager, "rights_event", &["request_id"]).await?;
        only_added(manager, "rights_event", Some("note")).await
    }
}

const STATES: &[&str] = &[
    "identity_needed",
    "open",
    "clarification",
    "approved",
    "closed",
    "refused",
    "taken_back",
];
