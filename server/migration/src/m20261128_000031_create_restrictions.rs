//! Restrictions: somebody's data is kept, and nothing else is done with it. Objections
//! learn two more uses, and that people disagree about one.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::TransactionTrait;

use crate::columns::{table, unique_where_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One transaction, and so one connection: another one may still remember the
        // index that went with the old table.
        let transaction = manager.get_connection().begin().await?;
        objections(&SchemaManager::new(&transaction)).await?;
        transaction.commit().await?;
        table("restriction")
            .of_school()
            .to("person_id", "person")
            .word(
                "ground",
                &[
                    "asked",
                    "accuracy_contested",
                    "unlawful",
                    "legal_claim",
                    "objection_pending",
                ],
            )
            .maybe_to("begun_by", "person")
            .time("begun_at")
            .maybe_id("request_id")
            .maybe_text("lift_reason")
            .maybe_time("told_at")
            .maybe_time("lifts_at")
            .maybe_time("ended_at")
            .create(manager)
            .await?;
        unique_where_null(manager, "restriction", &["person_id"], "ended_at").await
    }
}

/// A list of allowed words cannot be changed in place on both databases, so the table is
/// made anew; no other points to it.
async fn objections(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    connection
        .execute_unprepared("ALTER TABLE objection RENAME TO objection_before")
        .await?;
    connection
        .execute_unprepared("DROP INDEX ix_objection_person_id_purpose")
        .await?;
    table("objection")
        .of_school()
        .to("person_id", "person")
        .word(
            "purpose",
            &["teaching", "counting", "news", "record", "signing_in"],
        )
        .word("state", &["objected", "resumed", "taken_back"])
        .id_of_any("request_id")
        .time("objected_at")
        .maybe_time("ended_at")
        .maybe_time("disagreed_at")
        .maybe_to("disagreed_by", "person")
        .create(manager)
        .await?;
    connection
        .execute_unprepared(
            "INSERT INTO objection \
             (id, school_id, person_id, purpose, state, request_id, objected_at, ended_at) \
             SELECT id, school_id, person_id, purpose, state, request_id, objected_at, ended_at \
             FROM objection_before",
        )
        .await?;
    connection
        .execute_unprepared("DROP TABLE objection_before")
        .await?;
    unique_where_null(manager, "objection", &["person_id", "purpose"], "ended_at").await
}
