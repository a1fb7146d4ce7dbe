//! The rules as they hold in a school: those of the data map, with the school's own
//! choices in place of theirs. Every choice is kept with its reason; the newest holds.

use std::collections::HashMap;

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime};
use chrono_tz::Tz;
use datamap::{Anchor, Period, Retention, RetentionRule};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    QueryFilter, QueryOrder,
};
use serde_json::json;
use vocab::form::FieldError;
use vocab::ids::SchoolId;
use vocab::retention::{PeriodUnit, ValidPeriod};

use super::Error;
use crate::access::Permitted;
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::moments::from_local;
use crate::secrets::new_id;
use entity::retention_choice;

/// Every rule, in the order of the schedule.
pub fn rules() -> impl Iterator<Item = &'static RetentionRule> {
    Retention::ALL
        .iter()
        .flat_map(|retention| retention.rules())
}

/// How long each rule lasts in a school.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Periods(HashMap<String, Period>);

impl Periods {
    /// As chosen; as built in where nothing was.
    pub fn of(&self, rule: &RetentionRule) -> Period {
        self.0.get(rule.code).copied().unwrap_or(rule.period)
    }

    /// The same, with a choice.
    #[must_use]
    pub fn with(mut self, rule: &str, period: Period) -> Self {
        self.0.insert(rule.to_owned(), period);
        self
    }
}

pub(super) fn period_of(row: &retention_choice::Model) -> Period {
    let length = u16::try_from(row.length).unwrap_or(u16::MAX);
    match row.unit {
        PeriodUnit::Days => Period::Days(length),
        PeriodUnit::Months => Period::Months(length),
    }
}

/// The school's choices, oldest first: of one rule the last holds.
pub(super) async fn choices(
    db: &impl ConnectionTrait,
    school: SchoolId,
) -> Result<Vec<retention_choice::Model>, DbErr> {
    retention_choice::Entity::find()
        .filter(retention_choice::Column::SchoolId.eq(school))
        .order_by_asc(retention_choice::Column::Id)
        .all(db)
        .await
}

/// The periods that hold in a school.
pub(super) async fn periods(db: &impl ConnectionTrait, school: SchoolId) -> Result<Periods, DbErr> {
    let rows = choices(db, school).await?;
    Ok(rows.iter().fold(Periods::default(), |periods, row| {
        periods.with(&row.rule, period_of(row))
    }))
}

/// Chooses how long something is kept, within the bounds of its rule.
pub async fn choose(
    tx: &Write,
    permitted: &Permitted<()>,
    new: ValidPeriod,
    now: Time,
) -> Result<(), Error> {
    let wrong = |field: &str, message: String| {
        Err(Error::Invalid(vec![FieldError {
            field: field.to_owned(),
            message,
        }]))
    };
    let Some(rule) = rules().find(|rule| rule.code == new.rule) else {
        return wrong("rule", "Choose a rule of the list".to_owned());
    };
    let period = match new.unit {
        PeriodUnit::Days => Period::Days(new.length),
        PeriodUnit::Months => Period::Months(new.length),
    };
    let bounds = rule.bounds();
    if bounds.least == bounds.most {
        return wrong(
            "rule",
            format!("This cannot be changed: {}", bounds.because),
        );
    }
    let days = period.about_days();
    if days < bounds.least.about_days() || days > bounds.most.about_days() {
        return wrong(
            "length",
            format!(
                "Choose between {} and {}: {}",
                bounds.least.words(),
                bounds.most.words(),
                bounds.because
            ),
        );
    }
    let school = permitted.school();
    let before = periods(&**tx, school).await?.of(rule);
    retention_choice::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        rule: Set(new.rule.clone()),
        length: Set(i32::from(new.length)),
        unit: Set(new.unit),
        reason: Set(new.reason.clone()),
        chosen_by: Set(permitted.actor()),
        at: Set(now),
    }
    .insert(&**tx)
    .await?;
    let event = Event {
        school,
        actor: permitted.actor(),
        kind: "retention.chosen",
        subject: school.0,
        before: Some(json!({ "rule": rule.code, "period": before.words() })),
        after: Some(json!({ "rule": rule.code, "period": period.words() })),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}

/// A period later; where a month has no such day, its last.
pub(crate) fn later(at: Time, period: Period) -> Time {
    match period {
        Period::Days(days) => at.checked_add_days(Days::new(u64::from(days))),
        Period::Months(months) => at.checked_add_months(Months::new(u32::from(months))),
    }
    .unwrap_or(Time::MAX_UTC)
}

fn earlier(at: Time, period: Period) -> Time {
    match period {
        Period::Days(days) => at.checked_sub_days(Days::new(u64::from(days))),
        Period::Months(months) => at.checked_sub_months(Months::new(u32::from(months))),
    }
    .unwrap_or(Time::MIN_UTC)
}

/// What was before this moment is due at `now`. Under a rule that counts from the end of
/// a school year this is the end (31 August) of the last year that is long enough over.
pub fn cutoff(anchor: Anchor, period: Period, zone: Tz, now: Time) -> Time {
    let plain = earlier(now, period);
    if anchor != Anchor::EndOfSchoolYear {
        return plain;
    }
    let day = plain.with_timezone(&zone).date_naive();
    let this_year = NaiveDate::from_ymd_opt(day.year(), 9, 1);
    let end = this_year
        .filter(|end| *end <= day)
        .or_else(|| NaiveDate::from_ymd_opt(day.year() - 1, 9, 1));
    end.map_or(Time::MIN_UTC, |end| {
        from_local(end.and_time(NaiveTime::MIN), zone)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LONDON: Tz = Tz::Europe__London;

    fn time(text: &str) -> Time {
        text.parse().expect("a time")
    }

    #[test]
    fn work_of_a_school_year_is_due_a_year_after_its_end_and_not_a_day_before() {
        let due = |now: &str| {
            cutoff(
                Anchor::EndOfSchoolYear,
                Period::Months(12),
                LONDON,
                time(now),
            )
        };
        // The year 2025/26 ends on 31 August 2026.
        assert_eq!(due("2027-08-31T12:00:00Z"), time("2025-08-31T23:00:00Z"));
        assert_eq!(due("2027-09-01T12:00:00Z"), time("2026-08-31T23:00:00Z"));
    }

    #[test]
    fn a_month_later_is_the_same_day_or_the_last_of_the_month() {
        assert_eq!(
            later(time("2027-01-31T10:00:00Z"), Period::Months(1)),
            time("2027-02-28T10:00:00Z")
        );
        assert_eq!(
            later(time("2028-02-29T10:00:00Z"), Period::Months(12)),
            time("2029-02-28T10:00:00Z")
        );
    }

    proptest! {
        #[test]
        fn a_longer_period_never_makes_more_due(minutes in 0_i64..40_000_000, months in 1_u16..80, more in 0_u16..40) {
            let now = Time::UNIX_EPOCH + chrono::TimeDelta::minutes(minutes);
            for anchor in [Anchor::Written, Anchor::EndOfSchoolYear] {
                let short = cutoff(anchor, Period::Months(months), LONDON, now);
                let long = cutoff(anchor, Period::Months(months + more), LONDON, now);
                prop_assert!(long <= short);
                prop_assert!(short <= now);
            }
        }
    }
}
