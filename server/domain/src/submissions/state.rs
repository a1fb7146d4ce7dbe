//! Where a student stands with a piece of work, which follows from a few times.
//! A mark belongs to what had been handed in when it was given: a newer hand-in
//! waits to be marked again.

use vocab::assignments::{WaitsFor, WorkState};

use crate::assignments::is_late;
use crate::clock::Time;
use entity::classroom;

/// The times that the state follows from.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Progress {
    /// When the work came to the student, with their place in the classroom or an earlier
    /// one (`classrooms/came.rs`); none where that decides nothing, as of what was handed in.
    pub(crate) came_at: Option<Time>,
    /// When a draft was last kept.
    pub(crate) draft_saved_at: Option<Time>,
    /// When the attempt that stands was handed in.
    pub(crate) handed_in_at: Option<Time>,
    /// Whether that was late.
    pub(crate) is_late: bool,
    /// When the mark was last saved.
    pub(crate) marked_at: Option<Time>,
    /// When it was given back.
    pub(crate) returned_at: Option<Time>,
}

impl Progress {
    /// True if the attempt that stands has a mark or words.
    pub(crate) fn is_marked(&self) -> bool {
        self.handed_in_at
            .is_some_and(|at| self.marked_at.is_some_and(|marked| marked >= at))
    }

    /// True if these were given back.
    pub(crate) fn is_returned(&self) -> bool {
        self.is_marked()
            && self
                .handed_in_at
                .is_some_and(|at| self.returned_at.is_some_and(|returned| returned >= at))
    }

    /// What its teachers have to do next with what was handed in.
    pub(crate) fn waits_for(&self) -> Option<WaitsFor> {
        match (self.is_marked(), self.is_returned()) {
            (false, _) => self.handed_in_at.map(|_| WaitsFor::Mark),
            (true, false) => Some(WaitsFor::Return),
            (true, true) => None,
        }
    }

    /// Whether an objection to teaching would keep its teachers from that. Where nothing is to
    /// be done, or nothing can be in an archived classroom, nothing is told of an objection.
    pub(crate) fn can_be_held_up(&self, room: &classroom::Model) -> bool {
        self.waits_for().is_some() && room.archived_at.is_none()
    }

    /// The state, for work with these times. Nobody misses what was over before it came to
    /// them.
    pub(crate) fn state(
        &self,
        due_at: Option<Time>,
        closed_at: Option<Time>,
        now: Time,
    ) -> WorkState {
        let is_over =
            |at: Time| is_late(due_at, at) || closed_at.is_some_and(|closed| closed <= at);
        let is_missing = is_over(now) && !self.came_at.is_some_and(is_over);
        match (self.handed_in_at, self.draft_saved_at) {
            (Some(_), _) if self.is_returned() => WorkState::Returned,
            (Some(_), _) if self.is_late => WorkState::HandedInLate,
            (Some(_), _) => WorkState::HandedIn,
            (None, _) if is_missing => WorkState::Missing,
            (None, Some(_)) => WorkState::Draft,
            (None, None) => WorkState::NotStarted,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_new_try_after_the_return_waits_to_be_marked_again() {
        let monday = Time::UNIX_EPOCH + TimeDelta::days(20_000);
        let returned = Progress {
            handed_in_at: Some(monday),
            marked_at: Some(monday + TimeDelta::hours(1)),
            returned_at: Some(monday + TimeDelta::hours(2)),
            ..Progress::default()
        };
        let state = |progress: &Progress| progress.state(None, None, monday + TimeDelta::days(3));
        assert_eq!(state(&returned), WorkState::Returned);
        let again = Progress {
            handed_in_at: Some(monday + TimeDelta::days(1)),
            ..returned
        };
        assert_eq!(state(&again), WorkState::HandedIn);
        assert!(!again.is_marked() && !again.is_returned());
    }

    #[test]
    fn what_was_handed_in_waits_for_its_mark_and_then_for_the_return() {
        let monday = Time::UNIX_EPOCH + TimeDelta::days(20_000);
        let hours = |hours| Some(monday + TimeDelta::hours(hours));
        let waits_for = |handed_in_at, marked_at, returned_at| {
            let progress = Progress {
                handed_in_at,
                marked_at,
                returned_at,
                ..Progress::default()
            };
            progress.waits_for()
        };
        assert_eq!(waits_for(None, None, None), None);
        assert_eq!(waits_for(hours(1), None, None), Some(WaitsFor::Mark));
        assert_eq!(waits_for(hours(1), hours(2), None), Some(WaitsFor::Return));
        assert_eq!(waits_for(hours(1), hours(2), hours(3)), None);
        let next_try = waits_for(hours(4), hours(2), hours(3));
        assert_eq!(next_try, Some(WaitsFor::Mark));
    }

    #[test]
    fn a_draft_of_overdue_work_is_missing() {
        let due = Time::UNIX_EPOCH + TimeDelta::days(20_000);
        let draft = Progress {
            draft_saved_at: Some(due),
            ..Progress::default()
        };
        assert_eq!(draft.state(Some(due), None, due), WorkState::Draft);
        let late = due + TimeDelta::minutes(1);
        assert_eq!(draft.state(Some(due), None, late), WorkState::Missing);
    }

    #[test]
    fn nobody_misses_what_was_over_before_it_came_to_them() {
        let over = Time::UNIX_EPOCH + TimeDelta::days(20_000);
        let now = over + TimeDelta::days(3);
        let state = |came_at: Time, due_at, closed_at| {
            let progress = Progress {
                came_at: Some(came_at),
                ..Progress::default()
            };
            progress.state(due_at, closed_at, now)
        };
        let (before, after) = (over - TimeDelta::days(1), over + TimeDelta::days(1));
        for (due_at, closed_at) in [
            (Some(over), None),
            (None, Some(over)),
            (Some(over), Some(now)),
        ] {
            assert_eq!(state(before, due_at, closed_at), WorkState::Missing);
            assert_eq!(state(after, due_at, closed_at), WorkState::NotStarted);
        }
    }
}
