//! Where data about people comes from, beside the school's own roster: declared by one
//! person, approved by a second. An import says from which system and source it came.
//! And what keeps people safe: duties, the security log, reports.

use sea_orm_migration::prelude::*;

use crate::columns::{index, table, unique_where_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("data_source")
            .of_school()
            .yes_or_no("is_own")
            .text("system")
            .text("what")
            .text("because")
            .text("assessment")
            .maybe_to("declared_by", "person")
            .time("declared_at")
            .maybe_to("approved_by", "person")
            .maybe_time("approved_at")
            .maybe_to("ended_by", "person")
            .maybe_time("ended_at")
            .create(manager)
            .await?;
        index(manager, "data_source", &["school_id", "system"]).await?;
        safety(manager).await?;
        for (name, is_text) in [("system", true), ("source_id", false)] {
            let mut column = ColumnDef::new(name);
            if is_text {
                column.text();
            } else {
                column.uuid();
            }
            manager
                .alter_table(
                    Table::alter()
                        .table("roster_import")
                        .add_column(column)
                        .to_owned(),
                )
                .await?;
        }
        Ok(())
    }
}

async fn safety(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    table("duty")
        .of_school()
        .to("person_id", "person")
        .word("duty", &["security", "safeguarding"])
        .maybe_to("given_by", "person")
        .time("given_at")
        .maybe_time("ended_at")
        .create(manager)
        .await?;
    unique_where_null(manager, "duty", &["person_id", "duty"], "ended_at").await?;
    table("security_event")
        .of_school()
        .word(
            "kind",
            &[
                "refused_sign_in",
                "slowed_account",
                "denied_door",
                "sessions_ended",
            ],
        )
        .maybe_to("person_id", "person")
        .text("detail")
        .time("at")
        .create(manager)
        .await?;
    index(manager, "security_event", &["school_id", "at"]).await?;
    index(manager, "security_event", &["person_id", "at"]).await?;
    table("abuse_report")
        .of_school()
        .maybe_to("reporter_id", "person")
        .word("kind", &["content", "behaviour", "danger", "account"])
        .text("words")
        .text("place")
        .word("state", &["received", "looked_into", "closed"])
        .maybe_text("answer")
        .time("received_at")
        .maybe_to("led_by", "person")
        .maybe_time("closed_at")
        .create(manager)
        .await?;
    index(manager, "abuse_report", &["school_id", "closed_at"]).await?;
    index(manager, "abuse_report", &["reporter_id", "received_at"]).await
}
