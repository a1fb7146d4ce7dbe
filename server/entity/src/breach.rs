//! Something went wrong with personal data, or nearly did, and what was done about it.

use sea_orm::entity::prelude::*;
use vocab::breaches::{BreachKind, BreachRisk};
use vocab::ids::{BreachId, PersonId, SchoolId};

/// A row of `breach`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "breach")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BreachId,
    pub school_id: SchoolId,
    pub reference: String,
    pub kind: BreachKind,
    pub what: String,
    pub categories: String,
    pub people: i32,
    pub operator_aware_at: Option<DateTimeUtc>,
    pub aware_at: DateTimeUtc,
    pub reported_by: Option<PersonId>,
    pub risk: Option<BreachRisk>,
    pub reason: String,
    pub assessed_at: Option<DateTimeUtc>,
    pub commissioner_told_at: Option<DateTimeUtc>,
    pub commissioner_reference: String,
    pub people_told_at: Option<DateTimeUtc>,
    pub measures: String,
    pub closed_at: Option<DateTimeUtc>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
