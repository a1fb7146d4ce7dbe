//! The files that teachers attach to set work.

use sea_orm_migration::prelude::*;

use crate::columns::{index, table};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("assignment_file")
            .of_school()
            .to("assignment_id", "assignment")
            .text("name")
            .size("size_bytes")
            .text("media_type")
            .text("object_key")
            .text("sha256")
            .to("added_by", "person")
            .time("added_at")
            .maybe_time("removed_at")
            .create(manager)
            .await?;
        index(manager, "assignment_file", &["assignment_id"]).await
    }
}
