//! Data for somebody outside the school, of those alone who said yes: the school's register
//! of recipients, what it proposes, and whose data stood in which file.

use sea_orm_migration::prelude::*;

use crate::columns::{index, table, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("recipient")
            .of_school()
            .text("name")
            .text("does")
            .text("country")
            .maybe_text("allowed_by")
            .text("policy_url")
            .always_no("sells_data")
            .to("created_by", "person")
            .time("created_at")
            .maybe_time("ended_at")
            .create(manager)
            .await?;
        index(manager, "recipient", &["school_id"]).await?;
        table("sharing_request")
            .of_school()
            .to("request_id", "consent_request")
            .to("recipient_id", "recipient")
            .text("purpose")
            .text("columns")
            .time("until_at")
            .maybe_time("ended_at")
            .create(manager)
            .await?;
        index(manager, "sharing_request", &["school_id"]).await?;
        unique(manager, "sharing_request", &["request_id"]).await?;
        table("shared_entry")
            .of_school()
            .to("sharing_id", "sharing_request")
            .to("disclosure_id", "disclosure")
            .to("subject_id", "person")
            .text("given_to")
            .text("columns")
            .time("at")
            .create(manager)
            .await?;
        unique(manager, "shared_entry", &["disclosure_id", "subject_id"]).await?;
        index(manager, "shared_entry", &["subject_id"]).await?;
        index(manager, "shared_entry", &["sharing_id"]).await
    }
}
