//! A message by the contact page: which notice stood there, and a fingerprint of its
//! sender's browser, so that nobody floods a school.

use sea_orm::entity::prelude::*;
use vocab::ids::{ContactId, RightsRequestId, SchoolId};

/// A row of `contact_message`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_message")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContactId,
    pub school_id: SchoolId,
    pub request_id: RightsRequestId,
    pub notice_version: String,
    pub sender_hash: String,
    pub at: DateTimeUtc,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
