//! What is late. A due time is named to the minute, and the whole of that minute
//! is in time: due at 23:59 means until 23:59:59.

use chrono::{DurationRound, TimeDelta};

use crate::clock::Time;

/// The first moment that is late.
pub fn late_from(due_at: Time) -> Time {
    let minute = TimeDelta::minutes(1);
    due_at.duration_trunc(minute).unwrap_or(due_at) + minute
}

/// The due time of a student who has `extra_percent` of extra time: the time between going
/// out and the class's due time, longer by so much, to the next whole minute.
pub fn own_due(
    due_at: Option<Time>,
    went_out_at: Option<Time>,
    extra_percent: u16,
) -> Option<Time> {
    let due_at = due_at?;
    let went_out_at = went_out_at.unwrap_or(due_at);
    let given_minutes = (due_at - went_out_at).num_minutes().max(0);
    let extra_minutes = (given_minutes * i64::from(extra_percent) + 99) / 100;
    due_at
        .checked_add_signed(TimeDelta::minutes(extra_minutes))
        .or(Some(due_at))
}

/// True if something that happens at `at` comes too late. Without a due time nothing does.
pub fn is_late(due_at: Option<Time>, at: Time) -> bool {
    due_at.is_some_and(|due_at| at >= late_from(due_at))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(micros: i64) -> Time {
        Time::from_timestamp_micros(micros).expect("within the years we test")
    }

    #[test]
    fn the_whole_of_the_due_minute_is_in_time() {
        let due: Time = "2026-11-26T23:59:00Z".parse().expect("a time");
        assert!(!is_late(Some(due), due));
        assert!(!is_late(Some(due), due + TimeDelta::milliseconds(59_999)));
        assert!(is_late(Some(due), due + TimeDelta::seconds(60)));
    }

    #[test]
    fn a_quarter_more_of_four_days_is_a_day() {
        let out: Time = "2026-11-23T09:00:00Z".parse().expect("a time");
        let due = Some(out + TimeDelta::days(4));
        assert_eq!(own_due(due, Some(out), 25), Some(out + TimeDelta::days(5)));
        assert_eq!(own_due(due, None, 25), due);
        assert_eq!(own_due(None, Some(out), 25), None);
    }

    proptest! {
        #[test]
        fn nothing_before_the_due_time_is_late(
            due in 0_i64..4_000_000_000_000_000,
            earlier in 0_i64..4_000_000_000_000,
        ) {
            prop_assert!(!is_late(Some(at(due)), at(due - earlier)));
        }

        #[test]
        fn everything_a_minute_after_the_due_time_is_late(
            due in 0_i64..4_000_000_000_000_000,
            later in 60_000_000_i64..4_000_000_000_000,
        ) {
            prop_assert!(is_late(Some(at(due)), at(due + later)));
        }

        #[test]
        fn what_is_late_stays_late(
            due in 0_i64..4_000_000_000_000_000,
            after in -120_000_000_i64..120_000_000,
            more in 0_i64..120_000_000,
        ) {
            let first = is_late(Some(at(due)), at(due + after));
            prop_assert!(!first || is_late(Some(at(due)), at(due + after + more)));
        }

        #[test]
        fn extra_time_never_brings_a_due_time_forward_and_more_of_it_never_less(
            due in 0_i64..4_000_000_000_000_000,
            given in -4_000_000_000_000_i64..4_000_000_000_000,
            percent in 0_u16..100,
        ) {
            let own = |percent| own_due(Some(at(due)), Some(at(due - given)), percent).expect("due");
            prop_assert_eq!(own(0), at(due));
            prop_assert!(own(percent) >= at(due));
            prop_assert!(own(percent + 1) >= own(percent));
        }

        #[test]
        fn without_a_due_time_nothing_is_late(moment in 0_i64..4_000_000_000_000_000) {
            prop_assert!(!is_late(None, at(moment)));
        }
    }
}
