//! A declaration that the operator's command line signed names nobody.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{DbBackend, TransactionTrait};

use crate::columns::{table, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            manager
                .get_connection()
                .execute_unprepared("ALTER TABLE declaration ALTER COLUMN signed_by DROP NOT NULL")
                .await?;
            return Ok(());
        }
        // One transaction: all of it or nothing, and on one connection, since another
        // one may still remember the index that went with the old table.
        let transaction = manager.get_connection().begin().await?;
        make_anew(&SchemaManager::new(&transaction)).await?;
        transaction.commit().await
    }
}

/// SQLite cannot change a column, so the table is made anew; no other points to it.
async fn make_anew(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    connection
        .execute_unprepared("ALTER TABLE declaration RENAME TO declaration_before")
        .await?;
    table("declaration")
        .of_school()
        .maybe_to("signed_by", "person")
        .text("text_version")
        .text("text_sha256")
        .time("signed_at")
        .create(manager)
        .await?;
    connection
        .execute_unprepared(
            "INSERT INTO declaration \
             (id, school_id, signed_by, text_version, text_sha256, signed_at) \
             SELECT id, school_id, signed_by, text_version, text_sha256, signed_at \
             FROM declaration_before",
        )
        .await?;
    connection
        .execute_unprepared("DROP TABLE declaration_before")
        .await?;
    unique(manager, "declaration", &["school_id", "text_version"]).await
}
