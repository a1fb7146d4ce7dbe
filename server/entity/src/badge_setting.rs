//! When badges work at a school, and who enrols its devices.

use sea_orm::entity::prelude::*;
use uuid::Uuid;
use vocab::ids::{PersonId, SchoolId};

/// A row of `badge_setting`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "badge_setting")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub school_id: SchoolId,
    pub from_minute: i32,
    pub until_minute: i32,
    pub days: i32,
    pub teachers_enrol: bool,
    pub set_by: Option<PersonId>,
    pub set_at: DateTimeUtc,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
