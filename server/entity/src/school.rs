//! A school: the tenant. Every other row names the school it belongs to.

use sea_orm::entity::prelude::*;
use vocab::ids::SchoolId;
use vocab::schools::Phase;

/// A row of `school`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "school")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SchoolId,
    #[sea_orm(unique)]
    pub code: String,
    pub name: String,
    pub phase: Phase,
    pub time_zone: String,
    pub created_at: DateTimeUtc,
    /// From 0 to 359; none for the colour that everybody has.
    pub hue: Option<i32>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
