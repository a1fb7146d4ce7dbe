//! What a school chose about being open with its people and about statistics.

use sea_orm::entity::prelude::*;
use vocab::ids::{PersonId, SchoolId};

/// A row of `privacy_setting`; a school without one has said no to both.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "privacy_setting")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(unique)]
    pub school_id: SchoolId,
    pub names_shown: bool,
    pub set_by: Option<PersonId>,
    pub set_at: DateTimeUtc,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
