//! What the weekly look at the link to each provider's own policy found. Of no school,
//! like the providers.

use sea_orm_migration::prelude::*;

use crate::columns::{table, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("policy_link")
            .to("provider_id", "provider")
            .text("url")
            .word("answer", &["there", "gone", "no_answer"])
            .time("since_at")
            .time("looked_at")
            .create(manager)
            .await?;
        unique(manager, "policy_link", &["provider_id"]).await
    }
}
