//! Devices that a school enrolled, badges of students, the hours in which they work, and
//! what a session knows of how it began.

use sea_orm_migration::prelude::*;

use crate::columns::{index, table, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("device")
            .of_school()
            .text("label")
            .word("profile", &["shared", "personal"])
            .text("token_hash")
            .to("enrolled_by", "person")
            .time("created_at")
            .maybe_time("last_seen_at")
            .time("expires_at")
            .maybe_time("ended_at")
            .create(manager)
            .await?;
        unique(manager, "device", &["token_hash"]).await?;
        index(manager, "device", &["school_id"]).await?;
        table("badge")
            .of_school()
            .to("person_id", "person")
            .text("code_hash")
            .count("picture_round")
            .to("issued_by", "person")
            .time("created_at")
            .time("expires_at")
            .maybe_time("ended_at")
            .create(manager)
            .await?;
        unique(manager, "badge", &["code_hash"]).await?;
        index(manager, "badge", &["person_id"]).await?;
        table("badge_setting")
            .of_school()
            .count("from_minute")
            .count("until_minute")
            .count("days")
            .yes_or_no("teachers_enrol")
            .maybe_to("set_by", "person")
            .time("set_at")
            .create(manager)
            .await?;
        unique(manager, "badge_setting", &["school_id"]).await?;
        for column in [
            ColumnDef::new("device_id").uuid().to_owned(),
            ColumnDef::new("badge_id").uuid().to_owned(),
            ColumnDef::new("is_shared")
                .boolean()
                .not_null()
                .default(false)
                .to_owned(),
        ] {
            manager
                .alter_table(
                    Table::alter()
                        .table("session")
                        .add_column(column)
                        .to_owned(),
                )
                .await?;
        }
        Ok(())
    }
}
