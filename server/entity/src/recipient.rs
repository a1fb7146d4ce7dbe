//! Somebody outside the school who may be given data: a photographer, a coach company, an
//! exam board. The school's own register; one that sells data cannot be in it.

use sea_orm::entity::prelude::*;
use vocab::ids::{PersonId, RecipientId, SchoolId};

/// A row of `recipient`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recipient")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RecipientId,
    pub school_id: SchoolId,
    pub name: String,
    pub does: String,
    pub country: String,
    pub allowed_by: Option<String>,
    pub policy_url: String,
    pub sells_data: bool,
    pub created_by: PersonId,
    pub created_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
