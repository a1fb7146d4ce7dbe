//! What the last look at the link to a provider's own policy found. Of no school, like
//! the provider.

use sea_orm::entity::prelude::*;
use vocab::ids::ProviderId;
use vocab::providers::LinkAnswer;

/// A row of `policy_link`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "policy_link")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub provider_id: ProviderId,
    pub url: String,
    pub answer: LinkAnswer,
    pub since_at: DateTimeUtc,
    pub looked_at: DateTimeUtc,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
