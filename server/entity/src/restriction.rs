//! A restriction of somebody's data. It holds until it has ended, or until the moment of
//! which they were told before.

use sea_orm::entity::prelude::*;
use vocab::ids::{PersonId, RestrictionId, RightsRequestId, SchoolId};
use vocab::restrictions::RestrictionGround;

/// A row of `restriction`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "restriction")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RestrictionId,
    pub school_id: SchoolId,
    pub person_id: PersonId,
    pub ground: RestrictionGround,
    pub begun_by: Option<PersonId>,
    pub begun_at: DateTimeUtc,
    pub request_id: Option<RightsRequestId>,
    pub lift_reason: Option<String>,
    pub told_at: Option<DateTimeUtc>,
    pub lifts_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
