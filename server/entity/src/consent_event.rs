//! One entry of a school's record of consents. Entries are chained by their hashes and only ever added.

use sea_orm::entity::prelude::*;
use vocab::consent::{AgeBand, ConsentKind, ConsentPurpose, GivenBy};
use vocab::ids::{ConsentEventId, ConsentRequestId, PersonId, SchoolId};

/// A row of `consent_event`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consent_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConsentEventId,
    pub school_id: SchoolId,
    pub seq: i64,
    pub subject_id: PersonId,
    pub purpose: ConsentPurpose,
    pub request_id: Option<ConsentRequestId>,
    pub kind: ConsentKind,
    pub given_by: GivenBy,
    pub actor_id: Option<PersonId>,
    pub age_band: AgeBand,
    pub text_version: String,
    pub valid_until: Option<DateTimeUtc>,
    pub payload: String,
    pub payload_commitment: String,
    pub prev_hash: String,
    pub entry_hash: String,
    pub at: DateTimeUtc,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
