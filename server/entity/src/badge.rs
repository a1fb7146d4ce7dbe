//! A student's badge. Its code and pictures are made from the server's key and stand nowhere; see decision 0034.

use sea_orm::entity::prelude::*;
use vocab::ids::{BadgeId, PersonId, SchoolId};

/// A row of `badge`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "badge")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BadgeId,
    pub school_id: SchoolId,
    pub person_id: PersonId,
    pub code_hash: String,
    pub picture_round: i32,
    pub issued_by: PersonId,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
