//! The record of consents, what schools ask for, and signed statements about the
//! record. Entries and statements are only ever added: the database refuses the rest.

use sea_orm_migration::prelude::*;

use crate::columns::{index, only_added, table, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("consent_request")
            .of_school()
            .to("classroom_id", "classroom")
            .text("title")
            .text("details")
            .maybe_time("answer_until")
            .to("created_by", "person")
            .time("created_at")
            .maybe_time("closed_at")
            .create(manager)
            .await?;
        index(manager, "consent_request", &["classroom_id"]).await?;
        table("consent_event")
            .of_school()
            .size("seq")
            .to("subject_id", "person")
            .word(
                "purpose",
                &[
                    "photos_in_school",
                    "photos_in_public",
                    "keep_my_work",
                    "news_own",
                    "news_partners",
                    "school_request",
                ],
            )
            .maybe_to("request_id", "consent_request")
            .word("kind", &["requested", "given", "refused", "withdrawn"])
            .word("given_by", &["self", "guardian", "paper", "school"])
            .maybe_to("actor_id", "person")
            .word(
                "age_band",
                &["under_13", "13_to_15", "16_or_older", "adult"],
            )
            .text("text_version")
            .maybe_time("valid_until")
            .text("payload")
            .text("payload_commitment")
            .text("prev_hash")
            .text("entry_hash")
            .time("at")
            .create(manager)
            .await?;
        unique(manager, "consent_event", &["school_id", "seq"]).await?;
        index(manager, "consent_event", &["subject_id"]).await?;
        index(manager, "consent_event", &["request_id"]).await?;
        table("ledger_checkpoint")
            .of_school()
            .size("up_to_seq")
            .text("root_hash")
            .text("signature")
            .text("public_key")
            .time("signed_at")
            .create(manager)
            .await?;
        index(manager, "ledger_checkpoint", &["school_id"]).await?;
        // A payload goes when the person's data is erased; nothing else of an entry ever does.
        only_added(manager, "consent_event", Some("payload")).await?;
        only_added(manager, "ledger_checkpoint", None).await
    }
}
