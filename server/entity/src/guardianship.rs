//! The tie between a guardian and a student.

use sea_orm::entity::prelude::*;
use vocab::ids::{GuardianshipId, PersonId, SchoolId};

/// A row of `guardianship`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "guardianship")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: GuardianshipId,
    pub school_id: SchoolId,
    pub guardian_id: PersonId,
    pub student_id: PersonId,
    pub began_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    /// Whether a roster made it, not a person; none where it is not known.
    pub by_roster: Option<bool>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
