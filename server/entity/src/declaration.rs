//! A school's signed word that it may process its students' data: who signed which
//! text, and when. Nobody is named where the operator's command line signed.

use sea_orm::entity::prelude::*;
use vocab::ids::{DeclarationId, PersonId, SchoolId};
use vocab::schools::{Assessment, DeclaredBasis};

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
    pub establishment_number: Option<String>,
    pub contact_name: Option<String>,
    pub contact: Option<String>,
    pub basis: Option<DeclaredBasis>,
    pub assessment: Option<Assessment>,
    pub purposes: Option<String>,
    pub signed_as: Option<String>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
