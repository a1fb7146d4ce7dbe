//! One hand-in: what was handed in, when the server had it, and its receipt. Never changed but for being taken back,
//! and for whether it is late where the due time moved since.

use sea_orm::entity::prelude::*;
use vocab::ids::{AttemptId, SchoolId, SubmissionId};

/// A row of `attempt`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attempt")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AttemptId,
    pub school_id: SchoolId,
    pub submission_id: SubmissionId,
    pub number: i32,
    #[sea_orm(column_type = "Text")]
    pub text: String,
    pub receipt: String,
    pub handed_in_at: DateTimeUtc,
    pub is_late: bool,
    pub withdrawn_at: Option<DateTimeUtc>,
    pub written_at: Option<DateTimeUtc>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
