//! The erasure of one person. `traces` holds what is searched for afterwards, and is emptied with the certificate.

use sea_orm::entity::prelude::*;
use vocab::erasure::ErasureState;
use vocab::ids::{ErasureJobId, PersonId, RightsRequestId, SchoolId};

/// A row of `erasure_job`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "erasure_job")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ErasureJobId,
    pub school_id: SchoolId,
    pub person_id: PersonId,
    pub request_id: Option<RightsRequestId>,
    pub rule: String,
    pub state: ErasureState,
    pub plan_hash: Option<String>,
    pub traces: String,
    pub cooling_off_until: Option<DateTimeUtc>,
    pub attempts: i32,
    pub last_error: Option<String>,
    pub asked_by: Option<PersonId>,
    pub created_at: DateTimeUtc,
    pub failed_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
