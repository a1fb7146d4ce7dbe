//! How somebody reads best, as they chose it themselves; what they left alone is empty.

use sea_orm::entity::prelude::*;
use uuid::Uuid;
use vocab::ids::{PersonId, SchoolId};
use vocab::reading::{Font, Measure, Spacing, Switch, TextSize, Theme};

/// A row of `reading_setting`: at most one for each person.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reading_setting")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub school_id: SchoolId,
    pub person_id: PersonId,
    pub theme: Option<Theme>,
    pub size: Option<TextSize>,
    pub line: Option<Spacing>,
    pub letters: Option<Spacing>,
    pub measure: Option<Measure>,
    pub font: Option<Font>,
    pub ruler: Option<Switch>,
    pub aloud: Option<Switch>,
    pub changed_at: DateTimeUtc,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
