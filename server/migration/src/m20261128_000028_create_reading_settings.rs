//! How somebody reads best, kept for them wherever they sign in; and the one hue of a
//! school.

use sea_orm_migration::prelude::*;

use crate::columns::{table, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("reading_setting")
            .of_school()
            .to("person_id", "person")
            .reading()
            .time("changed_at")
            .create(manager)
            .await?;
        unique(manager, "reading_setting", &["person_id"]).await?;
        manager
            .alter_table(
                Table::alter()
                    .table("school")
                    .add_column(
                        ColumnDef::new("hue")
                            .integer()
                            .check(Expr::col("hue").between(0, 359)),
                    )
                    .to_owned(),
            )
            .await
    }
}
