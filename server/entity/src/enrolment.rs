//! A person's place in a classroom. It is ended, never deleted.

use sea_orm::entity::prelude::*;
use vocab::classrooms::ClassroomRole;
use vocab::ids::{ClassroomId, DataSourceId, EnrolmentId, PersonId, SchoolId};

/// A row of `enrolment`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "enrolment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EnrolmentId,
    pub school_id: SchoolId,
    pub classroom_id: ClassroomId,
    pub person_id: PersonId,
    pub role: ClassroomRole,
    pub sourced_id: Option<String>,
    pub began_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    /// The declared source whose id `sourced_id` is; none where it is the school's own roster's.
    pub source_id: Option<DataSourceId>,
    /// Whether a roster made it, not a person; none where it is not known.
    pub by_roster: Option<bool>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
