//! For how long a school lets whoever runs the platform look inside, and what for.

use sea_orm::entity::prelude::*;
use vocab::ids::{PersonId, SchoolId, SupportGrantId};

/// A row of `support_grant`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "support_grant")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SupportGrantId,
    pub school_id: SchoolId,
    pub reason: String,
    pub granted_by: PersonId,
    pub granted_at: DateTimeUtc,
    pub until_at: DateTimeUtc,
    pub ended_by: Option<PersonId>,
    pub ended_at: Option<DateTimeUtc>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
