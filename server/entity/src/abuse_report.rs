//! What somebody reported. It goes a year after it was closed.

use sea_orm::entity::prelude::*;
use vocab::ids::{PersonId, ReportId, SchoolId};
use vocab::safety::{ReportKind, ReportState};

/// A row of `abuse_report`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "abuse_report")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReportId,
    pub school_id: SchoolId,
    pub reporter_id: Option<PersonId>,
    pub kind: ReportKind,
    pub words: String,
    pub place: String,
    pub state: ReportState,
    pub answer: Option<String>,
    pub received_at: DateTimeUtc,
    pub led_by: Option<PersonId>,
    pub closed_at: Option<DateTimeUtc>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
