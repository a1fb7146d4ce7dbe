//! What a school keeps for how long, what the sweeps did, the holds that stand in their
//! way, and erasures with their steps and certificates.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::columns::{bare_table, index, only_added, table, unique, unique_where_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("retention_choice")
            .of_school()
            .text("rule")
            .count("length")
            .word("unit", &["days", "months"])
            .text("reason")
            .maybe_to("chosen_by", "person")
            .time("at")
            .create(manager)
            .await?;
        index(manager, "retention_choice", &["school_id", "rule"]).await?;
        only_added(manager, "retention_choice", None).await?;
        table("retention_run")
            .of_school()
            .text("rule")
            .yes_or_no("is_dry")
            .count("due")
            .count("held")
            .count("deleted")
            .count("failed")
            .time("at")
            .create(manager)
            .await?;
        index(manager, "retention_run", &["school_id", "at"]).await?;
        table("legal_hold")
            .of_school()
            .text("matter")
            .text("authority")
            .maybe_to("person_id", "person")
            .maybe_to("opened_by", "person")
            .time("opened_at")
            .maybe_to("approved_by", "person")
            .maybe_time("approved_at")
            .time("review_at")
            .maybe_to("released_by", "person")
            .maybe_time("released_at")
            .maybe_text("release_reason")
            .create(manager)
            .await?;
        index(manager, "legal_hold", &["school_id", "person_id"]).await?;
        let_closed_requests_go(manager).await?;
        erasures(manager).await
    }
}

/// The steps of a request are only added to; they go with a request that is closed, once
/// its time is over.
async fn let_closed_requests_go(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let statements: &[&str] = if db.get_database_backend() == DbBackend::Postgres {
        &[
            "CREATE OR REPLACE FUNCTION keep_rights_event() RETURNS trigger AS $$ BEGIN \
           IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - 'note' = to_jsonb(OLD) - 'note' AND NEW.note = '') \
           THEN RETURN NEW; END IF; \
           IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM rights_request \
           WHERE id = OLD.request_id AND closed_at IS NOT NULL) THEN RETURN OLD; END IF; \
           RAISE EXCEPTION 'rows of rights_event are only ever added'; END $$ LANGUAGE plpgsql",
        ]
    } else {
        &[
            "DROP TRIGGER keep_rights_event_there",
            "CREATE TRIGGER keep_rights_event_while_open BEFORE DELETE ON rights_event \
             WHEN (SELECT closed_at FROM rights_request WHERE id = OLD.request_id) IS NULL \
             BEGIN SELECT RAISE(ABORT, 'rows of rights_event are only ever added'); END",
        ]
    };
    for statement in statements {
        db.execute_unprepared(statement).await?;
    }
    Ok(())
}

async fn erasures(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    table("erasure_job")
        .of_school()
        .to("person_id", "person")
        .maybe_id("request_id")
        .text("rule")
        .word(
            "state",
            &[
                "cooling_off",
                "approved",
                "locked",
                "erasing",
                "verifying",
                "held",
                "failed",
                "complete",
                "called_off",
            ],
        )
        .maybe_text("plan_hash")
        .text("traces")
        .maybe_time("cooling_off_until")
        .count("attempts")
        .maybe_text("last_error")
        .maybe_to("asked_by", "person")
        .time("created_at")
        .maybe_time("failed_at")
        .maybe_time("ended_at")
        .create(manager)
        .await?;
    unique_where_null(manager, "erasure_job", &["person_id"], "ended_at").await?;
    index(manager, "erasure_job", &["school_id", "state"]).await?;
    index(manager, "erasure_job", &["request_id"]).await?;
    bare_table("erasure_step")
        .to("job_id", "erasure_job")
        .count("n")
        .of_school()
        .text("target")
        .word(
            "action",
            &[
                "empty_copies",
                "take_out",
                "delete_files",
                "delete_rows",
                "clear",
                "destroy_key",
                "keep",
                "search",
            ],
        )
        .count("expected")
        .maybe_count("actual")
        .word("status", &["todo", "done", "exempt"])
        .text("note")
        .maybe_time("done_at")
        .key(&["job_id", "n"])
        .create(manager)
        .await?;
    table("erasure_certificate")
        .of_school()
        .to("job_id", "erasure_job")
        .text("number")
        .text("rule")
        .text("plan_hash")
        .text("lookup")
        .json("summary")
        .time("backups_gone_at")
        .time("issued_at")
        .create(manager)
        .await?;
    unique(manager, "erasure_certificate", &["school_id", "number"]).await?;
    unique(manager, "erasure_certificate", &["job_id"]).await?;
    index(manager, "erasure_certificate", &["school_id", "lookup"]).await?;
    only_added(manager, "erasure_certificate", None).await
}
