//! Files that came with what could not be done, and when a hand-in was written by the
//! tablet's own clock.

use sea_orm_migration::prelude::*;

use crate::columns::{index, table};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("outbox_file")
            .of_school()
            .to("item_id", "outbox_item")
            .text("name")
            .size("size_bytes")
            .text("media_type")
            .text("object_key")
            .text("sha256")
            .create(manager)
            .await?;
        index(manager, "outbox_file", &["item_id"]).await?;
        let written = ColumnDef::new("written_at")
            .timestamp_with_time_zone()
            .to_owned();
        manager
            .alter_table(
                Table::alter()
                    .table("attempt")
                    .add_column(written)
                    .to_owned(),
            )
            .await
    }
}
