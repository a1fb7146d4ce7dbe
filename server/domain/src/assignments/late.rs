//! What is late. A due time is named to the minute, and the whole of that minute
//! is in time: due at 23:59 means until 23:59:59.

use chrono::{DurationRound, TimeDelta};

use crate::clock::Time;

/// The first moment that is late.
pub fn late_from(due_at: Time) -> Time {
    let minute = TimeDelta::minutes(1);
    due_at.duration_trunc(minute).unwrap_or(due_at) + minute
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
        fn without_a_due_time_nothing_is_late(moment in 0_i64..4_000_000_000_000_000) {
            prop_assert!(!is_late(None, at(moment)));
        }
    }
}
