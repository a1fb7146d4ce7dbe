//! Whose data is kept and not used, and who objected to what.

use sea_orm_migration::prelude::*;

use crate::columns::{index, table, unique_where_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("restriction")
            .of_school()
            .to("person_id", "person")
            .maybe_id("request_id")
            .word(
                "ground",
                &["contested", "unlawful", "legal_claim", "objection"],
            )
            .maybe_to("began_by", "person")
            .time("began_at")
            .maybe_to("lifted_by", "person")
            .maybe_time("lifted_at")
            .maybe_text("lift_reason")
            .create(manager)
            .await?;
        unique_where_null(manager, "restriction", &["person_id"], "lifted_at").await?;
        index(manager, "restriction", &["school_id"]).await?;
        table("objection")
            .of_school()
            .to("person_id", "person")
            .maybe_id("request_id")
            .word(
                "purpose",
                &["other_than_teaching", "statistics", "marketing"],
            )
            .word("state", &["stopped", "resumed", "upheld"])
            .time("stopped_at")
            .maybe_text("reasons")
            .maybe_to("decided_by", "person")
            .maybe_time("decided_at")
            .create(manager)
            .await?;
        index(manager, "objection", &["school_id", "person_id"]).await
    }
}
