//! Making a release: whole months that are long over, the template's table, what is hidden
//! in it, the ledger, the search for somebody. All of it is kept, or nothing is.

use std::collections::BTreeSet;

use chrono::{Datelike as _, NaiveDate, NaiveTime, TimeDelta};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;
use vocab::ids::{ReleaseId, SchoolId};
use vocab::statistics::StatTemplate;

use super::Error;
use super::hide::{Cell, FEWEST, FEWEST_SCHOOLS, ROUNDING, table};
use super::intruder::Searched;
use super::ledger::{Earlier, admit};
use super::query::{agreed, contributions};
use crate::clock::Time;
use crate::db::Write;
use crate::seal::Seal;
use crate::secrets::new_id;
use entity::{school, stat_cell, stat_release};

/// Answers that come so long after the end of a period do not count any more, so that
/// nothing changes afterwards.
const SETTLED_AFTER: TimeDelta = TimeDelta::days(28);
/// So much of a keyed hash is kept: enough to count what two lines have in common.
const MARK: usize = 8;
/// A period is no longer than a school year.
const MOST_MONTHS: i32 = 12;

/// Whole months, long over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    from: Time,
    until: Time,
}

impl Period {
    /// From the first day of one month to the end of another, such as `2026-09` and
    /// `2026-10`.
    pub fn of_months(first: &str, last: &str, now: Time) -> Result<Self, Error> {
        let day = |month: &str| format!("{month}-01").parse::<NaiveDate>().ok();
        let (Some(from), Some(last)) = (day(first), day(last)) else {
            return Err(Error::Period("name months like 2026-09"));
        };
        let months = (last.year() - from.year()) * 12
            + i32::try_from(last.month()).unwrap_or_default()
            - i32::try_from(from.month()).unwrap_or_default()
            + 1;
        if !(1..=MOST_MONTHS).contains(&months) {
            return Err(Error::Period(
                "the last month is the first or later, and within a year of it",
            ));
        }
        let end = last.checked_add_months(chrono::Months::new(1));
        let until = end.ok_or(Error::Period("name months like 2026-09"))?;
        let at = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
        if at(until) + SETTLED_AFTER > now {
            return Err(Error::Period(
                "answers of that time can still change; wait until four weeks after its end",
            ));
        }
        Ok(Self {
            from: at(from),
            until: at(until),
        })
    }

    /// Its beginning.
    pub const fn from(self) -> Time {
        self.from
    }

    /// The moment after its end.
    pub const fn until(self) -> Time {
        self.until
    }
}

/// Makes and keeps a release. `seal` marks people so that two lines can be compared and
/// nobody be named.
pub async fn release(
    tx: &Write,
    seal: &Seal,
    template: StatTemplate,
    period: Period,
    now: Time,
) -> Result<ReleaseId, Error> {
    let schools: Vec<SchoolId> = school::Entity::find()
        .select_only()
        .column(school::Column::Id)
        .filter(school::Column::Id.in_subquery(agreed()))
        .into_tuple()
        .all(&**tx)
        .await?;
    if schools.len() < FEWEST_SCHOOLS {
        return Err(Error::TooFewSchools(schools.len()));
    }
    let contributed = contributions(&**tx, template, period).await?;
    let made = table(&contributed, template.is_rate());
    if made.shown().next().is_none() {
        return Err(Error::AllHidden);
    }
    let new = Earlier {
        template,
        period: (period.from, period.until),
        key: Some(seal.name()),
        cohorts: made.shown().map(|cell| marks(seal, cell)).collect(),
    };
    admit(&new, &earlier(&**tx).await?)?;
    let searched = Searched::new(made, template.is_rate())?;
    let in_it: BTreeSet<Uuid> = contributed.iter().map(|one| one.school).collect();
    let row = stat_release::Model {
        id: ReleaseId(new_id()),
        template,
        from_at: period.from,
        until_at: period.until,
        fewest: small(FEWEST),
        rounding: i32::try_from(ROUNDING).unwrap_or_default(),
        schools: small(in_it.len()),
        hidden: small(searched.table().hidden()),
        check_text: searched.words(),
        released_at: now,
        mark_key: Some(seal.name()),
    };
    keep(tx, seal, &searched, row).await
}

/// The people of a line as they are kept: two lines can be compared, and nobody is named.
fn marks(seal: &Seal, cell: &Cell) -> BTreeSet<String> {
    let mark = |person: &Uuid| seal.of(&person.to_string())[..MARK].to_owned();
    cell.cohort.iter().map(mark).collect()
}

/// Writes a release down, with the lines of the table that was searched for it.
async fn keep(
    tx: &Write,
    seal: &Seal,
    searched: &Searched,
    row: stat_release::Model,
) -> Result<ReleaseId, Error> {
    let (id, made) = (row.id, searched.table());
    stat_release::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(&**tx)
        .await?;
    for (place, cell) in made.cells.iter().chain([&made.total]).enumerate() {
        let shown = cell
            .shown
            .map(|(people, value)| (narrow(people), narrow(value)));
        let (people, value) = shown.unzip();
        let marked: Vec<String> = shown
            .map(|_| marks(seal, cell))
            .into_iter()
            .flatten()
            .collect();
        let row = stat_cell::Model {
            id: new_id(),
            release_id: id,
            place: small(place),
            label: cell.label.clone(),
            people,
            value,
            cohort: marked.join(","),
        };
        stat_cell::Entity::insert(row.into_active_model().reset_all())
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(id)
}

/// Every earlier release, as the ledger needs it.
async fn earlier(db: &impl ConnectionTrait) -> Result<Vec<Earlier>, DbErr> {
    let releases = stat_release::Entity::find().all(db).await?;
    let cells = stat_cell::Entity::find()
        .order_by_asc(stat_cell::Column::Place)
        .filter(stat_cell::Column::People.is_not_null())
        .all(db)
        .await?;
    Ok(releases
        .into_iter()
        .map(|release| Earlier {
            template: release.template,
            period: (release.from_at, release.until_at),
            key: release.mark_key,
            cohorts: cells
                .iter()
                .filter(|cell| cell.release_id == release.id)
                .map(|cell| cell.cohort.split(',').map(str::to_owned).collect())
                .collect(),
        })
        .collect())
}

fn small(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn narrow(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
