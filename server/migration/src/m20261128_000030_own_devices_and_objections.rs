//! A sign-in may be on a device that is somebody's own. What was done without a network may
//! be refused because somebody objects to it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{DbBackend, TransactionTrait};

use crate::columns::{index, table};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const OUTCOMES: [&str; 8] = [
    "done",
    "other_words",
    "closed",
    "marked",
    "gone",
    "left",
    "refused",
    "objected",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_own = ColumnDef::new("is_own")
            .boolean()
            .not_null()
            .default(false)
            .to_owned();
        manager
            .alter_table(
                Table::alter()
                    .table("session")
                    .add_column(is_own)
                    .to_owned(),
            )
            .await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            return allow_in_place(manager).await;
        }
        // One transaction, and so one connection: another one may still remember the
        // indexes that went with the old tables.
        let transaction = manager.get_connection().begin().await?;
        make_anew(&SchemaManager::new(&transaction)).await?;
        transaction.commit().await
    }
}

async fn allow_in_place(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let words = OUTCOMES.map(|word| format!("'{word}'")).join(", ");
    manager
        .get_connection()
        .execute_unprepared(&format!(
            "ALTER TABLE outbox_item DROP CONSTRAINT outbox_item_outcome_check, \
             ADD CONSTRAINT outbox_item_outcome_check CHECK (outcome IN ({words}))"
        ))
        .await?;
    Ok(())
}

/// SQLite cannot change a list of words, so the table is made anew, and with it the one
/// that points to it: a table whose rows are pointed to cannot be dropped.
async fn make_anew(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    table("outbox_item_new")
        .of_school()
        .to("person_id", "person")
        .maybe_to("assignment_id", "assignment")
        .id_of_any("session_id")
        .word("operation", &["draft", "hand_in"])
        .word("outcome", &OUTCOMES)
        .text("body_hash")
        .text("text")
        .text("receipt")
        .count("draft_version")
        .time("made_at")
        .time("received_at")
        .maybe_time("seen_at")
        .create(manager)
        .await?;
    table("outbox_file_new")
        .of_school()
        .to("item_id", "outbox_item_new")
        .text("name")
        .size("size_bytes")
        .text("media_type")
        .text("object_key")
        .text("sha256")
        .create(manager)
        .await?;
    for statement in [
        "INSERT INTO outbox_item_new SELECT * FROM outbox_item",
        "INSERT INTO outbox_file_new SELECT * FROM outbox_file",
        "DROP TABLE outbox_file",
        "DROP TABLE outbox_item",
        "ALTER TABLE outbox_item_new RENAME TO outbox_item",
        "ALTER TABLE outbox_file_new RENAME TO outbox_file",
    ] {
        manager
            .get_connection()
            .execute_unprepared(statement)
            .await?;
    }
    index(manager, "outbox_item", &["person_id", "seen_at"]).await?;
    index(manager, "outbox_item", &["assignment_id"]).await?;
    index(manager, "outbox_file", &["item_id"]).await
}
