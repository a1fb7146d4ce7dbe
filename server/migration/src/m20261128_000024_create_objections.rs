//! Objections of people to a use of their data. The request that each was filed as goes
//! three years after it was closed; the objection lasts, so it does not hang on it.

use sea_orm_migration::prelude::*;

use crate::columns::{table, unique_where_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("objection")
            .of_school()
            .to("person_id", "person")
            .word("purpose", &["teaching", "counting", "news"])
            .word("state", &["objected", "resumed", "taken_back"])
            .id_of_any("request_id")
            .time("objected_at")
            .maybe_time("ended_at")
            .create(manager)
            .await?;
        unique_where_null(manager, "objection", &["person_id", "purpose"], "ended_at").await
    }
}
