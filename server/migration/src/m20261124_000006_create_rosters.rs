//! Roster imports and every row that they touched.

use sea_orm_migration::prelude::*;

use crate::columns::{index, table};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("roster_import")
            .of_school()
            .text("file_name")
            .text("file_sha256")
            .maybe_text("object_key")
            .word("stage", &["checked", "refused", "applied", "undone"])
            .json("report")
            .maybe_to("made_by", "person")
            .time("checked_at")
            .maybe_time("applied_at")
            .maybe_time("undone_at")
            .create(manager)
            .await?;
        index(manager, "roster_import", &["school_id", "checked_at"]).await?;

        table("roster_change")
            .of_school()
            .to("import_id", "roster_import")
            .word(
                "kind",
                &["people", "classrooms", "enrolments", "guardianships"],
            )
            .id_of_any("subject_id")
            .maybe_json("before")
            .maybe_json("after")
            .create(manager)
            .await?;
        index(manager, "roster_change", &["import_id"]).await?;
        index(manager, "roster_change", &["subject_id"]).await?;
        Ok(())
    }
}
