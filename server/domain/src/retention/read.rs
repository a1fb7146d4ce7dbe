//! The lead's page: the schedule as it holds here, what was due at the last runs, holds.

use std::collections::HashMap;

use chrono::TimeDelta;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use vocab::retention::{RetentionPage, RuleLine, RunLine};

use super::Error;
use super::schedule::{Periods, choices, period_of, rules};
use crate::access::Permitted;
use crate::actor::Actor;
use crate::clock::Time;
use crate::db::Keyed;
use crate::moments::moment;
use crate::people::names_of;
use crate::{holds, notice};
use entity::{erasure_job, retention_choice, retention_run};

/// Runs that are shown.
const MOST_RUNS: u64 = 30;
/// What failed for so long needs somebody.
pub(crate) const OVERDUE: TimeDelta = TimeDelta::days(7);

/// What the school keeps for how long, what is due, and what is held. Five queries.
pub async fn page(
    db: &impl Keyed,
    actor: &Actor,
    permitted: &Permitted<()>,
    now: Time,
) -> Result<RetentionPage, Error> {
    let school = permitted.school();
    let chosen = choices(db, school).await?;
    let holds = holds::list(db, permitted).await?;
    let choosers = chosen.iter().filter_map(|row| row.chosen_by);
    let names = names_of(db, choosers.chain(holds::named(&holds))).await?;
    let last: HashMap<&str, &retention_choice::Model> =
        chosen.iter().map(|row| (row.rule.as_str(), row)).collect();
    let periods = chosen.iter().fold(Periods::default(), |periods, row| {
        periods.with(&row.rule, period_of(row))
    });
    let at = |time: Time| moment(time, actor.time_zone, now);
    let told = notice::retention();
    let lines = rules()
        .map(|rule| {
            let bounds = rule.bounds();
            let what = told.iter().find(|line| line.code == rule.code);
            let changed = last.get(rule.code).map(|row| {
                let who = row.chosen_by.and_then(|id| names.get(&id));
                format!(
                    "{}, {}: {}",
                    who.map_or("the operator", String::as_str),
                    at(row.at).words,
                    row.reason
                )
            });
            RuleLine {
                code: rule.code.to_owned(),
                what: what
                    .map(|line| line.categories.join("; "))
                    .unwrap_or_default(),
                whose: rule.subject.words().to_owned(),
                period: format!("{} {}", periods.of(rule).words(), rule.anchor.words()),
                bounds: if bounds.least == bounds.most {
                    "cannot be changed".to_owned()
                } else {
                    format!("{} to {}", bounds.least.words(), bounds.most.words())
                },
                because: bounds.because.to_owned(),
                changed,
            }
        })
        .collect();
    let runs = retention_run::Entity::find()
        .filter(retention_run::Column::SchoolId.eq(school))
        .order_by_desc(retention_run::Column::At)
        .order_by_asc(retention_run::Column::Rule)
        .limit(MOST_RUNS)
        .all(db)
        .await?
        .into_iter()
        .map(|row| RunLine {
            code: row.rule,
            is_dry: row.is_dry,
            due: row.due,
            held: row.held,
            deleted: row.deleted,
            failed: row.failed,
            at: at(row.at),
        })
        .collect();
    let overdue = erasure_job::Entity::find()
        .filter(erasure_job::Column::SchoolId.eq(school))
        .filter(erasure_job::Column::EndedAt.is_null())
        .filter(erasure_job::Column::FailedAt.lt(now - OVERDUE))
        .count(db)
        .await?;
    Ok(RetentionPage {
        rules: lines,
        runs,
        holds: holds::lines(holds, &names, actor, now),
        overdue,
    })
}
