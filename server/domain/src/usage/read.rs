//! What may be seen of the counts. A number is shown where at least ten times are in it
//! and at least ten people of the school have the role; it is rounded to five, so that two
//! looks one page apart tell nothing.

use std::collections::HashMap;

use chrono::TimeDelta;
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
};
use vocab::ids::SchoolId;
use vocab::people::Role;
use vocab::usage::{PageKind, UsageLine};

use crate::access::Permitted;
use crate::clock::Time;
use entity::{person_role, usage_counter};

/// Fewer than so many are never shown.
pub const FEWEST: i64 = 10;
/// What is shown is of so many days.
const DAYS: TimeDelta = TimeDelta::days(28);

/// How a count is shown: to the nearest five, and none where it is small or few people
/// are behind it.
pub const fn shown(times: i64, people: i64) -> Option<i64> {
    if times < FEWEST || people < FEWEST {
        None
    } else {
        Some((times + 2) / 5 * 5)
    }
}

/// The school's own page. Two queries.
pub async fn of_school(
    db: &impl ConnectionTrait,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<Vec<UsageLine>, DbErr> {
    lines(db, Some(permitted.school()), now).await
}

/// All schools together, for whoever runs the platform. Two queries.
pub async fn of_all(db: &impl ConnectionTrait, now: Time) -> Result<Vec<UsageLine>, DbErr> {
    lines(db, None, now).await
}

async fn lines(
    db: &impl ConnectionTrait,
    school: Option<SchoolId>,
    now: Time,
) -> Result<Vec<UsageLine>, DbErr> {
    let of = |column: &dyn Fn(SchoolId) -> SimpleExpr| match school {
        Some(school) => Condition::all().add(column(school)),
        None => Condition::all(),
    };
    let sums: Vec<(PageKind, Role, i64)> = usage_counter::Entity::find()
        .select_only()
        .column(usage_counter::Column::Page)
        .column(usage_counter::Column::Role)
        .column_as(usage_counter::Column::Times.sum(), "times")
        .filter(of(&|school| usage_counter::Column::SchoolId.eq(school)))
        .filter(usage_counter::Column::HourAt.gte(now - DAYS))
        .group_by(usage_counter::Column::Page)
        .group_by(usage_counter::Column::Role)
        .into_tuple()
        .all(db)
        .await?;
    let people: HashMap<Role, i64> = person_role::Entity::find()
        .select_only()
        .column(person_role::Column::Role)
        .column_as(person_role::Column::PersonId.count(), "people")
        .filter(of(&|school| person_role::Column::SchoolId.eq(school)))
        .filter(person_role::Column::EndedAt.is_null())
        .group_by(person_role::Column::Role)
        .into_tuple::<(Role, i64)>()
        .all(db)
        .await?
        .into_iter()
        .collect();
    let mut lines: Vec<UsageLine> = sums
        .into_iter()
        .map(|(page, role, times)| UsageLine {
            page,
            role,
            times: shown(times, people.get(&role).copied().unwrap_or_default()),
        })
        .collect();
    lines.sort_by_key(|line| (line.page, line.role));
    Ok(lines)
}
