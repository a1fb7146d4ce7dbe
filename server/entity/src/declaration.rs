//! A school's signed word that it may process its students' data: who signed which
//! text, and when. Nobody is named where the operator's command line signed.

use sea_orm::entity::prelude::*;
use vocab::ids::{DeclarationId, PersonId, SchoolId};

/// A row of `declaration`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "declaration")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeclarationId,
    pub school_id: SchoolId,
    pub signed_by: Option<PersonId>,
    pub text_version: String,
    pub text_sha256: String,
    pub signed_at: DateTimeUtc,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
