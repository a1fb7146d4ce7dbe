//! How often which kind of page is opened, by role and hour, with nobody in it.

use sea_orm_migration::prelude::*;

use crate::columns::{table, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("usage_counter")
            .of_school()
            .word(
                "page",
                &[
                    "home",
                    "classrooms",
                    "assignments",
                    "marking",
                    "people",
                    "my_data",
                    "office",
                    "settings",
                ],
            )
            .word("role", ROLES)
            .time("hour_at")
            .count("times")
            .create(manager)
            .await?;
        unique(
            manager,
            "usage_counter",
            &["school_id", "page", "role", "hour_at"],
        )
        .await
    }
}

const ROLES: &[&str] = &[
    "student",
    "guardian",
    "teacher",
    "school_admin",
    "data_protection_lead",
    "operator",
];
