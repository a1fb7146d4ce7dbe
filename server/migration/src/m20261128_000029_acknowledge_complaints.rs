//! When a complaint was acknowledged, which the law wants within 30 days.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("rights_request")
                    .add_column(ColumnDef::new("acknowledged_at").timestamp_with_time_zone())
                    .to_owned(),
            )
            .await
    }
}
