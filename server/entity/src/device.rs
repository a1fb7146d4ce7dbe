//! A tablet or computer of a school on which badges work. Only the hash of its cookie is kept.

use sea_orm::entity::prelude::*;
use vocab::badges::DeviceProfile;
use vocab::ids::{DeviceId, PersonId, SchoolId};

/// A row of `device`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "device")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeviceId,
    pub school_id: SchoolId,
    pub label: String,
    pub profile: DeviceProfile,
    pub token_hash: String,
    pub enrolled_by: PersonId,
    pub created_at: DateTimeUtc,
    pub last_seen_at: Option<DateTimeUtc>,
    pub expires_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
