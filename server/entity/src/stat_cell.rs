//! One line of a released table. A hidden one has no numbers.

use sea_orm::entity::prelude::*;
use vocab::ids::ReleaseId;

/// A row of `stat_cell`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stat_cell")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub release_id: ReleaseId,
    pub place: i32,
    pub label: String,
    pub people: Option<i32>,
    pub value: Option<i32>,
    pub cohort: String,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
