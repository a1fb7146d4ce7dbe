//! What the packages of a source said of it, and what later ones are told by: which
//! organisations are the school, and that it names no system. It stands with the source, or with
//! the school for its own roster, because the record of the imports ends after a while.

use entity::{data_source, person, roster_import, school};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
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

/// After an import was undone, unless a later one said something else: what the newest of its
/// source said that stands. Where none is left in the record although the source has people from
/// before, an earlier one may have said the same, and that stays.
pub(crate) async fn take_back_said(tx: &Write, import: &roster_import::Model) -> Result<(), DbErr> {
    use roster_import::Column;
    let of_whom = (import.school_id, import.source_id);
    if import.org_ids.is_none() || kept_org_ids(tx, of_whom).await? != import.org_ids {
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
    if before.is_none() && has_people_from_before(tx, import).await? {
        return Ok(());
    }
    keep_org_ids(tx, of_whom, before).await
}

/// Whether somebody of an import's source was here before it, so that it was not the first.
async fn has_people_from_before(tx: &Write, import: &roster_import::Model) -> Result<bool, DbErr> {
    use person::Column;
    let of_source = match import.source_id {
        Some(id) => Column::SourceId.eq(id),
        None => Column::SourceId.is_null(),
    };
    let found = person::Entity::find()
        .filter(Column::SchoolId.eq(import.school_id))
        .filter(Column::SourcedId.is_not_null())
        .filter(Column::CreatedAt.lt(import.applied_at))
        .filter(of_source)
        .count(&**tx)
        .await?;
    Ok(found > 0)
}

async fn kept_org_ids(
    tx: &Write,
    (school, source): (SchoolId, Source),
) -> Result<Option<Value>, DbErr> {
    if let Some(id) = source {
        let row = data_source::Entity::find_by_id(id).one(&**tx).await?;
        Ok(row.and_then(|row| row.org_ids))
    } else {
        let row = school::Entity::find_by_id(school).one(&**tx).await?;
        Ok(row.and_then(|row| row.roster_org_ids))
    }
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
