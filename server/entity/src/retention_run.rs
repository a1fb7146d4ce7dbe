//! What one run of the sweep found due under one rule, and did.

use sea_orm::entity::prelude::*;
use vocab::ids::SchoolId;

/// A row of `retention_run`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "retention_run")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub school_id: SchoolId,
    pub rule: String,
    pub is_dry: bool,
    pub due: i32,
    pub held: i32,
    pub deleted: i32,
    pub failed: i32,
    pub at: DateTimeUtc,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
