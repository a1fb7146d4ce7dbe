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
    /// The ids of the organisations that the school is in its own roster, as the last package of
    /// it said. A declared source keeps its own.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub roster_org_ids: Option<Json>,
    /// Whether a package of the school's own roster came in that named no system.
    pub roster_came_unnamed: bool,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
