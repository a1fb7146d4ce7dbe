//! A student has one badge at a time, and the database itself keeps it so. Where two were
//! given at once, the older ends with the moment in which the newer was given, and whoever
//! is signed in with it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::ConnectionTrait;

use crate::columns::unique_where_null;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// All but the newest of those that have not ended.
const END_OLDER: &str = "UPDATE badge SET ended_at = (\
     SELECT MAX(newest.created_at) FROM badge AS newest \
     WHERE newest.person_id = badge.person_id AND newest.ended_at IS NULL) \
     WHERE badge.ended_at IS NULL AND EXISTS (\
     SELECT 1 FROM badge AS newer \
     WHERE newer.person_id = badge.person_id AND newer.ended_at IS NULL \
     AND (newer.created_at > badge.created_at \
     OR (newer.created_at = badge.created_at AND newer.id > badge.id)))";

const SIGN_OUT: &str = "UPDATE session SET ended_at = (\
     SELECT badge.ended_at FROM badge WHERE badge.id = session.badge_id) \
     WHERE session.ended_at IS NULL AND session.badge_id IN (\
     SELECT badge.id FROM badge WHERE badge.ended_at IS NOT NULL)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in [END_OLDER, SIGN_OUT] {
            manager
                .get_connection()
                .execute_unprepared(statement)
                .await?;
        }
        unique_where_null(manager, "badge", &["school_id", "person_id"], "ended_at").await
    }
}
