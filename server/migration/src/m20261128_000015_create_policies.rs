//! Versions of policy documents, and who has met which. Once a version is approved the
//! database itself refuses another text; the day it comes into force is set once.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::columns::{index, table, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("policy_version")
            .word(
                "document",
                &["privacy_notice", "childrens_notice", "terms", "cookies"],
            )
            .text("language")
            .text("semver")
            .yes_or_no("is_material")
            .text("change_log")
            .text("text")
            .text("text_sha256")
            .text("author")
            .time("proposed_at")
            .maybe_text("approver")
            .maybe_time("approved_at")
            .maybe_time("effective_from")
            .create(manager)
            .await?;
        unique(manager, "policy_version", &["document", "semver"]).await?;
        fixed_once_approved(manager).await?;
        table("notice_event")
            .of_school()
            .to("person_id", "person")
            .to("version_id", "policy_version")
            .word(
                "kind",
                &[
                    "shown",
                    "acknowledged",
                    "use_continued_after_notice",
                    "accepted",
                    "refused",
                ],
            )
            .text("channel")
            .text("language")
            .time("at")
            .create(manager)
            .await?;
        unique(
            manager,
            "notice_event",
            &["person_id", "version_id", "kind"],
        )
        .await?;
        index(manager, "notice_event", &["version_id"]).await?;
        table("notice_standing")
            .of_school()
            .to("person_id", "person")
            .maybe_to("shown_id", "policy_version")
            .maybe_to("read_id", "policy_version")
            .maybe_to("used_id", "policy_version")
            .maybe_to("terms_id", "policy_version")
            .create(manager)
            .await?;
        unique(manager, "notice_standing", &["person_id"]).await
    }
}

async fn fixed_once_approved(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    const REFUSAL: &str = "a policy version is fixed once it is approved";
    let db = manager.get_connection();
    let statements = if db.get_database_backend() == DbBackend::Postgres {
        [
            format!(
                "CREATE FUNCTION keep_policy_version() RETURNS trigger AS $$ BEGIN \
                 IF OLD.approved_at IS NULL THEN \
                 IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END IF; \
                 IF TG_OP = 'UPDATE' \
                 AND to_jsonb(NEW) - 'effective_from' = to_jsonb(OLD) - 'effective_from' \
                 AND (OLD.effective_from IS NULL OR OLD.effective_from = NEW.effective_from) \
                 THEN RETURN NEW; END IF; \
                 RAISE EXCEPTION '{REFUSAL}'; END $$ LANGUAGE plpgsql"
            ),
            "CREATE TRIGGER keep_policy_version BEFORE UPDATE OR DELETE ON policy_version \
             FOR EACH ROW EXECUTE FUNCTION keep_policy_version()"
                .to_owned(),
        ]
    } else {
        const FIXED: [&str; 12] = [
            "id",
            "document",
            "language",
            "semver",
            "is_material",
            "change_log",
            "text",
            "text_sha256",
            "author",
            "proposed_at",
            "approver",
            "approved_at",
        ];
        let changed = FIXED
            .map(|column| format!("OLD.\"{column}\" IS NOT NEW.\"{column}\""))
            .join(" OR ");
        [
            format!(
                "CREATE TRIGGER keep_policy_version_as_it_is BEFORE UPDATE ON policy_version \
                 WHEN OLD.approved_at IS NOT NULL AND ({changed} OR (OLD.effective_from IS NOT \
                 NULL AND OLD.effective_from IS NOT NEW.effective_from)) \
                 BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            ),
            format!(
                "CREATE TRIGGER keep_policy_version_there BEFORE DELETE ON policy_version \
                 WHEN OLD.approved_at IS NOT NULL BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            ),
        ]
    };
    for statement in statements {
        db.execute_unprepared(&statement).await?;
    }
    Ok(())
}
