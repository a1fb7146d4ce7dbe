//! What a roster brings keeps the declared source from which it came, because two systems may
//! give the same id to different people. None stands for the school's own roster, as before
//! it was kept. And a source may be declared as the one that replaces the school's roster.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::ConnectionTrait;

use crate::columns::{unique, unique_where_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What carries ids of another system, and its word in the record of the imports.
const TABLES: [(&str, &str); 3] = [
    ("person", "people"),
    ("classroom", "classrooms"),
    ("enrolment", "enrolments"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// An id is unique all the time: by itself before, with its source after.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let replaces = ColumnDef::new("replaces_roster")
            .boolean()
            .not_null()
            .default(false)
            .to_owned();
        let alter = Table::alter()
            .table("data_source")
            .add_column(replaces)
            .to_owned();
        manager.alter_table(alter).await?;
        for (table, kind) in TABLES {
            let source = ColumnDef::new("source_id").uuid().to_owned();
            let alter = Table::alter().table(table).add_column(source).to_owned();
            manager.alter_table(alter).await?;
            fill(manager, table, kind).await?;
            let by_itself = Index::drop()
                .name(format!("ix_{table}_school_id_sourced_id"))
                .table(table)
                .to_owned();
            manager.drop_index(by_itself).await?;
            unique_where_null(manager, table, &["school_id", "sourced_id"], "source_id").await?;
            unique(manager, table, &["source_id", "sourced_id"]).await?;
        }
        Ok(())
    }
}

/// What a declared source made, and the school's own roster never touched, is that source's.
/// Everything else stays the school's own.
async fn fill(
    manager: &SchemaManager<'_>,
    table: &'static str,
    kind: &'static str,
) -> Result<(), DbErr> {
    let touched = format!(
        "FROM roster_change c JOIN roster_import i ON i.id = c.import_id \
         WHERE c.subject_id = {table}.id AND c.kind = '{kind}' AND i.stage = 'applied'"
    );
    manager
        .get_connection()
        .execute_unprepared(&format!(
            "UPDATE {table} SET source_id = (SELECT i.source_id {touched} \
             AND c.\"before\" IS NULL AND c.\"after\" IS NOT NULL LIMIT 1) \
             WHERE sourced_id IS NOT NULL \
             AND NOT EXISTS (SELECT 1 {touched} AND i.source_id IS NULL)"
        ))
        .await?;
    Ok(())
}
