//! The mark and the words on a submission. `version` goes up with each save and each return, so that two teachers never overwrite each other, and nobody who has not seen a return changes what it shows.

use sea_orm::entity::prelude::*;
use vocab::ids::{MarkId, PersonId, SchoolId, SubmissionId};
use vocab::points::Points;

/// A row of `mark`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mark")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MarkId,
    pub school_id: SchoolId,
    pub submission_id: SubmissionId,
    pub points: Option<Points>,
    #[sea_orm(column_type = "Text")]
    pub comment: String,
    pub version: i32,
    pub marked_by: PersonId,
    pub marked_at: DateTimeUtc,
    pub returned_at: Option<DateTimeUtc>,
    pub returned_by: Option<PersonId>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
