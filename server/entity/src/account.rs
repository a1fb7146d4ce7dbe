//! A way to sign in: one for each person, with a username of its own in the school.

use sea_orm::entity::prelude::*;
use vocab::ids::{AccountId, PersonId, SchoolId};

/// A row of `account`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccountId,
    pub school_id: SchoolId,
    pub person_id: PersonId,
    pub username: String,
    pub password_hash: Option<String>,
    pub password_set_at: Option<DateTimeUtc>,
    pub disabled_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
