//! Something that was done without a network and delivered: once for each key.

use sea_orm::entity::prelude::*;
use vocab::ids::{AssignmentId, PersonId, SchoolId, SessionId};
use vocab::outbox::{Operation, Outcome};

/// A row of `outbox_item`. Its id is made of the person and the key that the tablet chose.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub school_id: SchoolId,
    pub person_id: PersonId,
    pub assignment_id: Option<AssignmentId>,
    pub session_id: SessionId,
    pub operation: Operation,
    pub outcome: Outcome,
    pub body_hash: String,
    #[sea_orm(column_type = "Text")]
    pub text: String,
    pub receipt: String,
    pub draft_version: i32,
    pub made_at: DateTimeUtc,
    pub received_at: DateTimeUtc,
    pub seen_at: Option<DateTimeUtc>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
