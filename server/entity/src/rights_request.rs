//! What somebody asked about their own data, and how far it has come.

use sea_orm::entity::prelude::*;
use vocab::ids::{PersonId, RightsRequestId, SchoolId};
use vocab::rights::{RequestChannel, RequestKind, RequestState, StudentView};

/// A row of `rights_request`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rights_request")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RightsRequestId,
    pub school_id: SchoolId,
    pub reference: String,
    pub kind: RequestKind,
    pub subject_id: Option<PersonId>,
    pub requester_id: Option<PersonId>,
    pub contact: Option<String>,
    pub details: String,
    pub state: RequestState,
    pub channel: RequestChannel,
    pub received_at: DateTimeUtc,
    pub clock_from: Option<DateTimeUtc>,
    pub paused_at: Option<DateTimeUtc>,
    pub paused_days: i32,
    pub extended_at: Option<DateTimeUtc>,
    pub first_answer_at: Option<DateTimeUtc>,
    pub decision: Option<String>,
    pub closed_at: Option<DateTimeUtc>,
    pub acknowledged_at: Option<DateTimeUtc>,
    pub student_view: Option<StudentView>,
    pub student_view_at: Option<DateTimeUtc>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
