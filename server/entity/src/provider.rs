//! A company that works for the platform. Of no school: whoever runs the platform
//! answers for it to all of them.

use sea_orm::entity::prelude::*;
use vocab::ids::ProviderId;
use vocab::providers::{ProviderPurpose, ProviderRole, ProviderState};

/// A row of `provider`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "provider")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProviderId,
    pub name: String,
    pub purpose: ProviderPurpose,
    pub role: ProviderRole,
    pub categories: String,
    pub subjects: String,
    pub country: String,
    pub policy_url: String,
    pub contract_ref: Option<String>,
    pub contract_at: Option<DateTimeUtc>,
    pub clauses: String,
    pub sells_data: bool,
    pub state: ProviderState,
    pub proposed_at: DateTimeUtc,
    pub notified_at: Option<DateTimeUtc>,
    pub active_at: Option<DateTimeUtc>,
    pub stopped_at: Option<DateTimeUtc>,
    pub emergency_reason: Option<String>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
