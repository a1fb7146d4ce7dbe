//! One step of a request about somebody's data. Only ever added.

use sea_orm::entity::prelude::*;
use vocab::ids::{PersonId, RightsRequestId, SchoolId};
use vocab::rights::RequestState;

/// A row of `rights_event`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rights_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub school_id: SchoolId,
    pub request_id: RightsRequestId,
    pub from_state: Option<RequestState>,
    pub to_state: RequestState,
    pub actor_id: Option<PersonId>,
    pub note: String,
    pub at: DateTimeUtc,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
