//! A draft keeps by which sign-in its words were saved last: where an answer was lost, the
//! same sign-in may go on from words that are one save older, and no other.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let by = ColumnDef::new("draft_saved_by").uuid().to_owned();
        let alter = Table::alter().table("submission").add_column(by).to_owned();
        manager.alter_table(alter).await
    }
}
