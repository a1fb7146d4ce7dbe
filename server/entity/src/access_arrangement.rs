//! What a school has set once for a student so that they can read, work and be marked as
//! fairly as everybody. Special category data.

use sea_orm::entity::prelude::*;
use uuid::Uuid;
use vocab::ids::{PersonId, SchoolId};
use vocab::reading::{Font, Measure, Spacing, Switch, TextSize, Theme};

/// A row of `access_arrangement`: at most one for each student.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_arrangement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub school_id: SchoolId,
    pub person_id: PersonId,
    /// Per cent.
    pub extra_time_percent: i32,
    pub rest_breaks: bool,
    pub what_helps: String,
    pub theme: Option<Theme>,
    pub size: Option<TextSize>,
    pub line: Option<Spacing>,
    pub letters: Option<Spacing>,
    pub measure: Option<Measure>,
    pub font: Option<Font>,
    pub ruler: Option<Switch>,
    pub aloud: Option<Switch>,
    pub set_by: Option<PersonId>,
    pub set_at: DateTimeUtc,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
