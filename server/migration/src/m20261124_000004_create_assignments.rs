//! Set work, the answers to it, and their marks.

use sea_orm_migration::prelude::*;

use crate::columns::{bare_table, index, table, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table("assignment")
            .of_school()
            .to("classroom_id", "classroom")
            .text("title")
            .text("instructions")
            .maybe_points("points")
            .maybe_time("due_at")
            .maybe_time("publish_at")
            .maybe_time("closed_at")
            .to("created_by", "person")
            .time("created_at")
            .time("updated_at")
            .create(manager)
            .await?;
        index(manager, "assignment", &["classroom_id", "due_at"]).await?;

        table("submission")
            .of_school()
            .to("assignment_id", "assignment")
            .to("student_id", "person")
            .text("draft_text")
            .count("draft_version")
            .maybe_time("draft_saved_at")
            .maybe_id("attempt_id")
            .maybe_time("handed_in_at")
            .yes_or_no("is_late")
            .create(manager)
            .await?;
        unique(manager, "submission", &["assignment_id", "student_id"]).await?;
        index(manager, "submission", &["student_id"]).await?;

        table("attempt")
            .of_school()
            .to("submission_id", "submission")
            .count("number")
            .text("text")
            .text("receipt")
            .time("handed_in_at")
            .yes_or_no("is_late")
            .maybe_time("withdrawn_at")
            .create(manager)
            .await?;
        unique(manager, "attempt", &["submission_id", "number"]).await?;
        unique(manager, "attempt", &["school_id", "receipt"]).await?;

        table("submission_file")
            .of_school()
            .to("submission_id", "submission")
            .text("name")
            .size("size_bytes")
            .text("media_type")
            .text("object_key")
            .text("sha256")
            .time("added_at")
            .maybe_time("removed_at")
            .create(manager)
            .await?;
        index(manager, "submission_file", &["submission_id"]).await?;

        bare_table("attempt_file")
            .to("attempt_id", "attempt")
            .to("file_id", "submission_file")
            .of_school()
            .key(&["attempt_id", "file_id"])
            .create(manager)
            .await?;
        index(manager, "attempt_file", &["file_id"]).await?;

        table("mark")
            .of_school()
            .to("submission_id", "submission")
            .maybe_points("points")
            .text("comment")
            .count("version")
            .to("marked_by", "person")
            .time("marked_at")
            .maybe_time("returned_at")
            .maybe_to("returned_by", "person")
            .create(manager)
            .await?;
        unique(manager, "mark", &["submission_id"]).await?;
        Ok(())
    }
}
