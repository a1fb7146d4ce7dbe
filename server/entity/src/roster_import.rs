//! One reading of a roster package: what it would change, what it did, and what was wrong with it.

use sea_orm::entity::prelude::*;
use vocab::ids::{DataSourceId, ImportId, PersonId, SchoolId};
use vocab::rosters::ImportStage;

/// A row of `roster_import`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "roster_import")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImportId,
    pub school_id: SchoolId,
    pub file_name: String,
    pub file_sha256: String,
    pub object_key: Option<String>,
    pub stage: ImportStage,
    #[sea_orm(column_type = "JsonBinary")]
    pub report: Json,
    pub made_by: Option<PersonId>,
    pub checked_at: DateTimeUtc,
    pub applied_at: Option<DateTimeUtc>,
    pub undone_at: Option<DateTimeUtc>,
    pub system: Option<String>,
    pub source_id: Option<DataSourceId>,
    /// The ids of the organisations that the school is in this source, for packages that do
    /// not say it themselves.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub org_ids: Option<Json>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
