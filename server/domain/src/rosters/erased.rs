//! What the reports of imports say of people who are erased is left out: the list of whom the
//! school would lose and the people to look at know who is meant, whatever they were called on
//! that day. Problems are sentences; the erasure searches them for names.

use std::collections::HashSet;

use entity::roster_import;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::Value;
use vocab::ids::{ImportId, PersonId, SchoolId};

use super::report;
use crate::db::Db;

/// Reports in memory at once: each may hold a thousand problems.
const AT_A_TIME: usize = 20;

/// Leaves people who are erased out of every report of their school.
pub(crate) async fn leave_out(
    db: &Db,
    school: SchoolId,
    people: &HashSet<PersonId>,
) -> Result<(), DbErr> {
    let ids: Vec<ImportId> = roster_import::Entity::find()
        .select_only()
        .column(roster_import::Column::Id)
        .filter(roster_import::Column::SchoolId.eq(school))
        .order_by_asc(roster_import::Column::Id)
        .into_tuple()
        .all(db.read())
        .await?;
    for few in ids.chunks(AT_A_TIME) {
        let rows: Vec<(ImportId, Value)> = roster_import::Entity::find()
            .select_only()
            .columns([roster_import::Column::Id, roster_import::Column::Report])
            .filter(roster_import::Column::Id.is_in(few.iter().copied()))
            .into_tuple()
            .all(db.read())
            .await?;
        let kept: Vec<&Value> = rows.iter().map(|(_, report)| report).collect();
        let ring = report::ring(db.read(), &kept).await?;
        for (id, kept) in &rows {
            if report::read(&ring, school, *id, kept).is_about_any(people) {
                leave_out_of(db, *id, people).await?;
            }
        }
    }
    Ok(())
}

async fn leave_out_of(db: &Db, id: ImportId, people: &HashSet<PersonId>) -> Result<(), DbErr> {
    let tx = db.write().await?;
    let Some(import) = roster_import::Entity::find_by_id(id)
        .lock_exclusive()
        .one(&*tx)
        .await?
    else {
        return Ok(());
    };
    let mut report = report::open(&*tx, &import).await?;
    // One that cannot be read says nothing, and nothing is written in its place.
    if !report.is_about_any(people) {
        return Ok(());
    }
    report.leave_out(people);
    roster_import::ActiveModel {
        id: Set(id),
        report: Set(report::seal(&*tx, import.school_id, id, &report).await?),
        ..Default::default()
    }
    .update(&*tx)
    .await?;
    tx.commit().await?;
    Ok(())
}
