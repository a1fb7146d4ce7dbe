//! A line of the security log. It goes after thirty days.

use sea_orm::entity::prelude::*;
use vocab::ids::{PersonId, SchoolId};
use vocab::safety::SecurityKind;

/// A row of `security_event`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "security_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub school_id: SchoolId,
    pub kind: SecurityKind,
    pub person_id: Option<PersonId>,
    pub detail: String,
    pub at: DateTimeUtc,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
