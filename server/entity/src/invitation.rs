//! A single-use link that lets a person choose username and password. Only the hash of its token is kept.

use sea_orm::entity::prelude::*;
use vocab::ids::{InvitationId, PersonId, SchoolId};

/// A row of `invitation`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InvitationId,
    pub school_id: SchoolId,
    pub person_id: PersonId,
    pub token_hash: String,
    pub created_by: Option<PersonId>,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub used_at: Option<DateTimeUtc>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
