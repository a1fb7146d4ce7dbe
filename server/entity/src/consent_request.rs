//! What a school asks the guardians of a classroom once, such as a trip.

use sea_orm::entity::prelude::*;
use vocab::ids::{ClassroomId, ConsentRequestId, PersonId, SchoolId};

/// A row of `consent_request`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consent_request")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConsentRequestId,
    pub school_id: SchoolId,
    pub classroom_id: ClassroomId,
    pub title: String,
    pub details: String,
    pub answer_until: Option<DateTimeUtc>,
    pub created_by: PersonId,
    pub created_at: DateTimeUtc,
    pub closed_at: Option<DateTimeUtc>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
