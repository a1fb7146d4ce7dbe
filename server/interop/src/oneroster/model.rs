//! What a roster says, as plain values.
//!
//! Only what a school needs to set up its people and classrooms is kept.
//! Passwords, telephone numbers and the ethnicity columns of the demographics
//! table are checked and then dropped: what is never held cannot leak. In a bulk
//! table every reference that is kept points at a record of the same package.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::problem::Problem;
use super::tables::Table;
use super::words::{ClassKind, OrgKind, RosterRole, RowStatus, SessionKind, Sex};

/// The version of the standard that a package follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// OneRoster CSV 1.1: roles stand in the users table.
    V1_1,
    /// OneRoster CSV 1.2: roles have their own table.
    V1_2,
}

/// Whether a table is the whole truth or only what changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Everything there is; what is missing has left.
    Bulk,
    /// Changes only; what is missing stays as it is.
    Delta,
}

/// A package that was read and checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// The version its manifest declares.
    pub version: Version,
    /// The system that made it, where the manifest names one.
    pub system: Option<String>,
    /// `Delta` when any of its tables is one.
    pub mode: Mode,
    /// The tables that are in it and how each is meant. A table that is not here
    /// says nothing: nobody has left because it is absent, or has no rows at all.
    pub modes: BTreeMap<Table, Mode>,
    /// Schools, trusts, departments.
    pub orgs: Vec<Org>,
    /// Years and terms.
    pub academic_sessions: Vec<AcademicSession>,
    /// Courses, such as "Year 7 Mathematics".
    pub courses: Vec<Course>,
    /// Teaching groups of a course.
    pub classes: Vec<Class>,
    /// People, with their roles.
    pub users: Vec<User>,
    /// Roles of people who are not in this package: a delta may change a role
    /// alone. Always empty in a bulk package.
    pub loose_roles: Vec<LooseRole>,
    /// People's places in classes.
    pub enrollments: Vec<Enrollment>,
    /// Dates of birth and sex, where a school sends them.
    pub demographics: Vec<Demographics>,
    /// What was read with a remark: clear in meaning, but not as the standard has it.
    pub warnings: Vec<Problem>,
}

impl Package {
    /// How `table` is meant, or `None` when the package does not hold it.
    #[must_use]
    pub fn mode_of(&self, table: Table) -> Option<Mode> {
        self.modes.get(&table).copied()
    }
}

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Org {
    /// Its id in the school's system.
    pub sourced_id: String,
    /// Set in a delta table (a 1.1 bulk table may set it too).
    pub status: Option<RowStatus>,
    /// The row in `orgs.csv`.
    pub row: u64,
    /// Its name; empty only in a row to be deleted.
    pub name: String,
    /// What it is.
    pub kind: Option<OrgKind>,
    /// A number it is known by, such as a URN.
    pub identifier: Option<String>,
    /// The organisation it belongs to.
    pub parent: Option<String>,
}

/// A year, a term or another stretch of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcademicSession {
    /// Its id in the school's system.
    pub sourced_id: String,
    /// Set in a delta table (a 1.1 bulk table may set it too).
    pub status: Option<RowStatus>,
    /// The row in `academicSessions.csv`.
    pub row: u64,
    /// Its title; empty only in a row to be deleted.
    pub title: String,
    /// What it is.
    pub kind: Option<SessionKind>,
    /// The first day; `None` only in a row to be deleted.
    pub start_date: Option<NaiveDate>,
    /// The last day, as the file gives it; `None` only in a row to be deleted.
    pub end_date: Option<NaiveDate>,
    /// The session it is a part of.
    pub parent: Option<String>,
    /// The calendar year in which the school year ends.
    pub school_year: Option<u16>,
}

/// A course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    /// Its id in the school's system.
    pub sourced_id: String,
    /// Set in a delta table (a 1.1 bulk table may set it too).
    pub status: Option<RowStatus>,
    /// The row in `courses.csv`.
    pub row: u64,
    /// Its title; empty only in a row to be deleted.
    pub title: String,
    /// Its code.
    pub code: Option<String>,
    /// The year groups it is for.
    pub grades: Vec<String>,
    /// Its subjects.
    pub subjects: Vec<String>,
    /// The school year, an academic session.
    pub school_year: Option<String>,
    /// The organisation that offers it.
    pub org: Option<String>,
}

/// A teaching group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// Its id in the school's system.
    pub sourced_id: String,
    /// Set in a delta table (a 1.1 bulk table may set it too).
    pub status: Option<RowStatus>,
    /// The row in `classes.csv`.
    pub row: u64,
    /// Its title; empty only in a row to be deleted.
    pub title: String,
    /// Its code.
    pub code: Option<String>,
    /// Whether it is taught or only a form.
    pub kind: Option<ClassKind>,
    /// Where it meets.
    pub location: Option<String>,
    /// The year groups in it.
    pub grades: Vec<String>,
    /// Its subjects.
    pub subjects: Vec<String>,
    /// The periods in which it meets.
    pub periods: Vec<String>,
    /// The course it is a group of.
    pub course: Option<String>,
    /// The school it belongs to.
    pub school: Option<String>,
    /// The terms in which it runs, academic sessions.
    pub terms: Vec<String>,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The person's id in the school's system.
    pub sourced_id: String,
    /// Set in a delta table (a 1.1 bulk table may set it too).
    pub status: Option<RowStatus>,
    /// The row in `users.csv`.
    pub row: u64,
    /// The name to sign in with, where the school gives one.
    pub username: Option<String>,
    /// Given name; empty only in a row to be deleted.
    pub given_name: String,
    /// Family name; empty only in a row to be deleted.
    pub family_name: String,
    /// Middle name.
    pub middle_name: Option<String>,
    /// The given name the person goes by.
    pub preferred_given_name: Option<String>,
    /// The family name the person goes by.
    pub preferred_family_name: Option<String>,
    /// E-mail address, as written.
    pub email: Option<String>,
    /// A number the person is known by, such as an admission number.
    pub identifier: Option<String>,
    /// Whether the person may sign in.
    pub enabled: bool,
    /// Year groups.
    pub grades: Vec<String>,
    /// People connected to this one: guardians of a student, children of a guardian.
    pub agent_sourced_ids: Vec<String>,
    /// The organisation the person mainly belongs to.
    pub primary_org: Option<String>,
    /// What the person is, and where; main role first.
    pub roles: Vec<UserRole>,
}

/// A role of a person in an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRole {
    /// The id of the row in `roles.csv`; `None` in 1.1, where roles have no row.
    pub sourced_id: Option<String>,
    /// Set in a delta table (a 1.1 bulk table may set it too).
    pub status: Option<RowStatus>,
    /// The row in `roles.csv`, or in `users.csv` in 1.1.
    pub row: u64,
    /// The role.
    pub role: RosterRole,
    /// Whether it is the person's main role in that organisation.
    pub is_primary: bool,
    /// The organisation.
    pub org: Option<String>,
    /// First day.
    pub begin: Option<NaiveDate>,
    /// Last day.
    pub end: Option<NaiveDate>,
}

/// A role in a delta whose person is not in the package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LooseRole {
    /// The person; `None` only in a row to be deleted.
    pub user: Option<String>,
    /// The role.
    pub role: UserRole,
}

/// A person's place in a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrollment {
    /// Its id in the school's system.
    pub sourced_id: String,
    /// Set in a delta table (a 1.1 bulk table may set it too).
    pub status: Option<RowStatus>,
    /// The row in `enrollments.csv`.
    pub row: u64,
    /// The class; empty only in a row to be deleted.
    pub class: String,
    /// The person; empty only in a row to be deleted.
    pub user: String,
    /// The school.
    pub school: Option<String>,
    /// The role in the class; `None` only in a row to be deleted.
    pub role: Option<RosterRole>,
    /// Whether a teacher is the main teacher of the class.
    pub is_primary: bool,
    /// First day.
    pub begin: Option<NaiveDate>,
    /// Last day.
    pub end: Option<NaiveDate>,
}

/// The little of the demographics table that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demographics {
    /// The person, by id.
    pub sourced_id: String,
    /// Set in a delta table (a 1.1 bulk table may set it too).
    pub status: Option<RowStatus>,
    /// The row in `demographics.csv`.
    pub row: u64,
    /// Date of birth.
    pub birth_date: Option<NaiveDate>,
    /// Sex, as the school records it.
    pub sex: Option<Sex>,
}
