//! A place in a classroom keeps since when it stood empty before somebody came back to it: what
//! went out and was over meanwhile is not theirs.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["away_since", "back_at"] {
            let alter = Table::alter()
                .table("enrolment")
                .add_column(ColumnDef::new(column).timestamp_with_time_zone())
                .take();
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}
