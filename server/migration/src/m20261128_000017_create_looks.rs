//! Who looked at whose data, the school's choices about it, and declarations that name
//! the school's number and last a year.

use sea_orm_migration::prelude::*;

use crate::columns::{index, table, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("access_event")
            .of_school()
            .maybe_to("actor_id", "person")
            .word(
                "relation",
                &[
                    "teacher",
                    "guardian",
                    "office",
                    "protection_lead",
                    "operator",
                ],
            )
            .maybe_to("subject_id", "person")
            .maybe_to("classroom_id", "classroom")
            .id_of_any("about_id")
            .word(
                "kind",
                &[
                    "details",
                    "work",
                    "hand_ins",
                    "consents",
                    "requests",
                    "everything",
                ],
            )
            .word("via", &["page", "list", "copy", "protection", "support"])
            .time("period")
            .time("first_at")
            .time("last_at")
            .count("times")
            .create(manager)
            .await?;
        unique(
            manager,
            "access_event",
            &[
                "school_id",
                "actor_id",
                "about_id",
                "kind",
                "via",
                "relation",
                "period",
            ],
        )
        .await?;
        index(manager, "access_event", &["subject_id", "last_at"]).await?;
        index(manager, "access_event", &["classroom_id"]).await?;
        index(manager, "access_event", &["school_id", "last_at"]).await?;
        table("privacy_setting")
            .of_school()
            .yes_or_no("names_shown")
            .maybe_to("set_by", "person")
            .time("set_at")
            .create(manager)
            .await?;
        unique(manager, "privacy_setting", &["school_id"]).await?;
        declarations_last_a_year(manager).await
    }
}

/// A school signs the same text again every year, so a text is no longer signed once.
async fn declarations_last_a_year(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for column in [
        "establishment_number",
        "contact_name",
        "contact",
        "basis",
        "assessment",
        "purposes",
        "signed_as",
    ] {
        manager
            .alter_table(
                Table::alter()
                    .table("declaration")
                    .add_column(ColumnDef::new(column).text())
                    .to_owned(),
            )
            .await?;
    }
    manager
        .drop_index(
            Index::drop()
                .name("ix_declaration_school_id_text_version")
                .table("declaration")
                .to_owned(),
        )
        .await?;
    index(manager, "declaration", &["school_id", "signed_at"]).await?;
    index(manager, "declaration", &["establishment_number"]).await
}
