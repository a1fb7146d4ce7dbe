//! An import keeps which organisations of its source are the school. A package of changes
//! holds those of a whole trust and seldom says which are whose.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let ids = ColumnDef::new("org_ids").json_binary().to_owned();
        let alter = Table::alter()
            .table("roster_import")
            .add_column(ids)
            .to_owned();
        manager.alter_table(alter).await
    }
}
