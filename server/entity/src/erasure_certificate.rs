//! What is left of an erasure: when, under which rule, how many rows of which tables. It names nobody.

use sea_orm::entity::prelude::*;
use vocab::ids::{ErasureJobId, SchoolId};

/// A row of `erasure_certificate`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "erasure_certificate")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub school_id: SchoolId,
    pub job_id: ErasureJobId,
    pub number: String,
    pub rule: String,
    pub plan_hash: String,
    pub lookup: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub summary: Json,
    pub backups_gone_at: DateTimeUtc,
    pub issued_at: DateTimeUtc,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
