//! A file that a student added to a submission. The bytes are in the object store.

use sea_orm::entity::prelude::*;
use vocab::ids::{FileId, SchoolId, SubmissionId};

/// A row of `submission_file`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "submission_file")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FileId,
    pub school_id: SchoolId,
    pub submission_id: SubmissionId,
    pub name: String,
    pub size_bytes: i64,
    pub media_type: String,
    pub object_key: String,
    pub sha256: String,
    pub added_at: DateTimeUtc,
    pub removed_at: Option<DateTimeUtc>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
