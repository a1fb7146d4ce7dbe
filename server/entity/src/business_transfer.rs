//! The platform changes hands: to whom, in which words it is announced, and how far it is.

use sea_orm::entity::prelude::*;
use vocab::ids::BusinessTransferId;

/// A row of `business_transfer`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "business_transfer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BusinessTransferId,
    pub company: String,
    pub reachable_at: String,
    pub policy: String,
    pub words: String,
    pub words_for_children: String,
    pub drafted_at: DateTimeUtc,
    pub announced_at: Option<DateTimeUtc>,
    pub completed_at: Option<DateTimeUtc>,
    pub cancelled_at: Option<DateTimeUtc>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
