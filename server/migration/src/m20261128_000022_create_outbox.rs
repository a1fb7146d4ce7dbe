//! What was done without a network and delivered later, once for each key, with what
//! could not be done kept for its owner.

use sea_orm_migration::prelude::*;

use crate::columns::{index, table};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("outbox_item")
            .of_school()
            .to("person_id", "person")
            .maybe_to("assignment_id", "assignment")
            .id_of_any("session_id")
            .word("operation", &["draft", "hand_in"])
            .word(
                "outcome",
                &[
                    "done",
                    "other_words",
                    "closed",
                    "marked",
                    "gone",
                    "left",
                    "refused",
                ],
            )
            .text("body_hash")
            .text("text")
            .text("receipt")
            .count("draft_version")
            .time("made_at")
            .time("received_at")
            .maybe_time("seen_at")
            .create(manager)
            .await?;
        index(manager, "outbox_item", &["person_id", "seen_at"]).await?;
        index(manager, "outbox_item", &["assignment_id"]).await
    }
}
