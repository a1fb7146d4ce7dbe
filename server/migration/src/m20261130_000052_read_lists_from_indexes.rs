//! Everything that a list of work shows of an answer and of its mark stands in an index: a
//! student's first page looks a hundred of them up, and need not open a row.

use sea_orm_migration::prelude::*;

use crate::columns::index;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The new index begins with the same column, and finds as much.
        let narrow = Index::drop()
            .name("ix_submission_student_id")
            .table("submission")
            .to_owned();
        manager.drop_index(narrow).await?;
        index(
            manager,
            "submission",
            &[
                "student_id",
                "assignment_id",
                "attempt_id",
                "handed_in_at",
                "is_late",
                "draft_saved_at",
                "id",
            ],
        )
        .await?;
        index(
            manager,
            "mark",
            &["submission_id", "points", "marked_at", "returned_at"],
        )
        .await
    }
}
