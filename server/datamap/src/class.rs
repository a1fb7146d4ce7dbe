//! The class of a column: what kind of data it is, about whom, and what becomes of
//! it. A personal class cannot be written without purpose, lawful basis,
//! retention, export and erasure, because [`Class::personal`] asks for them all.

use crate::handling::{Handling, LawfulBasis, Purpose, Retention};

/// What kind of data a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// Keys, versions, sizes, checksums: says nothing about anybody.
    Technical,
    /// About the school as an institution, such as its name or a classroom's.
    School,
    /// A row's tie to a person.
    Link,
    /// Who somebody is: names, year group, the number they have in another system.
    Identity,
    /// How to reach somebody.
    Contact,
    /// What somebody is in the school and since when.
    Membership,
    /// What proves that somebody is who they say: kept as hashes only.
    Credential,
    /// The device that somebody signs in from.
    Device,
    /// What a teacher wrote for a class.
    Material,
    /// What a student wrote or added.
    Work,
    /// Marks and the words that go with them.
    Assessment,
    /// What helps somebody to read and to learn. It may say something about their health,
    /// so it is handled as special category data (UK GDPR Article 9).
    Needs,
    /// That somebody did something, and when.
    Activity,
    /// Copies of other columns as they were, in JSON: may name several people.
    History,
}

impl Category {
    /// True for data about somebody.
    pub const fn is_personal(self) -> bool {
        !matches!(self, Self::Technical | Self::School)
    }
}

/// Whom a column is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A student.
    Student,
    /// A guardian.
    Guardian,
    /// A teacher, admin or data protection lead.
    Staff,
    /// The one person of the row, whatever their role.
    Anybody,
    /// Several people at once: whoever exports it must take the others out.
    Several,
}

/// What a copy of somebody's data says of the column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnExport {
    /// It is nobody's data.
    Nothing,
    /// The value.
    Include,
    /// "a teacher" in place of who it was: the subject of the row is somebody else.
    AsRole,
    /// The value without what is about others.
    WithoutOthers,
    /// The value for whom the row is about (`subject_id`), and for nobody else in it: what a
    /// student said of what a guardian asks.
    ForTheSubject,
    /// That it is kept, but not the value: a secret that would weaken the account.
    Withhold,
}

/// What an erasure does to the column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnErasure {
    /// It is nobody's data.
    Nothing,
    /// The row goes.
    DeleteRow,
    /// The value goes and the row stays.
    Clear,
    /// The tie leads to a row that names nobody any more.
    Pseudonymise,
    /// What is about this person goes out of a value that is about several.
    Redact,
    /// It stays, for a reason that the person is told.
    Keep(KeepReason),
}

/// Why something stays after an erasure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeepReason {
    /// An id without a name and two dates, so that other rows still lead somewhere.
    Tombstone,
    /// The evidence that the school may process data at all.
    Evidence,
    /// A hash that leads to nobody by itself; its own rule ends it within days.
    LeadsToNobody,
    /// Written in the course of work: it is the school's.
    MaterialOfTheSchool,
}

/// Fields inside JSON that hold free text about a person or how to reach somebody.
/// They are sealed wherever such JSON is kept.
pub const PRIVATE_FIELDS: &[&str] = &["comment", "email"];

/// How a column is kept from whoever gets hold of the database alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protect {
    /// As a whole, with the key of the person the row is about; with the school's where
    /// nobody is known.
    WithTheSubjectsKey,
    /// As a whole, with the school's key: it is about several people, or stays after whom
    /// it is about was erased.
    WithTheSchoolsKey,
    /// JSON: its [`PRIVATE_FIELDS`], with the key of the person whom they are about.
    PrivateFields,
}

/// All that is said of one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Class {
    /// What kind of data.
    pub category: Category,
    /// About whom; none where it is nobody's.
    pub subject: Option<Subject>,
    /// What it is kept for; none where it is nobody's.
    pub purpose: Option<Purpose>,
    /// What allows it; none where it is nobody's.
    pub lawful_basis: Option<LawfulBasis>,
    /// How long; none where it is nobody's.
    pub retention: Option<Retention>,
    /// In a copy of somebody's data.
    pub on_export: OnExport,
    /// When somebody's data is erased.
    pub on_erasure: OnErasure,
    /// How it is sealed at rest; none where it is kept as it is.
    pub protect: Option<Protect>,
}

impl Class {
    /// The same, sealed at rest.
    #[must_use]
    pub const fn sealed(mut self, protect: Protect) -> Self {
        self.protect = Some(protect);
        self
    }

    /// A key, version, size or checksum. It lives and goes with its row.
    pub const fn technical() -> Self {
        Self::nobodys(Category::Technical)
    }

    /// About the school and not about anybody in it.
    pub const fn school() -> Self {
        Self::nobodys(Category::School)
    }

    const fn nobodys(category: Category) -> Self {
        Self {
            category,
            subject: None,
            purpose: None,
            lawful_basis: None,
            retention: None,
            on_export: OnExport::Nothing,
            on_erasure: OnErasure::Nothing,
            protect: None,
        }
    }

    /// About a person, with everything that must be said of such a column.
    pub const fn personal(
        category: Category,
        subject: Subject,
        handling: Handling,
        on_export: OnExport,
        on_erasure: OnErasure,
    ) -> Self {
        Self {
            category,
            subject: Some(subject),
            purpose: Some(handling.purpose),
            lawful_basis: Some(handling.lawful_basis),
            retention: Some(handling.retention),
            on_export,
            on_erasure,
            protect: None,
        }
    }

    /// True for data about somebody.
    pub const fn is_personal(&self) -> bool {
        self.category.is_personal()
    }
}
