//! The record of every change: who, when, what before, what after.

use sea_orm_migration::prelude::*;

use crate::columns::{index, table};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("event")
            .of_school()
            .maybe_to("actor_id", "person")
            .text("kind")
            .id_of_any("subject_id")
            .time("at")
            .maybe_json("before")
            .maybe_json("after")
            .create(manager)
            .await?;
        index(manager, "event", &["subject_id", "at"]).await?;
        index(manager, "event", &["school_id", "at"]).await?;
        Ok(())
    }
}
