//! A table of counts that was given out, with how it was made and what the check found.

use sea_orm::entity::prelude::*;
use vocab::ids::ReleaseId;
use vocab::statistics::StatTemplate;

/// A row of `stat_release`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stat_release")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReleaseId,
    pub template: StatTemplate,
    pub from_at: DateTimeUtc,
    pub until_at: DateTimeUtc,
    pub fewest: i32,
    pub rounding: i32,
    pub schools: i32,
    pub hidden: i32,
    pub check_text: String,
    pub released_at: DateTimeUtc,
    pub mark_key: Option<String>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
