//! Whose key was destroyed. And what was only ever added may be sealed once: the
//! evidence of a consent, and the notes of a request.

use sea_orm_migration::prelude::*;

use crate::columns::{may_be_sealed, table, unique};

/// The steps of a request that is closed may go, as migration 000011 lets them.
const CLOSED: &str =
    "EXISTS (SELECT 1 FROM rights_request WHERE id = OLD.request_id AND closed_at IS NOT NULL)";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("key_destroyed")
            .of_school()
            .to("person_id", "person")
            .time("at")
            .text("reason")
            .create(manager)
            .await?;
        unique(manager, "key_destroyed", &["person_id"]).await?;
        may_be_sealed(manager, "consent_event", "payload", None).await?;
        may_be_sealed(manager, "rights_event", "note", Some(CLOSED)).await
    }
}
