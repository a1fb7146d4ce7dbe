//! What the packages of a source said of it, and what later ones are told by: which
//! organisations are the school, and that it names no system. It stands with the source, or with
//! the school for its own roster, because the record of the imports ends after a while.

use entity::{data_source, roster_import, school};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::Value;
use vocab::ids::SchoolId;
use vocab::rosters::ImportStage;

use super::Source;
use crate::db::Write;

/// Writes down what a package said that goes in. One that does not say which organisations are
/// the school leaves what an earlier one said.
pub(crate) async fn note_said(
    tx: &Write,
    school: SchoolId,
    (system, source): (Option<&str>, Source),
    org_ids: Option<Value>,
) -> Result<(), DbErr> {
    if org_ids.is_some() {
        keep_org_ids(tx, (school, source), org_ids).await?;
    }
    if system.is_some() {
        return Ok(());
    }
    if let Some(id) = source {
        let row = data_source::ActiveModel {
            id: Unchanged(id),
            came_unnamed: Set(true),
            ..Default::default()
        };
        row.update(&**tx).await.map(|_| ())
    } else {
        let row = school::ActiveModel {
            id: Unchanged(school),
            roster_came_unnamed: Set(true),
            ..Default::default()
        };
        row.update(&**tx).await.map(|_| ())
    }
}

/// After an import was undone: what the newest of its source said that stands.
pub(crate) async fn take_back_said(tx: &Write, import: &roster_import::Model) -> Result<(), DbErr> {
    use roster_import::Column;
    if import.org_ids.is_none() {
        return Ok(());
    }
    let of_source = match import.source_id {
        Some(id) => Column::SourceId.eq(id),
        None => Column::SourceId.is_null(),
    };
    let before: Option<Value> = roster_import::Entity::find()
        .select_only()
        .column(Column::OrgIds)
        .filter(Column::SchoolId.eq(import.school_id))
        .filter(Column::Stage.eq(ImportStage::Applied))
        .filter(Column::OrgIds.is_not_null())
        .filter(Column::Id.ne(import.id))
        .filter(of_source)
        .order_by_desc(Column::AppliedAt)
        .order_by_desc(Column::Id)
        .into_tuple()
        .one(&**tx)
        .await?;
    keep_org_ids(tx, (import.school_id, import.source_id), before).await
}

async fn keep_org_ids(
    tx: &Write,
    (school, source): (SchoolId, Source),
    org_ids: Option<Value>,
) -> Result<(), DbErr> {
    if let Some(id) = source {
        let row = data_source::ActiveModel {
            id: Unchanged(id),
            org_ids: Set(org_ids),
            ..Default::default()
        };
        row.update(&**tx).await.map(|_| ())
    } else {
        let row = school::ActiveModel {
            id: Unchanged(school),
            roster_org_ids: Set(org_ids),
            ..Default::default()
        };
        row.update(&**tx).await.map(|_| ())
    }
}
