//! A duty of somebody of the staff, given by hand. It lasts until it has ended.

use sea_orm::entity::prelude::*;
use vocab::ids::{DutyId, PersonId, SchoolId};
use vocab::safety::Duty;

/// A row of `duty`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "duty")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DutyId,
    pub school_id: SchoolId,
    pub person_id: PersonId,
    pub duty: Duty,
    pub given_by: Option<PersonId>,
    pub given_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
