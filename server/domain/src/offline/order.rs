//! Whether something that was made on a tablet comes after the hand-in that stands. What
//! lay in a drawer must not take the place of what was handed in since, and a tablet's
//! clock may say anything: sign-ins and the versions of the draft decide, which are the
//! server's own. Only where both were made on tablets, or neither tells, are clocks asked.

use vocab::ids::SessionId;

use super::envelope::Opened;
use crate::clock::Time;
use crate::submissions::StandingAttempt;

/// Where something comes from, in what it says of itself.
pub(super) struct Made {
    /// The draft's version that it was made from.
    version: i32,
    session: SessionId,
    signed_in_at: Time,
    /// By the tablet's own clock.
    at: Time,
}

impl Made {
    pub(super) fn of(opened: &Opened, now: Time) -> Self {
        Self {
            version: opened.sealed.version,
            session: opened.claims.session,
            signed_in_at: opened.claims.issued_at,
            at: opened.made_at(now),
        }
    }

    /// Whether it was made after `standing` or by somebody who knew of it, so that it may
    /// take its place. `draft_version` is the draft's version now.
    pub(super) fn follows(&self, standing: &StandingAttempt, draft_version: i32) -> bool {
        // Its sign-in, or the version that it began from, came only afterwards.
        let is_later = self.signed_in_at >= standing.handed_in_at
            || standing.over.is_some_and(|over| self.version > over);
        if is_later {
            return true;
        }
        let is_of_one = standing.by == Some(self.session);
        // A hand-in did not always raise the version: the draft as it stands may be from
        // before one that left its words as they were.
        let is_of_draft = self.version == draft_version && standing.handed_in_at <= self.at;
        match standing.written_at {
            // Both were made on tablets: on one of them by one clock, or on the one of the
            // later sign-in.
            Some(written_at) => {
                let is_in_turn = standing
                    .signed_in_at
                    .is_some_and(|at| at <= self.signed_in_at);
                is_of_draft || ((is_of_one || is_in_turn) && written_at <= self.at)
            }
            // What one sign-in does with a network and without comes in its order.
            None => is_of_draft || is_of_one,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;
    use vocab::ids::AttemptId;

    use super::*;

    fn at(hour: i64) -> Time {
        Time::from_timestamp(hour * 3600, 0).expect("a time")
    }

    const ON_THE_TABLET: SessionId = SessionId(Uuid::from_u128(1));
    const AT_HOME: SessionId = SessionId(Uuid::from_u128(2));

    /// Handed in by a form at six in the evening, over version 3.
    fn by_form(by: SessionId) -> StandingAttempt {
        StandingAttempt {
            id: AttemptId(Uuid::nil()),
            receipt: "KX4-72M-9TQ".to_owned(),
            handed_in_at: at(18),
            written_at: None,
            by: Some(by),
            signed_in_at: None,
            over: Some(3),
        }
    }

    /// Made at ten after a sign-in at eight, by a clock that says `clock`.
    fn made(version: i32, clock: i64) -> Made {
        Made {
            version,
            session: ON_THE_TABLET,
            signed_in_at: at(8),
            at: at(clock),
        }
    }

    proptest! {
        #[test]
        fn no_clock_moves_what_was_made_from_an_older_version_behind_a_hand_in_of_another_sign_in(
            version in 0..3_i32,
            clock in 0..1_000_000_i64,
        ) {
            prop_assert!(!made(version, clock).follows(&by_form(AT_HOME), 4));
        }

        #[test]
        fn no_clock_keeps_back_what_knew_of_the_hand_in(clock in 0..1_000_000_i64) {
            let standing = by_form(AT_HOME);
            // A newer version, the same sign-in, or one that began afterwards.
            prop_assert!(made(4, clock).follows(&standing, 4));
            prop_assert!(made(4, clock).follows(&standing, 9));
            prop_assert!(made(0, clock).follows(&by_form(ON_THE_TABLET), 4));
            let next_day = Made { signed_in_at: at(32), ..made(0, clock) };
            prop_assert!(next_day.follows(&standing, 4));
        }
    }

    #[test]
    fn where_a_hand_in_left_the_draft_as_it_was_the_clocks_decide() {
        assert!(!made(3, 10).follows(&by_form(AT_HOME), 3));
        assert!(made(3, 19).follows(&by_form(AT_HOME), 3));
        // Of another tablet too, whose sign-in was the later one.
        let of_a_tablet = StandingAttempt {
            written_at: Some(at(17)),
            signed_in_at: Some(at(17)),
            ..by_form(AT_HOME)
        };
        assert!(!made(3, 10).follows(&of_a_tablet, 3));
        assert!(made(3, 19).follows(&of_a_tablet, 3));
    }

    #[test]
    fn of_two_that_were_made_on_tablets_the_later_sign_in_and_the_later_clock_go_first() {
        let standing = |by, signed_in, written| StandingAttempt {
            written_at: Some(at(written)),
            signed_in_at: Some(at(signed_in)),
            ..by_form(by)
        };
        assert!(made(0, 10).follows(&standing(ON_THE_TABLET, 8, 9), 4));
        assert!(!made(0, 10).follows(&standing(ON_THE_TABLET, 8, 11), 4));
        assert!(made(0, 10).follows(&standing(AT_HOME, 7, 9), 4));
        assert!(!made(0, 10).follows(&standing(AT_HOME, 7, 11), 4));
        // A clock that runs ahead is no help where the other signed in later.
        assert!(!made(0, 99).follows(&standing(AT_HOME, 17, 18), 4));
    }

    #[test]
    fn of_a_hand_in_of_whose_sign_in_nothing_is_known_version_and_clock_both_have_to_fit() {
        let old = StandingAttempt {
            by: None,
            over: None,
            ..by_form(AT_HOME)
        };
        assert!(made(4, 19).follows(&old, 4));
        assert!(!made(4, 10).follows(&old, 4));
        assert!(!made(3, 19).follows(&old, 4));
    }
}
