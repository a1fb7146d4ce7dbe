//! Counts over schools that agreed, in which nobody can be found: which schools, what was
//! given out, and how much two tables have in common.

use sea_orm_migration::prelude::*;

use crate::columns::{index, only_added, table, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("stat_choice")
            .of_school()
            .to("chosen_by", "person")
            .time("began_at")
            .maybe_time("ended_at")
            .create(manager)
            .await?;
        index(manager, "stat_choice", &["school_id"]).await?;
        table("stat_release")
            .word("template", &["handed_in_by_year", "late_by_month"])
            .time("from_at")
            .time("until_at")
            .count("fewest")
            .count("rounding")
            .count("schools")
            .count("hidden")
            .text("check_text")
            .time("released_at")
            .create(manager)
            .await?;
        unique(
            manager,
            "stat_release",
            &["template", "from_at", "until_at"],
        )
        .await?;
        only_added(manager, "stat_release", None).await?;
        table("stat_cell")
            .to("release_id", "stat_release")
            .count("place")
            .text("label")
            .maybe_count("people")
            .maybe_count("value")
            .text("cohort")
            .create(manager)
            .await?;
        unique(manager, "stat_cell", &["release_id", "place"]).await?;
        only_added(manager, "stat_cell", None).await
    }
}
