//! The clocks of requests: pure functions of dates. The stricter reading holds
//! wherever two are possible.
//!
//! Sources: UK GDPR Article 12A and the guidance of the Information Commissioner for
//! the month; section 164A of the Data Protection Act 2018 for complaints; the
//! Education (Pupil Information) (England) Regulations 2005 for the educational
//! record; the policy's own 48 hours.

use chrono::{Datelike, Days, Months, NaiveDate, TimeDelta, Weekday};
use chrono_tz::Tz;
use vocab::rights::{RequestKind, Urgency};

use crate::clock::Time;

/// The policy's own promise: an answer within 48 hours, whatever the day.
pub fn first_answer_due(received: Time) -> Time {
    received + TimeDelta::hours(48)
}

/// The last day for the request. `begun` is the day its clock began (the latest of the
/// request and of what shows who asks, or the request alone where its clock cannot
/// stand), `paused_days` how long it stood for a clarification, `is_extended` whether two
/// more months were taken. Of a complaint it is the last day to acknowledge it.
pub fn due_day(
    kind: RequestKind,
    begun: NaiveDate,
    paused_days: u32,
    is_extended: bool,
) -> NaiveDate {
    match kind {
        // Counted from the day of receipt as the first.
        RequestKind::Complaint => begun + Days::new(29),
        RequestKind::EducationRecord => school_days_after(begun, 15),
        _ => {
            let months = if is_extended { 3 } else { 1 };
            let day = begun + Months::new(months) + Days::new(u64::from(paused_days));
            next_working_day(day)
        }
    }
}

/// The last day for the request in the days of its school: `begun` is the moment its clock
/// began, and `zone` says on which day that was. The rest is that of [`due_day`].
pub(super) fn last_day(
    kind: RequestKind,
    (begun, zone): (Time, Tz),
    paused_days: i32,
    is_extended: bool,
) -> NaiveDate {
    let paused_days = u32::try_from(paused_days).unwrap_or(0);
    due_day(kind, day_of(begun, zone), paused_days, is_extended)
}

/// True while two more months can be taken at `now`: until midnight by the school's clock
/// after the last day of the first month. A pause that runs since `paused_at` counts, too.
pub(super) fn may_extend(
    kind: RequestKind,
    (begun, zone): (Time, Tz),
    (paused_days, paused_at): (i32, Option<Time>),
    now: Time,
) -> bool {
    let paused_days = stood(paused_days, paused_at, now);
    kind.can_stand() && day_of(now, zone) <= last_day(kind, (begun, zone), paused_days, false)
}

/// For how many whole days of 24 hours a clock has stood at `now`: `before` in pauses that
/// are over, and in the one that runs since `paused_at`. A part of a day does not count, so
/// that the end is never later than it may be.
pub(super) fn stood(before: i32, paused_at: Option<Time>, now: Time) -> i32 {
    let running = paused_at.map_or(0, |since| (now - since).num_days());
    before.saturating_add(i32::try_from(running).unwrap_or(0).max(0))
}

/// On which day of the school a moment is.
fn day_of(at: Time, zone: Tz) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

/// How urgent it is at `now`, between the moment its clock began and its end.
pub fn urgency(begun: Time, end: Time, now: Time) -> Urgency {
    if now > end {
        return Urgency::Late;
    }
    if now >= soon_at(begun, end) {
        Urgency::Soon
    } else {
        Urgency::Fine
    }
}

/// When three quarters of a clock are over: its end is near, and the office is told.
pub(crate) fn soon_at(begun: Time, end: Time) -> Time {
    begun + (end - begun) * 3 / 4
}

/// The day itself, or the next that is neither at a weekend nor a bank holiday.
fn next_working_day(mut day: NaiveDate) -> NaiveDate {
    while !is_working_day(day) {
        day = day + Days::new(1);
    }
    day
}

/// The school's calendar is not kept here yet: every working day counts as a school
/// day, so that the end is never later than it may be.
fn school_days_after(mut day: NaiveDate, mut days: u32) -> NaiveDate {
    while days > 0 {
        day = day + Days::new(1);
        if is_working_day(day) {
            days -= 1;
        }
    }
    day
}

fn is_working_day(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !is_bank_holiday(day)
}

/// The bank holidays that every part of the United Kingdom has, with the days in place of
/// those at a weekend: it is not kept here in which part a school is, and a day off of one
/// part alone would make the end too late in another. So Easter Monday and the last Monday
/// of August are no days off (Scotland), nor are 2 January, St Patrick's Day, 12 July, the
/// first Monday of August and St Andrew's Day.
///
/// Sources: the Banking and Financial Dealings Act 1971, Schedule 1, and the yearly
/// proclamations under its section 1. Days that a government adds once are not among them:
/// the end is then early, never late. One that is moved, as in May 2020 and 2022, has to be
/// written here in the year before.
fn is_bank_holiday(day: NaiveDate) -> bool {
    let (year, month) = (day.year(), day.month());
    let is_monday = day.weekday() == Weekday::Mon;
    let in_place_of = |date: Option<NaiveDate>| {
        date.is_some_and(|date| match date.weekday() {
            Weekday::Sat => day == date + Days::new(2),
            Weekday::Sun => day == date + Days::new(1),
            _ => day == date,
        })
    };
    let christmas = || {
        // Christmas and Boxing Day push each other on when one of them is at a weekend.
        let at = NaiveDate::from_ymd_opt(year, 12, 25);
        at.is_some_and(|at| match at.weekday() {
            Weekday::Fri => day == at || day == at + Days::new(3),
            Weekday::Sat => day == at + Days::new(2) || day == at + Days::new(3),
            Weekday::Sun => day == at + Days::new(1) || day == at + Days::new(2),
            _ => day == at || day == at + Days::new(1),
        })
    };
    let good_friday = easter(year) - Days::new(2);
    day == good_friday
        // In Scotland 2 and 3 January are days off as well when these stand for the 1st.
        || in_place_of(NaiveDate::from_ymd_opt(year, 1, 1))
        || (is_monday && month == 5 && (day.day() <= 7 || day.day() > 24))
        || christmas()
}

/// Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher).
#[expect(
    clippy::many_single_char_names,
    reason = "the letters are those of the published rule"
)]
fn easter(year: i32) -> NaiveDate {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    u32::try_from(month)
        .ok()
        .zip(u32::try_from(day).ok())
        .and_then(|(month, day)| NaiveDate::from_ymd_opt(year, month, day))
        .unwrap_or(NaiveDate::MIN)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn month_from(begun: &str) -> NaiveDate {
        due_day(RequestKind::Access, day(begun), 0, false)
    }

    #[test]
    fn a_month_ends_on_the_same_day_of_the_next_or_its_last_and_on_a_working_day() {
        assert_eq!(month_from("2026-11-24"), day("2026-12-24"));
        // The last day of a shorter month; 28 February 2027 is a Sunday.
        assert_eq!(month_from("2027-01-31"), day("2027-03-01"));
        // A leap day; 29 February 2028 is a Tuesday.
        assert_eq!(month_from("2028-01-31"), day("2028-02-29"));
        // 25 December 2026 is a Friday: Boxing Day is given on Monday the 28th.
        assert_eq!(month_from("2026-11-25"), day("2026-12-29"));
        // Good Friday 2027 is 26 March. Easter Monday, the 29th, is a working day in Scotland.
        assert_eq!(month_from("2027-02-26"), day("2027-03-29"));
        // The last Monday of August is one there as well.
        assert_eq!(month_from("2027-07-30"), day("2027-08-30"));
        // New Year's Day.
        assert_eq!(month_from("2026-12-01"), day("2027-01-04"));
    }

    #[test]
    fn an_extension_makes_three_months_and_a_clarification_adds_its_days() {
        let access = RequestKind::Access;
        assert_eq!(
            due_day(access, day("2026-11-24"), 0, true),
            day("2027-02-24")
        );
        assert_eq!(
            due_day(access, day("2026-11-24"), 6, false),
            day("2026-12-30")
        );
    }

    #[test]
    fn a_complaint_has_thirty_days_with_the_first_and_a_record_fifteen_school_days() {
        assert_eq!(
            due_day(RequestKind::Complaint, day("2026-11-01"), 0, false),
            day("2026-11-30")
        );
        assert_eq!(
            due_day(RequestKind::EducationRecord, day("2026-11-02"), 0, false),
            day("2026-11-23")
        );
    }

    /// The days off between two days, the second not among them.
    fn days_off(from: &str, until: &str) -> Vec<String> {
        day(from)
            .iter_days()
            .take_while(|at| *at < day(until))
            .filter(|at| is_bank_holiday(*at))
            .map(|at| at.to_string())
            .collect()
    }

    #[test]
    fn the_bank_holidays_of_two_years_are_those_that_every_part_of_the_country_has() {
        let announced = [
            "2026-01-01",
            "2026-04-03",
            "2026-05-04",
            "2026-05-25",
            "2026-12-25",
            "2026-12-28",
            "2027-01-01",
            "2027-03-26",
            "2027-05-03",
            "2027-05-31",
            "2027-12-27",
            "2027-12-28",
        ];
        assert_eq!(days_off("2026-01-01", "2028-01-01"), announced);
    }

    #[test]
    fn a_day_off_at_a_weekend_is_given_on_a_day_that_every_part_has() {
        // 1 January 2028 is a Saturday, and 1 January 2034 a Sunday.
        assert_eq!(days_off("2028-01-01", "2028-02-01"), ["2028-01-03"]);
        assert_eq!(days_off("2034-01-01", "2034-02-01"), ["2034-01-02"]);
        // Christmas 2033 is a Sunday.
        assert_eq!(
            days_off("2033-12-01", "2034-01-01"),
            ["2033-12-26", "2033-12-27"]
        );
    }

    fn some_day() -> impl Strategy<Value = NaiveDate> {
        (0_u64..20_000).prop_map(|days| day("2020-01-01") + Days::new(days))
    }

    fn some_kind() -> impl Strategy<Value = RequestKind> {
        prop::sample::select(RequestKind::ALL)
    }

    /// A moment between 2020 and 2058.
    fn some_moment() -> impl Strategy<Value = Time> {
        (0_i64..20_000_000).prop_map(|minutes| {
            let first: Time = "2020-01-01T00:00:00Z".parse().expect("a time");
            first + TimeDelta::minutes(minutes)
        })
    }

    fn some_zone() -> impl Strategy<Value = Tz> {
        prop::sample::select(vec![
            Tz::UTC,
            Tz::Europe__London,
            Tz::Pacific__Auckland,
            Tz::America__New_York,
        ])
    }

    /// The last minute of a day by the school's clock, and the first of the next.
    fn midnight_after(day: NaiveDate, zone: Tz) -> (Time, Time) {
        let next = (day + Days::new(1)).and_time(chrono::NaiveTime::MIN);
        let midnight = crate::moments::from_local(next, zone);
        (midnight - TimeDelta::minutes(1), midnight)
    }

    proptest! {
        #[test]
        fn no_end_is_before_28_days_or_later_than_the_month_and_a_long_weekend(begun in some_day()) {
            let days = (due_day(RequestKind::Erasure, begun, 0, false) - begun).num_days();
            prop_assert!((28..=36).contains(&days), "{days}");
        }

        #[test]
        fn a_pause_never_brings_the_end_forward(begun in some_day(), kind in some_kind(), pause in 0_u32..60) {
            prop_assert!(due_day(kind, begun, pause, false) >= due_day(kind, begun, 0, false));
        }

        #[test]
        fn a_later_start_never_ends_earlier(begun in some_day(), kind in some_kind(), later in 0_u64..60) {
            let other = begun + Days::new(later);
            prop_assert!(due_day(kind, other, 0, false) >= due_day(kind, begun, 0, false));
        }

        #[test]
        fn nothing_moves_the_end_of_a_complaint_or_a_record(begun in some_day(), pause in 0_u32..60, extended: bool) {
            for kind in [RequestKind::Complaint, RequestKind::EducationRecord] {
                prop_assert_eq!(due_day(kind, begun, pause, extended), due_day(kind, begun, 0, false));
            }
        }

        #[test]
        fn a_record_is_due_on_the_fifteenth_school_day_after_it_was_asked_for(begun in some_day()) {
            let end = due_day(RequestKind::EducationRecord, begun, 0, false);
            let between = begun.iter_days().skip(1).take_while(|day| *day <= end);
            prop_assert_eq!(between.filter(|day| is_working_day(*day)).count(), 15);
            prop_assert!(is_working_day(end));
        }

        #[test]
        fn a_complaint_is_acknowledged_on_the_thirtieth_day_at_the_latest(begun in some_day()) {
            let end = due_day(RequestKind::Complaint, begun, 0, false);
            prop_assert_eq!(begun.iter_days().take_while(|day| *day <= end).count(), 30);
        }

        #[test]
        fn what_ends_by_the_month_ends_on_a_working_day(begun in some_day(), pause in 0_u32..60, extended: bool) {
            prop_assert!(is_working_day(due_day(RequestKind::Access, begun, pause, extended)));
        }

        #[test]
        fn a_request_is_of_the_day_on_which_the_school_got_it(begun in some_moment(), zone in some_zone(), kind in some_kind()) {
            let day = begun.with_timezone(&zone).date_naive();
            prop_assert_eq!(last_day(kind, (begun, zone), 0, false), due_day(kind, day, 0, false));
        }

        #[test]
        fn more_months_can_be_taken_until_the_last_minute_of_the_day_that_is_shown(
            begun in some_moment(), zone in some_zone(), kind in some_kind(), before in 0_i32..60,
        ) {
            let shown = last_day(kind, (begun, zone), before, false);
            let (last, over) = midnight_after(shown, zone);
            let may = |now| may_extend(kind, (begun, zone), (before, None), now);
            prop_assert_eq!(may(last), kind.can_stand());
            prop_assert!(!may(over));
        }

        #[test]
        fn a_pause_that_runs_counts_as_if_it_ended_now(
            begun in some_moment(), zone in some_zone(), before in 0_i32..60, hours in 0_i64..2_000, minutes in 0_i64..100_000,
        ) {
            let since = begun + TimeDelta::hours(hours);
            let now = since + TimeDelta::minutes(minutes);
            let over = stood(before, Some(since), now);
            prop_assert_eq!(i64::from(over - before), minutes / (24 * 60));
            let may = |paused| may_extend(RequestKind::Access, (begun, zone), paused, now);
            prop_assert_eq!(may((before, Some(since))), may((over, None)));
            prop_assert!(!may((before, None)) || may((over, None)));
        }

        #[test]
        fn forty_eight_hours_are_forty_eight_hours_over_every_change_of_the_clocks(minutes in 0_i64..20_000_000) {
            let received = Time::UNIX_EPOCH + TimeDelta::minutes(minutes);
            prop_assert_eq!(first_answer_due(received) - received, TimeDelta::hours(48));
        }
    }
}
