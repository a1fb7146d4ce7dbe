//! The data protection lead's registers: breaches, disclosures, reviews of activities,
//! and for how long the operator may look inside.

use sea_orm_migration::prelude::*;

use crate::columns::{index, only_added, table, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("breach")
            .of_school()
            .text("reference")
            .word("kind", &["confidentiality", "integrity", "availability"])
            .text("what")
            .text("categories")
            .count("people")
            .maybe_time("operator_aware_at")
            .time("aware_at")
            .maybe_to("reported_by", "person")
            .maybe_text("risk")
            .text("reason")
            .maybe_time("assessed_at")
            .maybe_time("commissioner_told_at")
            .text("commissioner_reference")
            .maybe_time("people_told_at")
            .text("measures")
            .maybe_time("closed_at")
            .create(manager)
            .await?;
        unique(manager, "breach", &["school_id", "reference"]).await?;
        table("disclosure")
            .of_school()
            .text("reference")
            .word(
                "kind",
                &[
                    "legal",
                    "terms",
                    "safety",
                    "fraud",
                    "school_instruction",
                    "consent",
                ],
            )
            .word(
                "state",
                &["asked", "approved_once", "approved", "given", "refused"],
            )
            .text("requester")
            .text("authority")
            .text("basis")
            .text("categories")
            .maybe_to("subject_id", "person")
            .to("asked_by", "person")
            .time("asked_at")
            .maybe_to("first_by", "person")
            .maybe_time("first_at")
            .maybe_to("second_by", "person")
            .maybe_time("second_at")
            .maybe_time("told_at")
            .maybe_text("not_told_because")
            .maybe_text("refused_because")
            .maybe_time("given_at")
            .maybe_text("payload_sha256")
            .create(manager)
            .await?;
        unique(manager, "disclosure", &["school_id", "reference"]).await?;
        index(manager, "disclosure", &["subject_id"]).await?;
        table("activity_review")
            .of_school()
            .text("activity")
            .to("reviewed_by", "person")
            .time("reviewed_at")
            .time("due_at")
            .text("note")
            .create(manager)
            .await?;
        index(manager, "activity_review", &["school_id", "activity"]).await?;
        only_added(manager, "activity_review", Some("note")).await?;
        table("support_grant")
            .of_school()
            .text("reason")
            .to("granted_by", "person")
            .time("granted_at")
            .time("until_at")
            .maybe_to("ended_by", "person")
            .maybe_time("ended_at")
            .create(manager)
            .await?;
        index(manager, "support_grant", &["school_id", "until_at"]).await
    }
}
