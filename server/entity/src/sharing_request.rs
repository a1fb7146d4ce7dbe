//! A school's proposal to give some columns to one recipient for one purpose. What was
//! asked, and every answer, stands in the record of consents.

use sea_orm::entity::prelude::*;
use vocab::ids::{ConsentRequestId, RecipientId, SchoolId, SharingId};

/// A row of `sharing_request`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sharing_request")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SharingId,
    pub school_id: SchoolId,
    pub request_id: ConsentRequestId,
    pub recipient_id: RecipientId,
    pub purpose: String,
    pub columns: String,
    pub until_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
