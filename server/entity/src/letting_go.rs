//! Whose rows the sweep lets go at this moment: there only inside its transaction, so that
//! what is only ever added goes at no other time.

use sea_orm::entity::prelude::*;
use uuid::Uuid;
use vocab::ids::SchoolId;

/// A row of `letting_go`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "letting_go")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(unique)]
    pub school_id: SchoolId,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
