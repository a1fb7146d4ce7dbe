//! A release says by the name of which key the marks of its people were made: marks of two
//! keys have nothing in common, whoever they are about.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mark_key = ColumnDef::new("mark_key").text().to_owned();
        manager
            .alter_table(
                Table::alter()
                    .table("stat_release")
                    .add_column(mark_key)
                    .to_owned(),
            )
            .await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            // Its trigger refuses every change, whatever the column.
            return Ok(());
        }
        // SQLite's names the columns that it keeps.
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE TRIGGER keep_stat_release_mark_key BEFORE UPDATE ON stat_release \
                 WHEN OLD.mark_key IS NOT NEW.mark_key \
                 BEGIN SELECT RAISE(ABORT, 'rows of stat_release are only ever added'); END",
            )
            .await?;
        Ok(())
    }
}
