//! How far a person has come with the policies: the fold of their notice events, read
//! with their session so that no request asks for it.

use sea_orm::entity::prelude::*;
use vocab::ids::{PersonId, PolicyVersionId, SchoolId};

/// A row of `notice_standing`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice_standing")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub school_id: SchoolId,
    #[sea_orm(unique)]
    pub person_id: PersonId,
    pub shown_id: Option<PolicyVersionId>,
    pub read_id: Option<PolicyVersionId>,
    pub used_id: Option<PolicyVersionId>,
    pub terms_id: Option<PolicyVersionId>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
