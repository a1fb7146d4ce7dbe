//! A no can be taken back without saying yes: the record of consents learns the word for it.
//! Its entries stay as they are, and so do their hashes.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::columns::{index, may_be_let_go, may_be_sealed, only_added, table, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const KINDS: &[&str] = &["requested", "given", "refused", "withdrawn", "lifted"];

const COLUMNS: &str = "id, school_id, seq, subject_id, purpose, request_id, kind, given_by, actor_id, age_band, text_version, valid_until, payload, payload_commitment, prev_hash, entry_hash, at";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// A table is built anew: all of it or nothing.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        if db.get_database_backend() == DbBackend::Postgres {
            let kinds = KINDS.join("', '");
            db.execute_unprepared(&format!(
                "ALTER TABLE consent_event DROP CONSTRAINT consent_event_kind_check, \
                 ADD CONSTRAINT consent_event_kind_check CHECK (kind IN ('{kinds}'))"
            ))
            .await?;
            return Ok(());
        }
        make_anew(manager).await
    }
}

/// SQLite changes no check: the same table is made again, the rows move over, and its guards
/// stand before it as they did. Dropping a table fires none of them.
async fn make_anew(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    table("consent_event_new")
        .of_school()
        .size("seq")
        .to("subject_id", "person")
        .word(
            "purpose",
            &[
                "photos_in_school",
                "photos_in_public",
                "keep_my_work",
                "news_own",
                "news_partners",
                "school_request",
            ],
        )
        .maybe_to("request_id", "consent_request")
        .word("kind", KINDS)
        .word("given_by", &["self", "guardian", "paper", "school"])
        .maybe_to("actor_id", "person")
        .word(
            "age_band",
            &["under_13", "13_to_15", "16_or_older", "adult"],
        )
        .text("text_version")
        .maybe_time("valid_until")
        .text("payload")
        .text("payload_commitment")
        .text("prev_hash")
        .text("entry_hash")
        .time("at")
        .create(manager)
        .await?;
    for statement in [
        &format!("INSERT INTO consent_event_new ({COLUMNS}) SELECT {COLUMNS} FROM consent_event"),
        "DROP TABLE consent_event",
        "ALTER TABLE consent_event_new RENAME TO consent_event",
    ] {
        manager
            .get_connection()
            .execute_unprepared(statement)
            .await?;
    }
    unique(manager, "consent_event", &["school_id", "seq"]).await?;
    for columns in [
        &["subject_id"][..],
        &["request_id"],
        &["school_id", "subject_id", "seq"],
        &["school_id", "actor_id"],
    ] {
        index(manager, "consent_event", columns).await?;
    }
    only_added(manager, "consent_event", Some("payload")).await?;
    may_be_sealed(manager, "consent_event", "payload", None).await?;
    may_be_let_go(manager, "consent_event", None).await
}
