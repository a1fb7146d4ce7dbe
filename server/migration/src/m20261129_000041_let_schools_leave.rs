//! A school stops using the platform: who said so, who confirmed it, and when. And what is
//! only ever added may go once its time is over: the sweep says so by a row of its own,
//! in the transaction in which it lets rows go, and takes that row away again. A guardian
//! remembers when a child of theirs was erased, because the tie goes with the child.

use sea_orm_migration::prelude::*;

use crate::columns::{may_be_let_go, table, unique, unique_where_null};

/// Tables whose rows are only ever added.
const ONLY_ADDED: [&str; 5] = [
    "activity_review",
    "consent_event",
    "erasure_certificate",
    "ledger_checkpoint",
    "retention_choice",
];

/// The steps of a request that is closed may go, as migration 000011 lets them.
const CLOSED: &str =
    "EXISTS (SELECT 1 FROM rights_request WHERE id = OLD.request_id AND closed_at IS NOT NULL)";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("school_leaving")
            .of_school()
            .time("leaves_at")
            .maybe_to("asked_by", "person")
            .time("asked_at")
            .maybe_to("confirmed_by", "person")
            .maybe_time("confirmed_at")
            .maybe_to("called_off_by", "person")
            .maybe_time("called_off_at")
            .create(manager)
            .await?;
        unique_where_null(manager, "school_leaving", &["school_id"], "called_off_at").await?;
        table("letting_go").of_school().create(manager).await?;
        unique(manager, "letting_go", &["school_id"]).await?;
        for table in ONLY_ADDED {
            may_be_let_go(manager, table, None).await?;
        }
        may_be_let_go(manager, "rights_event", Some(CLOSED)).await?;
        let since = ColumnDef::new("tie_erased_at")
            .timestamp_with_time_zone()
            .take();
        let alter = Table::alter().table("person").add_column(since).to_owned();
        manager.alter_table(alter).await
    }
}
