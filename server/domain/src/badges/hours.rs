//! When badges work at a school, by its own clocks, and who enrols its devices.

use chrono::{Datelike, NaiveDate, Timelike};
use chrono_tz::Tz;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    QueryFilter,
};
use serde_json::json;
use vocab::badges::BadgeHours;
use vocab::ids::SchoolId;

use super::Error;
use crate::access::Permitted;
use crate::clock::Time;
use crate::db::Write;
use crate::events::{self, Event};
use crate::schools;
use crate::secrets::new_id;
use entity::badge_setting;

/// The school's hours; the usual ones where it chose none.
pub async fn hours(db: &impl ConnectionTrait, school: SchoolId) -> Result<BadgeHours, DbErr> {
    Ok(find(db, school)
        .await?
        .as_ref()
        .map_or_else(BadgeHours::default, read))
}

async fn find(
    db: &impl ConnectionTrait,
    school: SchoolId,
) -> Result<Option<badge_setting::Model>, DbErr> {
    badge_setting::Entity::find()
        .filter(badge_setting::Column::SchoolId.eq(school))
        .one(db)
        .await
}

fn read(row: &badge_setting::Model) -> BadgeHours {
    let minute = |minute| u16::try_from(minute).unwrap_or(0);
    BadgeHours {
        from: minute(row.from_minute),
        until: minute(row.until_minute),
        days: std::array::from_fn(|day| row.days & (1 << day) != 0),
        teachers_enrol: row.teachers_enrol,
    }
}

fn bits(days: [bool; 7]) -> i32 {
    days.iter()
        .enumerate()
        .map(|(day, is_open)| i32::from(*is_open) << day)
        .sum()
}

/// Chooses for the school, from the next sign-in on, unless somebody else did since the form
/// was opened that says `seen`.
pub async fn choose(
    tx: &Write,
    permitted: &Permitted<()>,
    new: &BadgeHours,
    seen: &str,
    now: Time,
) -> Result<(), Error> {
    schools::hold(tx, permitted.school()).await?;
    let old = find(&**tx, permitted.school()).await?;
    let known = old.as_ref().map_or_else(BadgeHours::default, read);
    if !seen.is_empty() && seen != known.seen() {
        return if *new == known {
            Ok(())
        } else {
            Err(Error::ChangedMeanwhile)
        };
    }
    let row = badge_setting::ActiveModel {
        id: Set(old.as_ref().map_or_else(new_id, |row| row.id)),
        school_id: Set(permitted.school()),
        from_minute: Set(i32::from(new.from)),
        until_minute: Set(i32::from(new.until)),
        days: Set(bits(new.days)),
        teachers_enrol: Set(new.teachers_enrol),
        set_by: Set(permitted.actor()),
        set_at: Set(now),
    };
    let kept = if old.is_some() {
        row.update(&**tx).await?
    } else {
        row.insert(&**tx).await?
    };
    let told = |row: &badge_setting::Model| {
        json!({
            "from": row.from_minute,
            "until": row.until_minute,
            "days": row.days,
            "teachers_enrol": row.teachers_enrol,
        })
    };
    let event = Event {
        school: permitted.school(),
        actor: permitted.actor(),
        kind: "badge_setting.chosen",
        subject: kept.id,
        before: old.as_ref().map(told),
        after: Some(told(&kept)),
    };
    events::record(&**tx, event, now).await?;
    Ok(())
}

/// Whether badges work now.
pub(super) fn is_open(hours: &BadgeHours, zone: Tz, now: Time) -> bool {
    let local = now.with_timezone(&zone);
    let minute = u16::try_from(local.hour() * 60 + local.minute()).unwrap_or(0);
    let day = local.weekday().num_days_from_monday();
    hours.is_open(usize::try_from(day).unwrap_or(0), minute)
}

/// When badges of this school year end, and the devices on which they work: with the last of
/// August.
pub(super) fn end_of_year(zone: Tz, now: Time) -> Time {
    let today = now.with_timezone(&zone).date_naive();
    let year = if today.month() >= 9 {
        today.year() + 1
    } else {
        today.year()
    };
    NaiveDate::from_ymd_opt(year, 9, 1)
        .and_then(|day| day.and_hms_opt(0, 0, 0))
        .and_then(|midnight| midnight.and_local_timezone(zone).earliest())
        .map_or(now, |end| end.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::London;

    fn at(text: &str) -> Time {
        text.parse().expect("a moment")
    }

    #[test]
    fn hours_are_those_of_the_schools_own_clock() {
        let hours = BadgeHours::default();
        // A Monday in summer: 07:30 by the world's clock is 08:30 in London.
        assert!(is_open(&hours, London, at("2026-06-15T07:30:00Z")));
        assert!(!is_open(&hours, London, at("2026-06-15T16:30:00Z")));
        assert!(is_open(&hours, London, at("2026-11-23T16:30:00Z")));
        assert!(!is_open(&hours, London, at("2026-11-22T12:00:00Z")));
    }

    #[test]
    fn a_school_year_ends_with_august() {
        let end = |now| end_of_year(London, at(now)).to_rfc3339();
        assert_eq!(end("2026-11-24T10:00:00Z"), "2027-08-31T23:00:00+00:00");
        assert_eq!(end("2027-08-31T22:59:00Z"), "2027-08-31T23:00:00+00:00");
        assert_eq!(end("2027-08-31T23:01:00Z"), "2028-08-31T23:00:00+00:00");
    }
}
