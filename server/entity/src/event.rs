//! One change made by a person: who, when, what before, what after. Written in the same transaction as the change.

use sea_orm::entity::prelude::*;
use vocab::ids::{EventId, PersonId, SchoolId};

/// A row of `event`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EventId,
    pub school_id: SchoolId,
    pub actor_id: Option<PersonId>,
    pub kind: String,
    pub subject_id: Uuid,
    pub at: DateTimeUtc,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub before: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub after: Option<Json>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
