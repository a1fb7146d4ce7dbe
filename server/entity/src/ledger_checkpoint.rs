//! A signed statement of how far a school's record of consents had come, and of its last hash.

use sea_orm::entity::prelude::*;
use vocab::ids::SchoolId;

/// A row of `ledger_checkpoint`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_checkpoint")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub school_id: SchoolId,
    pub up_to_seq: i64,
    pub root_hash: String,
    pub signature: String,
    pub public_key: String,
    pub signed_at: DateTimeUtc,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
