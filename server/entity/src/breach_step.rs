//! One step of what was done with a breach. Only ever added.

use sea_orm::entity::prelude::*;
use vocab::breaches::{BreachRisk, BreachStep};
use vocab::ids::{BreachId, PersonId, SchoolId};

/// A row of `breach_step`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "breach_step")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub school_id: SchoolId,
    pub breach_id: BreachId,
    pub step: BreachStep,
    pub risk: Option<BreachRisk>,
    pub words: String,
    pub actor_id: Option<PersonId>,
    pub at: DateTimeUtc,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
