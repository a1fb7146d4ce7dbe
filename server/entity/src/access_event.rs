//! Somebody looked at another person's data: who, as what, at whose, on which way. One
//! row for each hour, and for each day where it was a list.

use sea_orm::entity::prelude::*;
use vocab::ids::{ClassroomId, PersonId, SchoolId};
use vocab::looks::{LookKind, LookRelation, LookVia};

/// A row of `access_event`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub school_id: SchoolId,
    pub actor_id: Option<PersonId>,
    pub relation: LookRelation,
    pub subject_id: Option<PersonId>,
    pub classroom_id: Option<ClassroomId>,
    pub about_id: Uuid,
    pub kind: LookKind,
    pub via: LookVia,
    pub period: DateTimeUtc,
    pub first_at: DateTimeUtc,
    pub last_at: DateTimeUtc,
    pub times: i32,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
