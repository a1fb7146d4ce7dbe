//! An order to keep something, whatever the rules say. It holds once a second person approved it.

use sea_orm::entity::prelude::*;
use vocab::ids::{LegalHoldId, PersonId, SchoolId};

/// A row of `legal_hold`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "legal_hold")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LegalHoldId,
    pub school_id: SchoolId,
    pub matter: String,
    pub authority: String,
    pub person_id: Option<PersonId>,
    pub opened_by: Option<PersonId>,
    pub opened_at: DateTimeUtc,
    pub approved_by: Option<PersonId>,
    pub approved_at: Option<DateTimeUtc>,
    pub review_at: DateTimeUtc,
    pub released_by: Option<PersonId>,
    pub released_at: Option<DateTimeUtc>,
    pub release_reason: Option<String>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
