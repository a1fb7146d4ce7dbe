//! The pages of imports: the list with the file picker, one import with what it
//! would do or did, and its problems as a file.

use entity::{person, roster_import};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use vocab::ids::{ImportId, PersonId, SchoolId};
use vocab::rosters::{ImportLine, ImportPage, ImportStage, ImportsPage};

use super::Error;
use super::apply::{find, why_not_brought_in};
use super::report;
use super::undo::{undo_until, why_not_undone};
use crate::access::Permitted;
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Keyed;
use crate::moments::moment;
use crate::schools;

/// Imports in the list.
const MOST_IMPORTS: u64 = 20;

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

/// The imports of the school, newest first.
pub async fn list(
    db: &impl ConnectionTrait,
    actor: &Actor,
    school: &Permitted<()>,
    now: Time,
) -> Result<ImportsPage, Error> {
    let rows: Vec<(ImportId, String, ImportStage, Time)> = roster_import::Entity::find()
        .select_only()
        .columns([
            roster_import::Column::Id,
            roster_import::Column::FileName,
            roster_import::Column::Stage,
            roster_import::Column::CheckedAt,
        ])
        .filter(roster_import::Column::SchoolId.eq(school.school()))
        .order_by_desc(roster_import::Column::CheckedAt)
        .order_by_desc(roster_import::Column::Id)
        .limit(MOST_IMPORTS)
        .into_tuple()
        .all(db)
        .await?;
    // The newest comes first, and only that one waits to be brought in.
    let mut has_newer = false;
    let imports = rows
        .into_iter()
        .map(|(id, file_name, stage, checked_at)| {
            let is_replaced = has_newer && stage == ImportStage::Checked;
            has_newer |= stage != ImportStage::Refused;
            ImportLine {
                id,
                file_name,
                stage,
                is_replaced,
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
