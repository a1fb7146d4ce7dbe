//! Times as people read them, in the school's own zone.

use chrono::{Datelike, LocalResult, NaiveDate, NaiveDateTime, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use vocab::moment::Moment;

use crate::clock::Time;

const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// "Thursday 26 November, 15:30"; with the year where it is not the present one.
pub fn moment(at: Time, zone: Tz, now: Time) -> Moment {
    let local = at.with_timezone(&zone);
    let day = day_words(local.date_naive(), now.with_timezone(&zone).date_naive());
    Moment {
        iso: iso(at),
        words: format!("{day}, {:02}:{:02}", local.hour(), local.minute()),
    }
}

/// "2026-11-26T15:30:00Z". Written out, because reading a pattern costs more than the
/// rest, and a long list has hundreds.
fn iso(at: Time) -> String {
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// "24 November 2026", in UTC: for days that are no school's own, or the same for every one.
pub fn day(at: Time) -> String {
    day_in(at, Tz::UTC)
}

/// "24 November 2026", by the school's own calendar.
pub fn day_in(at: Time, zone: Tz) -> String {
    let date = at.with_timezone(&zone).date_naive();
    let month = MONTHS[date.month0() as usize];
    format!("{} {month} {}", date.day(), date.year())
}

/// "Tuesday 24 November".
pub fn today(zone: Tz, now: Time) -> String {
    let day = now.with_timezone(&zone).date_naive();
    day_words(day, day)
}

fn day_words(day: NaiveDate, today: NaiveDate) -> String {
    let name = DAYS[day.weekday().num_days_from_monday() as usize];
    let month = MONTHS[day.month0() as usize];
    if day.year() == today.year() {
        format!("{name} {} {month}", day.day())
    } else {
        format!("{name} {} {month} {}", day.day(), day.year())
    }
}

/// How many calendar days from now, in the school's zone; negative in the past.
pub fn days_until(at: Time, zone: Tz, now: Time) -> i64 {
    let day = |time: Time| time.with_timezone(&zone).date_naive();
    (day(at) - day(now)).num_days()
}

/// "in 2 days", "today", "in 40 minutes", "3 days ago".
pub fn distance(at: Time, zone: Tz, now: Time) -> String {
    let minutes = (at - now).num_minutes();
    match (days_until(at, zone, now), minutes) {
        (_, 0..60) => plural("in", minutes.max(1), "minute", ""),
        (_, -59..0) => plural("", -minutes, "minute", "ago"),
        (0, _) if minutes > 0 => "today".to_owned(),
        (0, _) => plural("", -minutes / 60, "hour", "ago"),
        (1, _) => "tomorrow".to_owned(),
        (-1, _) => "yesterday".to_owned(),
        (days, _) if days > 0 => plural("in", days, "day", ""),
        (days, _) => plural("", -days, "day", "ago"),
    }
}

/// "4 days left", "Due today", "2 days late": what an end is for whoever has to meet it.
pub fn left(end: Time, zone: Tz, now: Time) -> String {
    match (now > end, days_until(end, zone, now)) {
        (false, 0) => "Due today".to_owned(),
        (false, days) => plural("", days, "day", "left"),
        (true, 0) => "Late".to_owned(),
        (true, days) => plural("", -days, "day", "late"),
    }
}

fn plural(before: &str, count: i64, unit: &str, after: &str) -> String {
    let many = if count == 1 { "" } else { "s" };
    format!("{before} {count} {unit}{many} {after}")
        .trim()
        .to_owned()
}

/// What the school's clocks show.
pub fn local(at: Time, zone: Tz) -> NaiveDateTime {
    at.with_timezone(&zone).naive_local()
}

/// The moment that a wall clock in `zone` shows as `local`. A time that a change
/// to summer time skips is read as the moment after the gap; of a time that
/// comes twice, the first is meant.
pub fn from_local(local: NaiveDateTime, zone: Tz) -> Time {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.with_timezone(&Utc),
        LocalResult::None => {
            let later = local + chrono::TimeDelta::hours(1);
            zone.from_local_datetime(&later).earliest().map_or_else(
                || Utc.from_utc_datetime(&local),
                |at| at.with_timezone(&Utc),
            )
        }
    }
}

/// Whether no wall clock in `zone` shows this: a change to summer time skips it.
pub fn is_skipped(local: NaiveDateTime, zone: Tz) -> bool {
    zone.from_local_datetime(&local) == LocalResult::None
}

/// Date and time as form fields hold them: `2026-11-26` and `15:30`.
pub fn form_fields(at: Option<Time>, zone: Tz) -> (String, String) {
    at.map(|at| at.with_timezone(&zone))
        .map(|local| {
            (
                local.format("%Y-%m-%d").to_string(),
                local.format("%H:%M").to_string(),
            )
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        text.parse().expect("a time")
    }

    #[test]
    fn a_time_is_told_in_the_schools_zone() {
        let summer = moment(
            at("2026-07-02T14:30:00Z"),
            Tz::Europe__London,
            at("2026-07-01T10:00:00Z"),
        );
        assert_eq!(summer.words, "Thursday 2 July, 15:30");
        assert_eq!(summer.iso, "2026-07-02T14:30:00Z");
        let other_year = moment(
            at("2027-01-04T09:00:00Z"),
            Tz::Europe__London,
            at("2026-11-24T10:00:00Z"),
        );
        assert_eq!(other_year.words, "Monday 4 January 2027, 09:00");
    }

    #[test]
    fn distances_count_calendar_days() {
        let now = at("2026-11-24T22:00:00Z");
        let zone = Tz::Europe__London;
        assert_eq!(distance(at("2026-11-25T07:00:00Z"), zone, now), "tomorrow");
        assert_eq!(
            distance(at("2026-11-24T22:40:00Z"), zone, now),
            "in 40 minutes"
        );
        assert_eq!(distance(at("2026-11-27T07:00:00Z"), zone, now), "in 3 days");
        assert_eq!(
            distance(at("2026-11-20T07:00:00Z"), zone, now),
            "4 days ago"
        );
        assert_eq!(
            distance(at("2026-11-24T09:00:00Z"), zone, now),
            "13 hours ago"
        );
    }

    #[test]
    fn what_is_left_is_told_in_calendar_days_and_what_is_late_as_well() {
        let now = at("2026-11-24T10:00:00Z");
        for (end, words) in [
            ("2026-11-28T23:59:00Z", "4 days left"),
            ("2026-11-25T00:01:00Z", "1 day left"),
            ("2026-11-24T23:59:00Z", "Due today"),
            ("2026-11-24T09:59:00Z", "Late"),
            ("2026-11-23T23:59:00Z", "1 day late"),
            ("2026-11-14T12:00:00Z", "10 days late"),
        ] {
            assert_eq!(left(at(end), Tz::Europe__London, now), words, "{end}");
        }
    }

    #[test]
    fn a_clock_change_neither_loses_nor_invents_a_deadline() {
        let zone = Tz::Europe__London;
        let local = |text: &str| {
            NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a local time")
        };
        assert_eq!(
            from_local(local("2026-03-29 01:30"), zone),
            at("2026-03-29T01:30:00Z")
        );
        for (time, expected) in [
            ("2026-03-29 00:59", false),
            ("2026-03-29 01:00", true),
            ("2026-03-29 01:59", true),
            ("2026-03-29 02:00", false),
            ("2026-10-25 01:30", false),
        ] {
            assert_eq!(is_skipped(local(time), zone), expected, "{time}");
        }
        assert_eq!(
            from_local(local("2026-10-25 01:30"), zone),
            at("2026-10-25T00:30:00Z")
        );
        assert_eq!(
            from_local(local("2026-07-01 15:30"), zone),
            at("2026-07-01T14:30:00Z")
        );
    }
}
