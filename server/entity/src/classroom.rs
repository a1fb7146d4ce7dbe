//! A teaching group.

use sea_orm::entity::prelude::*;
use vocab::ids::{ClassroomId, DataSourceId, PersonId, SchoolId};

/// A row of `classroom`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "classroom")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClassroomId,
    pub school_id: SchoolId,
    pub name: String,
    pub subject: Option<String>,
    pub year_group: Option<String>,
    pub sourced_id: Option<String>,
    pub created_at: DateTimeUtc,
    pub archived_at: Option<DateTimeUtc>,
    pub archived_by: Option<PersonId>,
    /// The declared source whose id `sourced_id` is; none where it is the school's own roster's.
    pub source_id: Option<DataSourceId>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
