//! A school objects to a provider: its data does not go there.

use sea_orm::entity::prelude::*;
use vocab::ids::{PersonId, ProviderId, SchoolId};

/// A row of `provider_objection`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "provider_objection")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub school_id: SchoolId,
    pub provider_id: ProviderId,
    pub objected_by: PersonId,
    pub reason: String,
    pub objected_at: DateTimeUtc,
    pub withdrawn_at: Option<DateTimeUtc>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
