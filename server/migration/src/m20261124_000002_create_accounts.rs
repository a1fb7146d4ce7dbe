//! Accounts, the invitations to make one, sessions, and the guard against guessing.

use sea_orm_migration::prelude::*;

use crate::columns::{bare_table, index, table, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("account")
            .of_school()
            .to("person_id", "person")
            .text("username")
            .maybe_text("password_hash")
            .maybe_time("password_set_at")
            .maybe_time("disabled_at")
            .time("created_at")
            .create(manager)
            .await?;
        unique(manager, "account", &["person_id"]).await?;
        unique(manager, "account", &["school_id", "username"]).await?;

        table("invitation")
            .of_school()
            .to("person_id", "person")
            .text("token_hash")
            .maybe_to("created_by", "person")
            .time("created_at")
            .time("expires_at")
            .maybe_time("used_at")
            .create(manager)
            .await?;
        unique(manager, "invitation", &["token_hash"]).await?;
        index(manager, "invitation", &["person_id"]).await?;

        table("session")
            .of_school()
            .to("account_id", "account")
            .text("token_hash")
            .text("device")
            .time("created_at")
            .time("last_used_at")
            .time("expires_at")
            .maybe_time("ended_at")
            .create(manager)
            .await?;
        unique(manager, "session", &["token_hash"]).await?;
        index(manager, "session", &["account_id"]).await?;

        bare_table("sign_in_guard")
            .text("key_hash")
            .count("failures")
            .time("last_failed_at")
            .key(&["key_hash"])
            .create(manager)
            .await?;
        Ok(())
    }
}
