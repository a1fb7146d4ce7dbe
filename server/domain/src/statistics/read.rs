//! What was released, for the lead's page and for whoever runs the platform.

use std::collections::HashMap;
use std::fmt::Write as _;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use vocab::ids::ReleaseId;
use vocab::statistics::{Release, StatLine, StatisticsPage};

use super::Error;
use crate::access::{AccessError, Permitted};
use crate::clock::Time;
use crate::moments::day;
use crate::people::names_of;
use entity::{stat_cell, stat_choice, stat_release};

/// A page shows no more releases than this, unless it is asked for all.
const NEWEST: usize = 24;

/// How much of what was released is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// The newest.
    Newest,
    /// Everything.
    All,
}

/// The school's page: whether it takes part, and what was released. Four queries.
pub async fn page(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
    listed: Listed,
) -> Result<StatisticsPage, DbErr> {
    let choice = stat_choice::Entity::find()
        .filter(stat_choice::Column::SchoolId.eq(permitted.school()))
        .filter(stat_choice::Column::EndedAt.is_null())
        .one(db)
        .await?;
    let names = names_of(db, choice.iter().map(|choice| choice.chosen_by)).await?;
    let mut rows = newest_first(db).await?;
    let older = match listed {
        Listed::Newest => rows.split_off(rows.len().min(NEWEST)).len(),
        Listed::All => 0,
    };
    Ok(StatisticsPage {
        agreed: choice.map(|choice| {
            let name = names.get(&choice.chosen_by).cloned().unwrap_or_default();
            (name, day(choice.began_at))
        }),
        releases: told(db, rows).await?,
        older,
    })
}

/// Everything that was released, newest first. Two queries.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Release>, DbErr> {
    told(db, newest_first(db).await?).await
}

async fn newest_first(db: &impl ConnectionTrait) -> Result<Vec<stat_release::Model>, DbErr> {
    stat_release::Entity::find()
        .order_by_desc(stat_release::Column::ReleasedAt)
        .order_by_desc(stat_release::Column::Id)
        .all(db)
        .await
}

/// One release.
pub async fn one(db: &impl ConnectionTrait, id: ReleaseId) -> Result<Release, Error> {
    let row = stat_release::Entity::find_by_id(id).one(db).await?;
    let told = told(db, row.into_iter().collect()).await?;
    Ok(told.into_iter().next().ok_or(AccessError::NotFound)?)
}

async fn told(
    db: &impl ConnectionTrait,
    rows: Vec<stat_release::Model>,
) -> Result<Vec<Release>, DbErr> {
    // Who is in a line is the ledger's alone, and is not read here.
    let cells: Vec<(ReleaseId, String, Option<i32>, Option<i32>)> = stat_cell::Entity::find()
        .select_only()
        .columns([
            stat_cell::Column::ReleaseId,
            stat_cell::Column::Label,
            stat_cell::Column::People,
            stat_cell::Column::Value,
        ])
        .filter(stat_cell::Column::ReleaseId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(stat_cell::Column::Place)
        .into_tuple()
        .all(db)
        .await?;
    let mut lines: HashMap<ReleaseId, Vec<StatLine>> = HashMap::new();
    for (release, label, people, value) in cells {
        let line = StatLine {
            label,
            people,
            value,
        };
        lines.entry(release).or_default().push(line);
    }
    Ok(rows
        .into_iter()
        .map(|row| Release {
            id: row.id,
            template: row.template,
            from: day(row.from_at),
            until: day(last_moment(row.until_at)),
            released: day(row.released_at),
            schools: row.schools,
            hidden: row.hidden,
            check: row.check_text,
            lines: lines.remove(&row.id).unwrap_or_default(),
        })
        .collect())
}

fn last_moment(until: Time) -> Time {
    until - chrono::TimeDelta::minutes(1)
}

/// A release as CSV; a hidden line has empty fields.
pub fn as_csv(release: &Release) -> String {
    let number = |number: Option<i32>| number.map(|number| number.to_string()).unwrap_or_default();
    let mut csv = format!(
        "\"{}\",\"People\",\"{}\"\r\n",
        release.template.line(),
        release.template.value()
    );
    for line in &release.lines {
        let (people, value) = (number(line.people), number(line.value));
        // Writing into a String cannot fail.
        let _ = write!(csv, "\"{}\",{people},{value}\r\n", line.label);
    }
    csv
}
