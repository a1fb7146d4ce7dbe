//! Schools, their declarations, and the people in them.

use sea_orm_migration::prelude::*;

use crate::columns::{index, table, unique, unique_where_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("school")
            .text("code")
            .text("name")
            .word("phase", &["primary", "secondary"])
            .text("time_zone")
            .time("created_at")
            .create(manager)
            .await?;
        unique(manager, "school", &["code"]).await?;

        table("person")
            .of_school()
            .text("given_name")
            .text("family_name")
            .text("sort_name")
            .maybe_text("year_group")
            .maybe_text("email")
            .maybe_text("sourced_id")
            .time("created_at")
            .maybe_time("ended_at")
            .create(manager)
            .await?;
        unique(manager, "person", &["school_id", "sourced_id"]).await?;
        index(manager, "person", &["school_id", "sort_name"]).await?;

        table("person_role")
            .of_school()
            .to("person_id", "person")
            .word(
                "role",
                &[
                    "student",
                    "guardian",
                    "teacher",
                    "school_admin",
                    "data_protection_lead",
                    "operator",
                ],
            )
            .time("began_at")
            .maybe_time("ended_at")
            .create(manager)
            .await?;
        unique_where_null(manager, "person_role", &["person_id", "role"], "ended_at").await?;
        index(manager, "person_role", &["school_id", "role"]).await?;

        table("guardianship")
            .of_school()
            .to("guardian_id", "person")
            .to("student_id", "person")
            .time("began_at")
            .maybe_time("ended_at")
            .create(manager)
            .await?;
        unique_where_null(
            manager,
            "guardianship",
            &["guardian_id", "student_id"],
            "ended_at",
        )
        .await?;
        index(manager, "guardianship", &["student_id"]).await?;
        index(manager, "guardianship", &["school_id"]).await?;

        table("declaration")
            .of_school()
            .to("signed_by", "person")
            .text("text_version")
            .text("text_sha256")
            .time("signed_at")
            .create(manager)
            .await?;
        unique(manager, "declaration", &["school_id", "text_version"]).await?;
        Ok(())
    }
}
