//! The outbox, what people chose about mail, and what came by the contact page.

use sea_orm_migration::prelude::*;

use crate::columns::{index, table, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("outbox_mail")
            .of_school()
            .word("category", CATEGORIES)
            .text("template")
            .maybe_to("recipient_id", "person")
            .maybe_text("address")
            .text("variables")
            .maybe_id("cause_id")
            .word("state", &["queued", "sent", "suppressed", "failed"])
            .count("attempts")
            .time("queued_at")
            .time("next_try_at")
            .time("expires_at")
            .maybe_time("ended_at")
            .maybe_text("reason")
            .create(manager)
            .await?;
        index(manager, "outbox_mail", &["state", "next_try_at"]).await?;
        index(manager, "outbox_mail", &["recipient_id", "cause_id"]).await?;
        table("mail_choice")
            .of_school()
            .to("person_id", "person")
            .word("category", CATEGORIES)
            .word("state", &["on", "asked", "off"])
            .time("changed_at")
            .create(manager)
            .await?;
        unique(manager, "mail_choice", &["person_id", "category"]).await?;
        table("contact_message")
            .of_school()
            .to("request_id", "rights_request")
            .text("notice_version")
            .text("sender_hash")
            .time("at")
            .create(manager)
            .await?;
        index(manager, "contact_message", &["sender_hash", "at"]).await?;
        unique(manager, "contact_message", &["request_id"]).await
    }
}

const CATEGORIES: &[&str] = &[
    "service_essential",
    "service_optional",
    "marketing_own",
    "marketing_partner",
];
