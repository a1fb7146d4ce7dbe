//! Finds the consents that somebody entered without reading the whole record of their
//! school: an erasure asks for them too.

use sea_orm_migration::prelude::*;

use crate::columns::index;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        index(manager, "consent_event", &["school_id", "actor_id"]).await
    }
}
