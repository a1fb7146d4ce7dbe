//! What a person is in the school, and for how long.

use sea_orm::entity::prelude::*;
use vocab::ids::{PersonId, SchoolId};
use vocab::people::Role;

/// A row of `person_role`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person_role")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub school_id: SchoolId,
    pub person_id: PersonId,
    pub role: Role,
    pub began_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    /// Whether a roster made it, not a person; none where it is not known.
    pub by_roster: Option<bool>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
