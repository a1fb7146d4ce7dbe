//! A use of data was looked at: by whom, and when it is due again. Only ever added.

use sea_orm::entity::prelude::*;
use vocab::ids::{PersonId, SchoolId};

/// A row of `activity_review`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "activity_review")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub school_id: SchoolId,
    pub activity: String,
    pub reviewed_by: PersonId,
    pub reviewed_at: DateTimeUtc,
    pub due_at: DateTimeUtc,
    pub note: String,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
