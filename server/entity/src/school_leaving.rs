//! A school stops using the platform: from when, who asked for it and who confirmed it.

use sea_orm::entity::prelude::*;
use vocab::ids::{LeavingId, PersonId, SchoolId};

/// A row of `school_leaving`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "school_leaving")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LeavingId,
    pub school_id: SchoolId,
    /// The first moment after the last day.
    pub leaves_at: DateTimeUtc,
    /// None where whoever runs the platform ended it.
    pub asked_by: Option<PersonId>,
    pub asked_at: DateTimeUtc,
    pub confirmed_by: Option<PersonId>,
    pub confirmed_at: Option<DateTimeUtc>,
    pub called_off_by: Option<PersonId>,
    pub called_off_at: Option<DateTimeUtc>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
