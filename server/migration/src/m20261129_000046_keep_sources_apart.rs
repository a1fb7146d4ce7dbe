//! What a roster brings keeps the declared source from which it came, because two systems may
//! give the same id to different people. None stands for the school's own roster, as before
//! it was kept. And a source may be declared as the one that replaces the school's roster.
//!
//! A school that changed its system before could only declare the new one beside the old. Where
//! nothing came from the school's own system any more once the new one's packages came, the new
//! one is its roster, and what it touched last is the new one's.

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
        find_successors(manager).await?;
        for (table, kind) in TABLES {
            let source = ColumnDef::new("source_id").uuid().to_owned();
            let alter = Table::alter().table(table).add_column(source).to_owned();
            manager.alter_table(alter).await?;
            fill(manager, table, kind).await?;
            give_to_successors(manager, table, kind).await?;
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

/// The declared sources that stand, and whose every import came after the last of the school's
/// own system, are their schools' rosters. Where several are, nobody can tell which it is: the
/// school declares it.
async fn find_successors(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let of_own = "FROM roster_import o WHERE o.school_id = data_source.school_id \
                  AND o.stage = 'applied' AND o.source_id IS NULL";
    let of_source = "FROM roster_import i WHERE i.source_id = data_source.id \
                     AND i.stage = 'applied'";
    db.execute_unprepared(&format!(
        "UPDATE data_source SET replaces_roster = TRUE \
         WHERE NOT is_own AND approved_at IS NOT NULL AND ended_at IS NULL \
         AND EXISTS (SELECT 1 {of_own}) AND EXISTS (SELECT 1 {of_source}) \
         AND (SELECT MIN(i.applied_at) {of_source}) > (SELECT MAX(o.applied_at) {of_own})"
    ))
    .await?;
    db.execute_unprepared(
        "UPDATE data_source SET replaces_roster = FALSE \
         WHERE replaces_roster AND school_id IN (SELECT d.school_id FROM data_source d \
         WHERE d.replaces_roster GROUP BY d.school_id HAVING COUNT(*) > 1)",
    )
    .await?;
    Ok(())
}

/// The imports that stand and touched a row, with what they made of it.
fn touched(table: &str, kind: &str) -> String {
    format!(
        "FROM roster_change c JOIN roster_import i ON i.id = c.import_id \
         WHERE c.subject_id = {table}.id AND c.kind = '{kind}' AND i.stage = 'applied'"
    )
}

/// What a declared source made or took on, and the school's own roster never touched, is that
/// source's: the newest's, where several did. Everything else stays the school's own.
async fn fill(
    manager: &SchemaManager<'_>,
    table: &'static str,
    kind: &'static str,
) -> Result<(), DbErr> {
    let touched = touched(table, kind);
    manager
        .get_connection()
        .execute_unprepared(&format!(
            "UPDATE {table} SET source_id = (SELECT i.source_id {touched} \
             AND c.\"before\" ->> 'sourced_id' IS NULL AND c.\"after\" IS NOT NULL \
             ORDER BY i.applied_at DESC, i.id DESC LIMIT 1) \
             WHERE sourced_id IS NOT NULL \
             AND NOT EXISTS (SELECT 1 {touched} AND i.source_id IS NULL)"
        ))
        .await?;
    Ok(())
}

/// What the source touched last that is the school's roster now is that source's, whoever made
/// it: its ids are the ones that its packages speak of.
async fn give_to_successors(
    manager: &SchemaManager<'_>,
    table: &'static str,
    kind: &'static str,
) -> Result<(), DbErr> {
    let touched = touched(table, kind);
    let last =
        format!("(SELECT i.source_id {touched} ORDER BY i.applied_at DESC, i.id DESC LIMIT 1)");
    manager
        .get_connection()
        .execute_unprepared(&format!(
            "UPDATE {table} SET source_id = {last} WHERE sourced_id IS NOT NULL \
             AND {last} IN (SELECT d.id FROM data_source d WHERE d.replaces_roster)"
        ))
        .await?;
    Ok(())
}
