//! What a student says of a request that a guardian made for their data.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            ColumnDef::new("student_view").text().take(),
            ColumnDef::new("student_view_at")
                .timestamp_with_time_zone()
                .take(),
        ] {
            manager
                .alter_table(
                    Table::alter()
                        .table("rights_request")
                        .add_column(column)
                        .to_owned(),
                )
                .await?;
        }
        Ok(())
    }
}
