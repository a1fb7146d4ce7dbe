//! A file that a teacher attached to set work. The bytes are in the object store.

use sea_orm::entity::prelude::*;
use vocab::ids::{AssignmentId, FileId, PersonId, SchoolId};

/// A row of `assignment_file`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "assignment_file")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FileId,
    pub school_id: SchoolId,
    pub assignment_id: AssignmentId,
    pub name: String,
    pub size_bytes: i64,
    pub media_type: String,
    pub object_key: String,
    pub sha256: String,
    pub added_by: PersonId,
    pub added_at: DateTimeUtc,
    pub removed_at: Option<DateTimeUtc>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
