//! What browsers chose on the public pages, the sites that a school opens to its
//! students, and where the data about a person comes from.

use sea_orm_migration::prelude::*;

use crate::columns::{only_added, table, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("browser_choice")
            .size("seq")
            .text("browser")
            .word("purpose", &["analytics", "ads"])
            .word("kind", &["requested", "given", "refused", "withdrawn"])
            .text("register")
            .text("channel")
            .maybe_time("valid_until")
            .text("prev_hash")
            .text("entry_hash")
            .time("at")
            .create(manager)
            .await?;
        unique(manager, "browser_choice", &["seq"]).await?;
        only_added(manager, "browser_choice", None).await?;
        table("allowed_host")
            .of_school()
            .text("host")
            .maybe_to("added_by", "person")
            .time("added_at")
            .create(manager)
            .await?;
        unique(manager, "allowed_host", &["school_id", "host"]).await?;
        source_of_people(manager).await
    }
}

/// Whoever has a number in another system came from there.
async fn source_of_people(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let source = ColumnDef::new("source")
        .text()
        .not_null()
        .default("typed")
        .check(Expr::col("source").is_in(["typed", "school_import"]))
        .to_owned();
    manager
        .alter_table(Table::alter().table("person").add_column(source).to_owned())
        .await?;
    manager
        .get_connection()
        .execute_unprepared(
            "UPDATE person SET source = 'school_import' WHERE sourced_id IS NOT NULL",
        )
        .await?;
    Ok(())
}
