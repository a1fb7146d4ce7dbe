//! That a person was shown a policy version, read it, went on under it, or answered the terms.

use sea_orm::entity::prelude::*;
use vocab::ids::{PersonId, PolicyVersionId, SchoolId};
use vocab::policies::NoticeKind;

/// A row of `notice_event`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub school_id: SchoolId,
    pub person_id: PersonId,
    pub version_id: PolicyVersionId,
    pub kind: NoticeKind,
    pub channel: String,
    pub language: String,
    pub at: DateTimeUtc,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
