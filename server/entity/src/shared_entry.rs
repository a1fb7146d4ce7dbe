//! Somebody's data stood in a file that was given to a recipient.

use sea_orm::entity::prelude::*;
use vocab::ids::{DisclosureId, PersonId, SchoolId, SharingId};

/// A row of `shared_entry`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "shared_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub school_id: SchoolId,
    pub sharing_id: SharingId,
    pub disclosure_id: DisclosureId,
    pub subject_id: PersonId,
    pub given_to: String,
    pub columns: String,
    pub at: DateTimeUtc,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
