//! Somebody's data was asked for by a third party: why, who approved it, what was given.

use sea_orm::entity::prelude::*;
use vocab::disclosures::{DisclosureKind, DisclosureState};
use vocab::ids::{DisclosureId, PersonId, SchoolId};

/// A row of `disclosure`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "disclosure")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DisclosureId,
    pub school_id: SchoolId,
    pub reference: String,
    pub kind: DisclosureKind,
    pub state: DisclosureState,
    pub requester: String,
    pub authority: String,
    pub basis: String,
    pub categories: String,
    pub kinds: Option<String>,
    pub subject_id: Option<PersonId>,
    pub asked_by: PersonId,
    pub asked_at: DateTimeUtc,
    pub first_by: Option<PersonId>,
    pub first_at: Option<DateTimeUtc>,
    pub second_by: Option<PersonId>,
    pub second_at: Option<DateTimeUtc>,
    pub told_at: Option<DateTimeUtc>,
    pub not_told_because: Option<String>,
    pub refused_because: Option<String>,
    pub given_at: Option<DateTimeUtc>,
    pub payload_sha256: Option<String>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
