//! Somebody's data is kept and not used, until it is lifted.

use sea_orm::entity::prelude::*;
use vocab::ids::{PersonId, RestrictionId, RightsRequestId, SchoolId};
use vocab::retention::RestrictionGround;

/// A row of `restriction`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "restriction")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RestrictionId,
    pub school_id: SchoolId,
    pub person_id: PersonId,
    pub request_id: Option<RightsRequestId>,
    pub ground: RestrictionGround,
    pub began_by: Option<PersonId>,
    pub began_at: DateTimeUtc,
    pub lifted_by: Option<PersonId>,
    pub lifted_at: Option<DateTimeUtc>,
    pub lift_reason: Option<String>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
