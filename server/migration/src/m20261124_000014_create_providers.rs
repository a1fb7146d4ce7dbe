//! The register of providers and of transfers, which belongs to whoever runs the
//! platform, and what each school says about it.

use sea_orm_migration::prelude::*;

use crate::columns::{index, table, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("provider")
            .text("name")
            .word(
                "purpose",
                &[
                    "hosting",
                    "mail",
                    "analytics",
                    "advertising",
                    "marketing",
                    "search",
                ],
            )
            .word("role", &["subprocessor", "processor", "controller"])
            .text("categories")
            .text("subjects")
            .text("country")
            .text("policy_url")
            .maybe_text("contract_ref")
            .maybe_time("contract_at")
            .text("clauses")
            .always_no("sells_data")
            .word(
                "state",
                &["proposed", "notified", "active", "suspended", "ended"],
            )
            .time("proposed_at")
            .maybe_time("notified_at")
            .maybe_time("active_at")
            .maybe_time("stopped_at")
            .maybe_text("emergency_reason")
            .create(manager)
            .await?;
        unique(manager, "provider", &["name"]).await?;
        table("transfer")
            .to("provider_id", "provider")
            .text("country")
            .word(
                "mechanism",
                &["uk_adequacy", "idta", "addendum", "derogation"],
            )
            .text("assessment_ref")
            .time("valid_until")
            .time("recorded_at")
            .create(manager)
            .await?;
        index(manager, "transfer", &["provider_id"]).await?;
        table("provider_objection")
            .of_school()
            .to("provider_id", "provider")
            .to("objected_by", "person")
            .text("reason")
            .time("objected_at")
            .maybe_time("withdrawn_at")
            .create(manager)
            .await?;
        index(manager, "provider_objection", &["school_id", "provider_id"]).await?;
        table("uk_only_rule")
            .of_school()
            .to("begun_by", "person")
            .time("began_at")
            .maybe_time("ended_at")
            .create(manager)
            .await?;
        index(manager, "uk_only_rule", &["school_id"]).await
    }
}
