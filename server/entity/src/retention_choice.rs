//! A school's own choice of how long something is kept. Only added: the newest holds.

use sea_orm::entity::prelude::*;
use vocab::ids::{PersonId, SchoolId};
use vocab::retention::PeriodUnit;

/// A row of `retention_choice`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "retention_choice")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub school_id: SchoolId,
    pub rule: String,
    pub length: i32,
    pub unit: PeriodUnit,
    pub reason: String,
    pub chosen_by: Option<PersonId>,
    pub at: DateTimeUtc,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
