//! How often people in one role opened one kind of page within an hour. Nobody is in it.

use sea_orm::entity::prelude::*;
use vocab::ids::SchoolId;
use vocab::people::Role;
use vocab::usage::PageKind;

/// A row of `usage_counter`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "usage_counter")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub school_id: SchoolId,
    pub page: PageKind,
    pub role: Role,
    pub hour_at: DateTimeUtc,
    pub times: i32,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
