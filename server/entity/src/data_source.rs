//! A system beside the school's own from which data about people may come in. It counts
//! once a second person approved it, until it has ended.

use sea_orm::entity::prelude::*;
use vocab::ids::{DataSourceId, PersonId, SchoolId};

/// A row of `data_source`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "data_source")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DataSourceId,
    pub school_id: SchoolId,
    pub is_own: bool,
    pub system: String,
    pub what: String,
    pub because: String,
    pub assessment: String,
    pub declared_by: Option<PersonId>,
    pub declared_at: DateTimeUtc,
    pub approved_by: Option<PersonId>,
    pub approved_at: Option<DateTimeUtc>,
    pub ended_by: Option<PersonId>,
    pub ended_at: Option<DateTimeUtc>,
    /// From its approval on the school's roster comes from it, and from no system before it.
    pub replaces_roster: bool,
    /// The ids of the organisations that the school is in it, as the last package of it said.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub org_ids: Option<Json>,
    /// Whether a package of it came in that named no system.
    pub came_unnamed: bool,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
