//! The one table of the key store. It is made here and not by the migrations of the
//! data, because it lives in another database with a life of its own.

use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, DbErr, Schema};

/// One key. After it was destroyed the row stays without it, so that none is made again.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "subject_key")]
pub(crate) struct Model {
    /// The person, or the school.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject_id: Uuid,
    pub key_id: Uuid,
    pub wrapped_key: Option<Vec<u8>>,
    pub algorithm: String,
    /// Which master key wrapped it.
    pub kek_id: String,
    pub created_at: DateTimeUtc,
    pub destroyed_at: Option<DateTimeUtc>,
    pub reason: Option<String>,
}

/// It stands alone.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Makes the table where it is not there yet.
pub(super) async fn migrate(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    let mut create = Schema::new(db.get_database_backend()).create_table_from_entity(Entity);
    db.execute(create.if_not_exists()).await?;
    Ok(())
}
