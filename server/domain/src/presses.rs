//! Buttons that hand something out to many at once: passwords, invitation links. What a press
//! made stands in its one answer and nowhere else, and a browser shows only the last answer:
//! somebody presses twice, or sends the form again because no answer came. So the form carries
//! when its page was made, to the microsecond, by which that page is known again; and a press
//! makes anew what earlier presses of that page made and nobody has used. What may be made
//! anew is decided where it is made.

use chrono::{DateTime, TimeDelta};

use crate::clock::Time;

/// A page is believed to be no older than this, whatever its form carries; what is older
/// says no more what stands now.
const LONGEST: TimeDelta = TimeDelta::hours(1);

/// One press of such a button.
#[derive(Clone, Copy, Debug)]
pub struct Press {
    at: Time,
    page: Option<Time>,
}

impl Press {
    /// A press at `now` of a form that carries this of [`page_made`]. A form that carries
    /// nothing, or what no page of ours says, makes nothing anew.
    pub fn new(carried: &str, now: Time) -> Self {
        let page = carried
            .parse::<i64>()
            .ok()
            .and_then(DateTime::from_timestamp_micros)
            .filter(|made| *made <= now);
        Self { at: now, page }
    }

    /// When it was pressed.
    pub(crate) const fn at(self) -> Time {
        self.at
    }

    /// What was made after this may have been made by an earlier press of the same page.
    pub(crate) fn since(self) -> Option<Time> {
        self.page.map(|made| made.max(self.at - LONGEST))
    }

    /// When its page was made; nothing where that is not known, or was over an hour ago.
    pub(crate) fn opened(self) -> Option<Time> {
        self.page.filter(|made| *made >= self.at - LONGEST)
    }

    /// Whether its page is too old to go by, or none of ours.
    pub fn is_of_an_old_page(self) -> bool {
        self.opened().is_none()
    }

    /// Which page it was pressed on, as it is written down; nothing where that is not known.
    pub(crate) fn page(self) -> Option<String> {
        self.page.map(page_made)
    }

    /// Whether this is made anew now. What a later press made stays: its answer is the one
    /// that the browser shows, also where it was ready first.
    pub(crate) fn makes_anew(self, made: Time) -> bool {
        made <= self.at
    }
}

/// What the form of a page that is made now carries.
pub fn page_made(now: Time) -> String {
    now.timestamp_micros().to_string()
}

/// What one press made, to be shown this once.
#[derive(Clone, Debug)]
pub struct Handout<T> {
    /// By name.
    pub made: Vec<T>,
    /// How many of these replace what an earlier press of the same page made.
    pub made_anew: usize,
    /// How many more have what a later press of the same page made: it stands in that answer.
    pub made_later: usize,
    /// How many more keep what they were handed after the page was made, not by a press of it.
    pub kept: usize,
    /// How many were left out because the roster has closed their accounts.
    pub closed: u64,
    page: Option<Time>,
}

impl<T> Handout<T> {
    /// What was made for somebody alone.
    pub const fn alone(made: Vec<T>) -> Self {
        Self {
            made,
            made_anew: 0,
            made_later: 0,
            kept: 0,
            closed: 0,
            page: None,
        }
    }

    pub(crate) const fn of(
        press: Press,
        made: Vec<T>,
        made_anew: usize,
        made_later: usize,
    ) -> Self {
        Self {
            made,
            made_anew,
            made_later,
            kept: 0,
            closed: 0,
            page: press.page,
        }
    }

    /// The same, where so many more keep what they were handed after the page was made.
    pub(crate) const fn keeping(mut self, kept: usize) -> Self {
        self.kept += kept;
        self
    }

    /// The same, where so many more were left out because their accounts are closed.
    pub(crate) const fn leaving_out(mut self, closed: u64) -> Self {
        self.closed += closed;
        self
    }

    /// The same, each as it is shown.
    pub fn map<U>(self, show: impl FnMut(T) -> U) -> Handout<U> {
        Handout {
            made: self.made.into_iter().map(show).collect(),
            made_anew: self.made_anew,
            made_later: self.made_later,
            kept: self.kept,
            closed: self.closed,
            page: self.page,
        }
    }

    /// What the form goes on carrying where another answer holds what its reader may have
    /// lost: pressed again, it makes that anew.
    pub fn carries_on(&self) -> Option<String> {
        self.page.filter(|_| self.made_later > 0).map(page_made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(micros: i64) -> Time {
        DateTime::from_timestamp_micros(micros).expect("a time")
    }

    #[test]
    fn a_press_looks_back_to_when_its_page_was_made_and_never_over_an_hour() {
        let now = at(1_800_000_000_000_000);
        let minute = now - TimeDelta::minutes(1);
        let since = |carried: &str| Press::new(carried, now).since();
        assert_eq!(since(&page_made(minute)), Some(minute));
        let hour = now - TimeDelta::hours(1);
        for old in [page_made(now - TimeDelta::days(3)), "0".to_owned()] {
            assert_eq!(since(&old), Some(hour), "{old}");
        }
        let to_come = page_made(now + TimeDelta::minutes(1));
        for nothing in ["", "yesterday", "99999999999999999999", to_come.as_str()] {
            assert_eq!(since(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn a_page_is_gone_by_for_an_hour_and_one_that_is_not_ours_never() {
        let now = at(1_800_000_000_000_000);
        let is_old = |carried: &str| Press::new(carried, now).is_of_an_old_page();
        for fresh in [now, now - TimeDelta::hours(1)] {
            assert!(!is_old(&page_made(fresh)), "{fresh}");
        }
        let old = page_made(now - TimeDelta::minutes(61));
        for none in ["", "yesterday", "0", old.as_str()] {
            assert!(is_old(none), "{none}");
        }
    }
}
