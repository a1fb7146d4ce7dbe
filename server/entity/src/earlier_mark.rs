//! What was returned for an older try, kept when a newer one is marked: the student and who looks after them go on reading it. At most one for each try.

use sea_orm::entity::prelude::*;
use vocab::ids::{AttemptId, EarlierMarkId, MarkId, PersonId, SchoolId};
use vocab::points::Points;

/// A row of `earlier_mark`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "earlier_mark")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EarlierMarkId,
    pub school_id: SchoolId,
    pub mark_id: MarkId,
    pub attempt_id: AttemptId,
    pub points: Option<Points>,
    #[sea_orm(column_type = "Text")]
    pub comment: String,
    pub marked_by: PersonId,
    pub returned_at: DateTimeUtc,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
