//! Roster imports: what a package would change, what went wrong in it, and what was done.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::ImportId;
use crate::moment::Moment;

words! {
    /// Where an import stands.
    ImportStage {
        /// Read and compared; nothing is written.
        Checked = "checked",
        /// The package cannot go in.
        Refused = "refused",
        /// Everything in it is in.
        Applied = "applied",
        /// Everything that it did is undone.
        Undone = "undone",
    }
}

words! {
    /// What kind of thing a roster row is about.
    RosterKind {
        /// People.
        People = "people",
        /// Classrooms.
        Classrooms = "classrooms",
        /// Places in classrooms.
        Enrolments = "enrolments",
        /// Ties between guardians and students.
        Guardianships = "guardianships",
    }
}

/// How many of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Not in the school yet.
    pub created: u64,
    /// In the school, with something else written.
    pub changed: u64,
    /// Leave the school, or the classroom.
    pub ended: u64,
    /// As they are.
    pub unchanged: u64,
}

impl std::ops::Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            created: self.created + other.created,
            changed: self.changed + other.changed,
            ended: self.ended + other.ended,
            unchanged: self.unchanged + other.unchanged,
        }
    }
}

/// Fewer places in classes than these are lost without a question: in a school with a handful of
/// them a tenth is soon reached.
const FEWEST_PLACES: u64 = 10;

/// How many people a school would lose by an import, of those who came by imports, and how many
/// places in classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Losses {
    /// Who would leave.
    pub leavers: u64,
    /// Who would stay, but lose their last role, and with it all that they can do here.
    pub roleless: u64,
    /// Who would stay with a role, but with an account that the file closes.
    pub closed: u64,
    /// Who is here now, from the package's source or taken on by it from another.
    pub people: u64,
    /// How many places in classes would go from people who stay, beyond those that begin: a new
    /// year's classes stand for the old ones.
    pub places: u64,
    /// How many of them there are now.
    pub places_now: u64,
}

impl Losses {
    /// More than a tenth of the people or of the places in classes: somebody has to say that it
    /// is right.
    pub const fn is_many(self) -> bool {
        self.is_many_people() || self.is_many_places()
    }

    /// More than a tenth of the people.
    pub const fn is_many_people(self) -> bool {
        self.all() * 10 > self.people
    }

    /// More than a tenth of the places in classes, and not only a few.
    pub const fn is_many_places(self) -> bool {
        self.places >= FEWEST_PLACES && self.places * 10 > self.places_now
    }

    /// All people together.
    pub const fn all(self) -> u64 {
        self.leavers + self.roleless + self.closed
    }
}

impl fmt::Display for Losses {
    /// "6 of 756 people would leave (0.8 %)", without a full stop at its end; places in classes
    /// are told of where they are many, in a sentence after it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.people_words(f)?;
        if self.is_many_places() {
            let (lost, now) = (self.places, self.places_now);
            write!(f, ". Classes would lose {lost} of their {now} places")?;
            part_words(lost, now, f)?;
        }
        Ok(())
    }
}

impl Losses {
    fn people_words(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = [
            (self.leavers, "would leave"),
            (self.roleless, "would lose their last role"),
            (self.closed, "could not sign in any more"),
        ];
        let mut what = what.into_iter().filter(|(many, _)| *many > 0).peekable();
        let Some((first, would)) = what.next() else {
            return f.write_str("Nobody would leave");
        };
        write!(f, "{first} of {} people {would}", self.people)?;
        while let Some((many, would)) = what.next() {
            let and = if what.peek().is_none() { " and" } else { "" };
            write!(f, ",{and} {many} {would}")?;
        }
        part_words(self.all(), self.people, f)
    }
}

/// " (0.8 %)", rounded. What is more than a tenth is never told as a tenth: that asks, and a
/// tenth does not.
fn part_words(lost: u64, all: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match (lost * 1_000 + all / 2).checked_div(all) {
        Some(100) if lost * 10 > all => f.write_str(" (just over 10 %)"),
        Some(tenths) => write!(f, " ({}.{} %)", tenths / 10, tenths % 10),
        None => Ok(()),
    }
}

/// One row that cannot go in, or that needs a look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterProblem {
    /// Such as "users.csv".
    pub file: String,
    /// As a spreadsheet counts, with the head as row 1.
    pub row: Option<u64>,
    /// The column.
    pub field: Option<String>,
    /// A short name for machines.
    pub code: String,
    /// A sentence for the office.
    pub reason: String,
}

/// A person picked to look at before importing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SamplePerson {
    /// Given and family name.
    pub name: String,
    /// "New", "Changed" or "Leaves".
    pub fate: String,
    /// Such as ("Year", "10") or ("Family name", "Price to Pryce"); none where their data is
    /// restricted by now.
    pub facts: Vec<(String, String)>,
}

/// What somebody loses by an import, the most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Loss {
    /// They leave.
    Everything,
    /// They stay without a role.
    LastRole,
    /// They stay, with an account that the file closes.
    Account,
}

/// Somebody whom the school would lose by an import, or lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostPerson {
    /// Given and family name.
    pub name: String,
    /// Such as "7"; none where their data is restricted by now.
    pub year_group: Option<String>,
    /// What they lose.
    pub loss: Loss,
}

/// Why a package that was looked at does not come in any more, or an import that is in is
/// not undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WhyNot {
    /// Looked at: another package was read since, and not refused.
    Replaced,
    /// Looked at: it is not kept any more, or for a legal hold alone.
    Gone,
    /// It is in: a later import that stands builds on it.
    BuiltOn,
    /// It is in: the days in which it could be undone are over.
    TooLate,
}

/// What is not as it was before an import that was undone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stayed {
    /// People whom it brought: their accounts are closed, so that nothing of theirs is lost.
    pub closed: u64,
    /// Classes that it made: archived.
    pub archived: u64,
    /// People, classes, places and ties that somebody changed again since.
    pub changed: u64,
    /// People whom it brought, or brought back, and who run the school by now.
    pub in_charge: u64,
    /// People whose data is restricted.
    pub restricted: u64,
}

impl Stayed {
    /// True if all of it was put back and nothing was left behind.
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

/// An import as its page shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportPage {
    /// Which.
    pub id: ImportId,
    /// As it was called on the admin's device.
    pub file_name: String,
    /// Where it stands.
    pub stage: ImportStage,
    /// By kind.
    pub counts: Vec<(RosterKind, Counts)>,
    /// At most 1,000.
    pub problems: Vec<RosterProblem>,
    /// Up to five people who show different cases.
    pub samples: Vec<SamplePerson>,
    /// How many would be lost.
    pub losses: Losses,
    /// Who they are, by what they lose and by name: the first 200. Empty where they are back.
    pub lost: Vec<LostPerson>,
    /// True if that is more than a tenth of the people, or of the places in classes, so that the
    /// admin must say that it is right.
    pub asks_about_leavers: bool,
    /// How many roles, places and family ties that were made by hand come back with people
    /// who had left.
    pub back: u64,
    /// What an undone import left behind; none where it is not undone, or was before this
    /// was counted.
    pub stayed: Option<Stayed>,
    /// When it was read.
    pub checked: Moment,
    /// Who read it.
    pub by: String,
    /// Until when it can be undone; none where it cannot be.
    pub undo_until: Option<Moment>,
    /// Why it is not brought in or undone; none where it can be, and where it was refused or
    /// is undone already.
    pub why_not: Option<WhyNot>,
}

/// An import in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportLine {
    /// Which.
    pub id: ImportId,
    /// Its file.
    pub file_name: String,
    /// Where it stands.
    pub stage: ImportStage,
    /// It was only looked at, and another package was read since that was not refused.
    pub is_replaced: bool,
    /// What it did or would do, by kind; empty where it was refused.
    pub counts: Vec<(RosterKind, Counts)>,
    /// When it was read.
    pub checked: Moment,
}

/// The page with the file picker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportsPage {
    /// False while the roster is locked.
    pub is_declared: bool,
    /// Newest first: the last 20, and those before them that can still be undone.
    pub imports: Vec<ImportLine>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn losses(leavers: u64, roleless: u64, closed: u64, people: u64) -> Losses {
        Losses {
            leavers,
            roleless,
            closed,
            people,
            ..Losses::default()
        }
    }

    fn places(places: u64, places_now: u64) -> Losses {
        Losses {
            leavers: 8,
            people: 142,
            places,
            places_now,
            ..Losses::default()
        }
    }

    #[test]
    fn who_is_lost_is_told_in_numbers_and_as_a_part_of_all() {
        let words = |leavers, roleless, closed, people| {
            losses(leavers, roleless, closed, people).to_string()
        };
        assert_eq!(words(6, 0, 0, 756), "6 of 756 people would leave (0.8 %)");
        assert_eq!(
            words(25, 0, 0, 143),
            "25 of 143 people would leave (17.5 %)"
        );
        assert_eq!(
            words(100, 0, 0, 1_000),
            "100 of 1000 people would leave (10.0 %)"
        );
        assert_eq!(
            words(1_001, 0, 0, 10_000),
            "1001 of 10000 people would leave (just over 10 %)"
        );
        assert_eq!(words(0, 0, 0, 756), "Nobody would leave");
        assert_eq!(words(3, 0, 0, 3), "3 of 3 people would leave (100.0 %)");
        assert_eq!(
            words(0, 700, 0, 756),
            "700 of 756 people would lose their last role (92.6 %)"
        );
        assert_eq!(
            words(6, 300, 0, 756),
            "6 of 756 people would leave, and 300 would lose their last role (40.5 %)"
        );
        assert_eq!(
            words(6, 300, 50, 756),
            "6 of 756 people would leave, 300 would lose their last role, and 50 could not sign in any more (47.1 %)"
        );
        assert_eq!(
            words(0, 0, 90, 756),
            "90 of 756 people could not sign in any more (11.9 %)"
        );
    }

    #[test]
    fn more_than_a_tenth_is_many_whether_they_leave_or_lose_their_role_or_their_account() {
        let is_many = |leavers, roleless, closed| losses(leavers, roleless, closed, 100).is_many();
        for few in [(10, 0, 0), (0, 10, 0), (0, 0, 10), (4, 3, 3)] {
            assert!(!is_many(few.0, few.1, few.2), "{few:?}");
        }
        for many in [(11, 0, 0), (0, 11, 0), (0, 0, 11), (4, 4, 3)] {
            assert!(is_many(many.0, many.1, many.2), "{many:?}");
        }
    }

    #[test]
    fn more_than_a_tenth_of_the_places_in_classes_is_many_unless_they_are_few() {
        for few in [(0, 0), (9, 9), (60, 600), (0, 605)] {
            assert!(!places(few.0, few.1).is_many(), "{few:?}");
        }
        for many in [(10, 10), (10, 99), (61, 600), (605, 605)] {
            assert!(places(many.0, many.1).is_many(), "{many:?}");
        }
        assert_eq!(
            places(605, 605).to_string(),
            "8 of 142 people would leave (5.6 %). Classes would lose 605 of their 605 places (100.0 %)"
        );
        assert_eq!(
            places(9, 9).to_string(),
            "8 of 142 people would leave (5.6 %)"
        );
    }
}
