//! Whose key was destroyed, and why: so that a backup that brings the key back does not bring back the data.

use sea_orm::entity::prelude::*;
use vocab::ids::{PersonId, SchoolId};

/// A row of `key_destroyed`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "key_destroyed")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub school_id: SchoolId,
    #[sea_orm(unique)]
    pub person_id: PersonId,
    pub at: DateTimeUtc,
    pub reason: String,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
