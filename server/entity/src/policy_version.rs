//! A version of one of the platform's policy documents. It belongs to no school: every
//! school of the platform has the same. Its state follows from its times.

use sea_orm::entity::prelude::*;
use vocab::ids::PolicyVersionId;
use vocab::policies::PolicyDocument;

/// A row of `policy_version`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "policy_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PolicyVersionId,
    pub document: PolicyDocument,
    pub language: String,
    pub semver: String,
    pub is_material: bool,
    pub change_log: String,
    pub text: String,
    pub text_sha256: String,
    pub author: String,
    pub proposed_at: DateTimeUtc,
    pub approver: Option<String>,
    pub approved_at: Option<DateTimeUtc>,
    pub effective_from: Option<DateTimeUtc>,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
