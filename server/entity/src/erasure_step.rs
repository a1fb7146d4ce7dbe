//! One step of an erasure: what it does to what, and whether it did what the plan says.

use sea_orm::entity::prelude::*;
use vocab::erasure::{StepAction, StepStatus};
use vocab::ids::{ErasureJobId, SchoolId};

/// A row of `erasure_step`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "erasure_step")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub job_id: ErasureJobId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub n: i32,
    pub school_id: SchoolId,
    pub target: String,
    pub action: StepAction,
    pub expected: i32,
    pub actual: Option<i32>,
    pub status: StepStatus,
    pub note: String,
    pub done_at: Option<DateTimeUtc>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
