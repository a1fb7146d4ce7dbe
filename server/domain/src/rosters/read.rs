//! The pages of imports: the list with the file picker, one import with what it
//! would do or did, and its problems as a file.

use chrono::TimeDelta;
use entity::{person, roster_import};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};
use serde_json::Value;
use vocab::ids::{ImportId, PersonId, SchoolId};
use vocab::rosters::{ImportLine, ImportPage, ImportStage, ImportsPage};

use super::apply::{find, why_not_brought_in};
use super::report;
use super::undo::{undo_until, why_not_undone};
use super::{Error, UNDO_DAYS};
use crate::access::Permitted;
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Keyed;
use crate::moments::moment;
use crate::schools;

/// Files in the list, whatever became of them.
const NEWEST: u64 = 20;
/// Imports in the list, with those that are older and can still be undone.
const MOST_IMPORTS: u64 = 60;

/// One import, whatever its stage.
pub async fn page(
    db: &impl Keyed,
    actor: &Actor,
    school: &Permitted<()>,
    id: ImportId,
    now: Time,
) -> Result<ImportPage, Error> {
    let import = find(db, school.school(), id).await?;
    let by = match import.made_by {
        Some(person) => name(db, school.school(), person).await?,
        None => "The operator".to_owned(),
    };
    let why_not = match import.stage {
        ImportStage::Checked => why_not_brought_in(db, &import).await?,
        ImportStage::Applied => why_not_undone(db, &import, now).await?,
        ImportStage::Refused | ImportStage::Undone => None,
    };
    let undo_until = undo_until(&import).filter(|_| why_not.is_none());
    let report = report::open(db, &import).await?;
    let zone = actor.time_zone;
    Ok(ImportPage {
        id,
        losses: report.losses(),
        file_name: import.file_name,
        stage: import.stage,
        counts: report.counts,
        problems: report.problems,
        samples: report.samples,
        lost: match import.stage {
            ImportStage::Checked | ImportStage::Applied => report.lost,
            ImportStage::Refused | ImportStage::Undone => Vec::new(),
        },
        asks_about_leavers: report.asks_about_leavers
            && import.stage == ImportStage::Checked
            && why_not.is_none(),
        back: report.back,
        stayed: report
            .stayed
            .filter(|_| import.stage == ImportStage::Undone),
        checked: moment(import.checked_at, zone, now),
        by,
        undo_until: undo_until.map(|until| moment(until, zone, now)),
        why_not,
    })
}

/// The newest imports of the school, and those before them that can still be undone, newest
/// first. Two statements, and one for the key.
pub async fn list(
    db: &impl Keyed,
    actor: &Actor,
    school: &Permitted<()>,
    now: Time,
) -> Result<ImportsPage, Error> {
    use roster_import::Column;
    let newest_first = || {
        roster_import::Entity::find()
            .select_only()
            .filter(Column::SchoolId.eq(school.school()))
            .order_by_desc(Column::CheckedAt)
            .order_by_desc(Column::Id)
    };
    let newest = newest_first().column(Column::Id).limit(NEWEST).into_query();
    let can_be_undone = Condition::all()
        .add(Column::Stage.eq(ImportStage::Applied))
        .add(Column::AppliedAt.gte(now - TimeDelta::days(UNDO_DAYS)));
    let rows: Vec<(ImportId, String, ImportStage, Time, Value)> = newest_first()
        .columns([
            Column::Id,
            Column::FileName,
            Column::Stage,
            Column::CheckedAt,
            Column::Report,
        ])
        .filter(
            Condition::any()
                .add(Column::Id.in_subquery(newest))
                .add(can_be_undone),
        )
        .limit(MOST_IMPORTS)
        .into_tuple()
        .all(db)
        .await?;
    let kept: Vec<&Value> = rows.iter().map(|(.., report)| report).collect();
    let ring = report::ring(db, &kept).await?;
    // The newest comes first, and only that one waits to be brought in.
    let mut has_newer = false;
    let imports = rows
        .into_iter()
        .map(|(id, file_name, stage, checked_at, kept)| {
            let is_replaced = has_newer && stage == ImportStage::Checked;
            has_newer |= stage != ImportStage::Refused;
            ImportLine {
                id,
                file_name,
                stage,
                is_replaced,
                counts: report::read(&ring, school.school(), id, &kept).counts,
                checked: moment(checked_at, actor.time_zone, now),
            }
        })
        .collect();
    Ok(ImportsPage {
        is_declared: schools::is_declared(db, school.school(), now).await?,
        imports,
    })
}

/// The problems of an import as a CSV file for a spreadsheet.
pub async fn problems_csv(
    db: &impl Keyed,
    school: &Permitted<()>,
    id: ImportId,
) -> Result<String, Error> {
    let import = find(db, school.school(), id).await?;
    Ok(report::csv(&report::open(db, &import).await?.problems))
}

async fn name(db: &impl ConnectionTrait, school: SchoolId, id: PersonId) -> Result<String, Error> {
    let names: Option<(String, String)> = person::Entity::find_by_id(id)
        .select_only()
        .columns([person::Column::GivenName, person::Column::FamilyName])
        .filter(person::Column::SchoolId.eq(school))
        .into_tuple()
        .one(db)
        .await?;
    Ok(names
        .map(|(given, family)| format!("{given} {family}").trim().to_owned())
        .unwrap_or_default())
}
