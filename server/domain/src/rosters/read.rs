//! The pages of imports: the list with the file picker, one import with what it
//! would do or did, and its problems as a file.

use std::collections::HashSet;

use chrono::TimeDelta;
use entity::{person, roster_import};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
};
use serde_json::Value;
use vocab::ids::{ImportId, PersonId, SchoolId};
use vocab::looks::LookKind;
use vocab::people::Role;
use vocab::rosters::{ImportLine, ImportPage, ImportStage, ImportsPage};

use super::apply::{find, why_not_brought_in};
use super::report::{self, Report};
use super::undo::{undo_until, why_not_undone};
use super::{Error, UNDO_DAYS};
use crate::access::Permitted;
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Keyed;
use crate::guard;
use crate::looks::Whose;
use crate::moments::moment;
use crate::schools;

/// Files in the list, whatever became of them.
const NEWEST: u64 = 20;
/// Imports in the list, with those that are older and can still be undone.
const MOST_IMPORTS: u64 = 60;

/// One import, whatever its stage. Of whoever is restricted now it says no more than the list of
/// people does.
pub async fn page(
    db: &impl Keyed,
    actor: &Actor,
    school: &Permitted<()>,
    id: ImportId,
    now: Time,
) -> Result<ImportPage, Error> {
    let import = find(db, school.school(), id).await?;
    let why_not = match import.stage {
        ImportStage::Checked => why_not_brought_in(db, &import).await?,
        ImportStage::Applied => why_not_undone(db, &import, now).await?,
        ImportStage::Refused | ImportStage::Undone => None,
    };
    let undo_until = undo_until(&import).filter(|_| why_not.is_none());
    let mut report = report::open(db, &import).await?;
    if matches!(import.stage, ImportStage::Refused | ImportStage::Undone) {
        report.lost.clear();
    }
    let known = known(db, school.school(), (import.made_by, &report)).await?;
    let by = match import.made_by {
        Some(person) => name(&known, person),
        None => "The operator".to_owned(),
    };
    if !actor.is(Role::DataProtectionLead) {
        hide(&mut report, &known);
    }
    if report.tells_of_people() {
        actor.saw_list(Whose::School, LookKind::Details, actor.office_relation());
    }
    let zone = actor.time_zone;
    Ok(ImportPage {
        id,
        losses: report.losses(),
        file_name: import.file_name,
        stage: import.stage,
        counts: report.counts,
        problems: report.problems,
        samples: report.samples.into_iter().map(|one| one.told).collect(),
        lost: report.lost.into_iter().map(|one| one.told).collect(),
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

/// The problems of an import as a CSV file for a spreadsheet. They name whoever is restricted as
/// the list of people does.
pub async fn problems_csv(
    db: &impl Keyed,
    actor: &Actor,
    school: &Permitted<()>,
    id: ImportId,
) -> Result<String, Error> {
    let import = find(db, school.school(), id).await?;
    let report = report::open(db, &import).await?;
    if report.has_problems_with_people() {
        actor.saw_list(Whose::School, LookKind::Details, actor.office_relation());
    }
    Ok(report::csv(&report.problems))
}

#[derive(FromQueryResult)]
struct Known {
    id: PersonId,
    given_name: String,
    family_name: String,
    is_restricted: bool,
}

/// Who made an import and those of whom its report says something, as far as they are in the
/// school: one statement.
async fn known(
    db: &impl ConnectionTrait,
    school: SchoolId,
    (made_by, report): (Option<PersonId>, &Report),
) -> Result<Vec<Known>, DbErr> {
    let people: Vec<PersonId> = report.people().chain(made_by).collect();
    if people.is_empty() {
        return Ok(Vec::new());
    }
    person::Entity::find()
        .select_only()
        .column_as(person::Column::Id, "id")
        .column_as(person::Column::GivenName, "given_name")
        .column_as(person::Column::FamilyName, "family_name")
        .expr_as(
            guard::is_restricted(Expr::col((person::Entity, person::Column::Id))),
            "is_restricted",
        )
        .filter(person::Column::SchoolId.eq(school))
        .filter(person::Column::Id.is_in(people))
        .into_model::<Known>()
        .all(db)
        .await
}

fn name(known: &[Known], id: PersonId) -> String {
    let person = known.iter().find(|person| person.id == id);
    person
        .map(|person| format!("{} {}", person.given_name, person.family_name))
        .map(|name| name.trim().to_owned())
        .unwrap_or_default()
}

/// Leaves the names alone of whoever is restricted by now.
fn hide(report: &mut Report, known: &[Known]) {
    let restricted = known.iter().filter(|person| person.is_restricted);
    let restricted: HashSet<PersonId> = restricted.map(|person| person.id).collect();
    let is_hidden = |person: Option<PersonId>| person.is_some_and(|id| restricted.contains(&id));
    for one in report.lost.iter_mut().filter(|one| is_hidden(one.person)) {
        one.told.year_group = None;
    }
    for one in report
        .samples
        .iter_mut()
        .filter(|one| is_hidden(one.person))
    {
        one.told.facts.clear();
    }
}
