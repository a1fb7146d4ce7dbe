//! Somebody in one school. A leaver is ended, never deleted.

use sea_orm::entity::prelude::*;
use vocab::ids::{DataSourceId, PersonId, SchoolId};
use vocab::people::PersonSource;

/// A row of `person`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PersonId,
    pub school_id: SchoolId,
    pub given_name: String,
    pub family_name: String,
    pub sort_name: String,
    pub year_group: Option<String>,
    pub email: Option<String>,
    pub sourced_id: Option<String>,
    pub created_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    pub source: PersonSource,
    /// When a child of this guardian was last erased: the tie went with the child.
    pub tie_erased_at: Option<DateTimeUtc>,
    /// The declared source whose id `sourced_id` is; none where it is the school's own roster's.
    pub source_id: Option<DataSourceId>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
