//! Access arrangements of students, and a kind of look for whoever reads them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::columns::{index, table, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// A table is built anew: all of it or nothing.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("access_arrangement")
            .of_school()
            .to("person_id", "person")
            .count("extra_time_percent")
            .yes_or_no("rest_breaks")
            .text("what_helps")
            .reading()
            .maybe_to("set_by", "person")
            .time("set_at")
            .create(manager)
            .await?;
        unique(manager, "access_arrangement", &["person_id"]).await?;
        looks_know_the_kind(manager).await
    }
}

const KINDS: &[&str] = &[
    "details",
    "work",
    "hand_ins",
    "consents",
    "requests",
    "everything",
    "needs",
];

const COLUMNS: &str = "id, school_id, actor_id, relation, subject_id, classroom_id, about_id, kind, via, period, first_at, last_at, times";

async fn looks_know_the_kind(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    if db.get_database_backend() == DbBackend::Postgres {
        let kinds = KINDS.join("', '");
        db.execute_unprepared("ALTER TABLE access_event DROP CONSTRAINT access_event_kind_check")
            .await?;
        db.execute_unprepared(&format!(
            "ALTER TABLE access_event ADD CONSTRAINT access_event_kind_check CHECK (kind IN ('{kinds}'))"
        ))
        .await?;
        return Ok(());
    }
    // SQLite changes no check: the same table is made again, and the rows move over.
    table("access_event_new")
        .of_school()
        .maybe_to("actor_id", "person")
        .word(
            "relation",
            &[
                "teacher",
                "guardian",
                "office",
                "protection_lead",
                "operator",
            ],
        )
        .maybe_to("subject_id", "person")
        .maybe_to("classroom_id", "classroom")
        .id_of_any("about_id")
        .word("kind", KINDS)
        .word("via", &["page", "list", "copy", "protection", "support"])
        .time("period")
        .time("first_at")
        .time("last_at")
        .count("times")
        .create(manager)
        .await?;
    for statement in [
        &format!("INSERT INTO access_event_new ({COLUMNS}) SELECT {COLUMNS} FROM access_event"),
        "DROP TABLE access_event",
        "ALTER TABLE access_event_new RENAME TO access_event",
    ] {
        db.execute_unprepared(statement).await?;
    }
    unique(
        manager,
        "access_event",
        &[
            "school_id",
            "actor_id",
            "about_id",
            "kind",
            "via",
            "relation",
            "period",
        ],
    )
    .await?;
    index(manager, "access_event", &["subject_id", "last_at"]).await?;
    index(manager, "access_event", &["classroom_id"]).await?;
    index(manager, "access_event", &["school_id", "last_at"]).await
}
