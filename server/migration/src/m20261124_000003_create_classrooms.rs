//! Classrooms and the places in them.

use sea_orm_migration::prelude::*;

use crate::columns::{index, table, unique, unique_where_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("classroom")
            .of_school()
            .text("name")
            .maybe_text("subject")
            .maybe_text("year_group")
            .maybe_text("sourced_id")
            .time("created_at")
            .maybe_time("archived_at")
            .maybe_to("archived_by", "person")
            .create(manager)
            .await?;
        unique(manager, "classroom", &["school_id", "sourced_id"]).await?;
        index(manager, "classroom", &["school_id", "name"]).await?;

        table("enrolment")
            .of_school()
            .to("classroom_id", "classroom")
            .to("person_id", "person")
            .word("role", &["teacher", "student"])
            .maybe_text("sourced_id")
            .time("began_at")
            .maybe_time("ended_at")
            .create(manager)
            .await?;
        unique_where_null(
            manager,
            "enrolment",
            &["classroom_id", "person_id", "role"],
            "ended_at",
        )
        .await?;
        unique(manager, "enrolment", &["school_id", "sourced_id"]).await?;
        index(manager, "enrolment", &["person_id"]).await?;
        Ok(())
    }
}
