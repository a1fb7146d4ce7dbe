//! One student's answer to one assignment: the draft, and which attempt stands.

use sea_orm::entity::prelude::*;
use vocab::ids::{AssignmentId, AttemptId, PersonId, SchoolId, SessionId, SubmissionId};

/// A row of `submission`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "submission")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SubmissionId,
    pub school_id: SchoolId,
    pub assignment_id: AssignmentId,
    pub student_id: PersonId,
    #[sea_orm(column_type = "Text")]
    pub draft_text: String,
    pub draft_version: i32,
    pub draft_saved_at: Option<DateTimeUtc>,
    pub attempt_id: Option<AttemptId>,
    pub handed_in_at: Option<DateTimeUtc>,
    pub is_late: bool,
    pub draft_saved_by: Option<SessionId>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
