//! What a browser chose about third parties on the public pages. One chain for the whole
//! platform, only ever added to; no account is tied to a browser here.

use sea_orm::entity::prelude::*;
use vocab::consent::ConsentKind;
use vocab::visitors::ThirdPartyPurpose;

/// A row of `browser_choice`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "browser_choice")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(unique)]
    pub seq: i64,
    pub browser: String,
    pub purpose: ThirdPartyPurpose,
    pub kind: ConsentKind,
    pub register: String,
    pub channel: String,
    pub valid_until: Option<DateTimeUtc>,
    pub prev_hash: String,
    pub entry_hash: String,
    pub at: DateTimeUtc,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
