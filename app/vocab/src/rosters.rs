//! Roster imports: what a package would change, what went wrong in it, and what was done.

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
    /// Such as ("Year", "10") or ("Family name", "Price to Pryce").
    pub facts: Vec<(String, String)>,
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
    /// People in the school now who came by an import.
    pub people_now: u64,
    /// True if more than a tenth of them would leave, so that the admin must say so.
    pub asks_about_leavers: bool,
    /// When it was read.
    pub checked: Moment,
    /// Who read it.
    pub by: String,
    /// Until when it can be undone.
    pub undo_until: Option<Moment>,
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
    /// When it was read.
    pub checked: Moment,
}

/// The page with the file picker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportsPage {
    /// False while the roster is locked.
    pub is_declared: bool,
    /// Newest first; at most 20.
    pub imports: Vec<ImportLine>,
}
