//! A file that came with something that could not be done. The bytes are in the object store.

use sea_orm::entity::prelude::*;
use vocab::ids::{FileId, SchoolId};

/// A row of `outbox_file`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox_file")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FileId,
    pub school_id: SchoolId,
    pub item_id: Uuid,
    pub name: String,
    pub size_bytes: i64,
    pub media_type: String,
    pub object_key: String,
    pub sha256: String,
}

/// Joins are written where they are read.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
