//! What kinds of data a file for a third party may hold: what is approved is what goes out.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let kinds = ColumnDef::new("kinds").text().take();
        let table = Table::alter().table("disclosure").add_column(kinds).take();
        manager.alter_table(table).await
    }
}
