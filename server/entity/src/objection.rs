//! Somebody's objection to a use of their data: the use stops at once.

use sea_orm::entity::prelude::*;
use vocab::ids::{ObjectionId, PersonId, RightsRequestId, SchoolId};
use vocab::retention::{ObjectedUse, ObjectionState};

/// A row of `objection`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "objection")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ObjectionId,
    pub school_id: SchoolId,
    pub person_id: PersonId,
    pub request_id: Option<RightsRequestId>,
    pub purpose: ObjectedUse,
    pub state: ObjectionState,
    pub stopped_at: DateTimeUtc,
    pub reasons: Option<String>,
    pub decided_by: Option<PersonId>,
    pub decided_at: Option<DateTimeUtc>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
