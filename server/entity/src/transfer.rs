//! What allows a provider to work with data in another country. Of no school, like
//! the provider.

use sea_orm::entity::prelude::*;
use vocab::ids::{ProviderId, TransferId};
use vocab::providers::Mechanism;

/// A row of `transfer`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transfer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TransferId,
    pub provider_id: ProviderId,
    pub country: String,
    pub mechanism: Mechanism,
    pub assessment_ref: String,
    pub valid_until: DateTimeUtc,
    pub recorded_at: DateTimeUtc,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
