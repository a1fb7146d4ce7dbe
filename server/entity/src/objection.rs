//! An objection to a use of somebody's data. While it has not ended, the use has stopped.

use sea_orm::entity::prelude::*;
use vocab::ids::{PersonId, RightsRequestId, SchoolId};
use vocab::objections::{ObjectionState, ObjectionUse};

/// A row of `objection`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "objection")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub school_id: SchoolId,
    pub person_id: PersonId,
    pub purpose: ObjectionUse,
    pub state: ObjectionState,
    pub request_id: RightsRequestId,
    pub objected_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    pub disagreed_at: Option<DateTimeUtc>,
    pub disagreed_by: Option<PersonId>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
