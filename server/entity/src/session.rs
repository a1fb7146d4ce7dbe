//! A sign-in on one device. Only the hash of the cookie is kept.

use sea_orm::entity::prelude::*;
use vocab::ids::{AccountId, BadgeId, DeviceId, SchoolId, SessionId};

/// A row of `session`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    pub school_id: SchoolId,
    pub account_id: AccountId,
    pub token_hash: String,
    pub device: String,
    pub created_at: DateTimeUtc,
    pub last_used_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    pub device_id: Option<DeviceId>,
    pub badge_id: Option<BadgeId>,
    pub is_shared: bool,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
