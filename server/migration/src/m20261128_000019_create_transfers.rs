//! The platform changes hands: announced to everybody, 30 days before it happens. It
//! belongs to no school, because it is the operator's and the same for all of them.

use sea_orm_migration::prelude::*;

use crate::columns::table;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("business_transfer")
            .text("company")
            .text("reachable_at")
            .text("policy")
            .text("words")
            .text("words_for_children")
            .time("drafted_at")
            .maybe_time("announced_at")
            .maybe_time("completed_at")
            .maybe_time("cancelled_at")
            .create(manager)
            .await
    }
}
