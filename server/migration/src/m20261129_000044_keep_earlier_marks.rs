//! What was returned for an older try stays with it when a newer one is marked.

use sea_orm_migration::prelude::*;

use crate::columns::{index, table, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("earlier_mark")
            .of_school()
            .to("mark_id", "mark")
            .to("attempt_id", "attempt")
            .maybe_points("points")
            .text("comment")
            .to("marked_by", "person")
            .time("returned_at")
            .create(manager)
            .await?;
        unique(manager, "earlier_mark", &["attempt_id"]).await?;
        index(manager, "earlier_mark", &["mark_id"]).await
    }
}
