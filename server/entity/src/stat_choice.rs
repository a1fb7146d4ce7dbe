//! A school agreed that counts over its students go into releases, until it left.

use sea_orm::entity::prelude::*;
use vocab::ids::{PersonId, SchoolId};

/// A row of `stat_choice`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stat_choice")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub school_id: SchoolId,
    pub chosen_by: PersonId,
    pub began_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
