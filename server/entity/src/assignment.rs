//! Set work. Its stage follows from its times: no `publish_at` is a draft, a later one is scheduled.

use sea_orm::entity::prelude::*;
use vocab::ids::{AssignmentId, ClassroomId, PersonId, SchoolId};
use vocab::points::Points;

/// A row of `assignment`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "assignment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AssignmentId,
    pub school_id: SchoolId,
    pub classroom_id: ClassroomId,
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub instructions: String,
    pub points: Option<Points>,
    pub due_at: Option<DateTimeUtc>,
    pub publish_at: Option<DateTimeUtc>,
    pub closed_at: Option<DateTimeUtc>,
    pub created_by: PersonId,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
