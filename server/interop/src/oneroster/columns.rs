//! The columns of each table: their order, their types, and whether a row can do
//! without them.
//!
//! This is data, read by the checks in `header` and `rows`; nothing here looks at
//! a file. The columns follow the OneRoster CSV binding 1.2, and its 1.1 edition
//! where the two differ.

use Kind::{Boolean, Date, Float, Integer, List, Many, One, Secret, Text, Word, Words, Year};

use super::model::Version;
use super::tables::Table;
use super::words::{ClassKind, OrgKind, RosterRole, RowStatus, SessionKind, Sex};

/// The type of a column's cells.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// The row's own id.
    Id,
    /// The row's own id, which is at the same time another table's.
    IdOf(Table),
    /// `active` or `tobedeleted`: in delta tables only.
    Status,
    /// The moment of the last change: in delta tables only.
    Changed,
    Text,
    /// Never read, never kept.
    Secret,
    One(Table),
    Many(Table),
    Integer,
    Float,
    Boolean,
    Date,
    Year,
    Word(&'static [&'static str]),
    Words(&'static [&'static str]),
    List,
    Scale,
}

/// Whether a row can do without a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// It may be empty.
    Optional,
    /// The standard wants it; a 1.1 package is read without, with a remark.
    Required,
    /// Nothing right can be made of the row without it.
    Essential,
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) need: Need,
    /// What 1.1 systems call it too.
    pub(crate) also: &'static [&'static str],
}

/// The columns of `table` in the edition `version`, in the standard's order.
pub(crate) const fn columns(table: Table, version: Version) -> &'static [Column] {
    match (table, version) {
        (Table::Users, Version::V1_1) => USERS_1_1,
        (Table::LineItems, Version::V1_1) => LINE_ITEMS_1_1,
        (Table::AcademicSessions, _) => ACADEMIC_SESSIONS,
        (Table::Categories, _) => CATEGORIES,
        (Table::Classes, _) => CLASSES,
        (Table::ClassResources, _) => CLASS_RESOURCES,
        (Table::CourseResources, _) => COURSE_RESOURCES,
        (Table::Courses, _) => COURSES,
        (Table::Demographics, _) => DEMOGRAPHICS,
        (Table::Enrollments, _) => ENROLLMENTS,
        (Table::LineItemLearningObjectiveIds, _) => LINE_ITEM_LEARNING_OBJECTIVE_IDS,
        (Table::LineItems, _) => LINE_ITEMS,
        (Table::LineItemScoreScales, _) => LINE_ITEM_SCORE_SCALES,
        (Table::Orgs, _) => ORGS,
        (Table::Resources, _) => RESOURCES,
        (Table::ResultLearningObjectiveIds, _) => RESULT_LEARNING_OBJECTIVE_IDS,
        (Table::Results, _) => RESULTS,
        (Table::ResultScoreScales, _) => RESULT_SCORE_SCALES,
        (Table::Roles, _) => ROLES,
        (Table::ScoreScales, _) => SCORE_SCALES,
        (Table::UserProfiles, _) => USER_PROFILES,
        (Table::UserResources, _) => USER_RESOURCES,
        (Table::Users, _) => USERS,
    }
}

impl Column {
    const fn also(mut self, names: &'static [&'static str]) -> Self {
        self.also = names;
        self
    }
}

const fn column(name: &'static str, kind: Kind, need: Need) -> Column {
    Column {
        name,
        kind,
        need,
        also: &[],
    }
}

const fn may(name: &'static str, kind: Kind) -> Column {
    column(name, kind, Need::Optional)
}

const fn must(name: &'static str, kind: Kind) -> Column {
    column(name, kind, Need::Required)
}

const fn core(name: &'static str, kind: Kind) -> Column {
    column(name, kind, Need::Essential)
}

const ID: Column = core("sourcedId", Kind::Id);
const STATUS: Column = may("status", Kind::Status);
const CHANGED: Column = may("dateLastModified", Kind::Changed);

const SCORE_STATUS: Kind = Word(&[
    "exempt",
    "fully graded",
    "not submitted",
    "partially graded",
    "submitted",
]);
const SOURCE: Kind = Word(&["case", "unknown"]);
const ROLE: Kind = Word(RosterRole::WORDS);
const RANK: Kind = Word(&["primary", "secondary"]);
pub(crate) const STATUS_WORDS: &[&str] = RowStatus::WORDS;

const ACADEMIC_SESSIONS: &[Column] = &[
    ID,
    STATUS,
    CHANGED,
    core("title", Text),
    must("type", Word(SessionKind::WORDS)),
    core("startDate", Date),
    core("endDate", Date),
    may("parentSourcedId", One(Table::AcademicSessions)),
    must("schoolYear", Year),
];

const CATEGORIES: &[Column] = &[
    ID,
    STATUS,
    CHANGED,
    must("title", Text),
    may("weight", Integer),
];

const CLASSES: &[Column] = &[
    ID,
    STATUS,
    CHANGED,
    core("title", Text),
    may("grades", List).also(&["grade"]),
    must("courseSourcedId", One(Table::Courses)),
    may("classCode", Text),
    must("classType", Word(ClassKind::WORDS)),
    may("location", Text),
    must("schoolSourcedId", One(Table::Orgs)),
    must("termSourcedIds", Many(Table::AcademicSessions)).also(&["termSourcedId"]),
    may("subjects", List).also(&["subject"]),
    may("subjectCodes", List),
    may("periods", List).also(&["period"]),
];

const CLASS_RESOURCES: &[Column] = &[
    ID,
    STATUS,
    CHANGED,
    may("title", Text),
    must("classSourcedId", One(Table::Classes)),
    must("resourceSourcedId", One(Table::Resources)),
];

const COURSE_RESOURCES: &[Column] = &[
    ID,
    STATUS,
    CHANGED,
    may("title", Text),
    must("courseSourcedId", One(Table::Courses)),
    must("resourceSourcedId", One(Table::Resources)),
];

const COURSES: &[Column] = &[
    ID,
    STATUS,
    CHANGED,
    may("schoolYearSourcedId", One(Table::AcademicSessions)).also(&["schoolYearId"]),
    core("title", Text),
    may("courseCode", Text),
    may("grades", List).also(&["grade"]),
    must("orgSourcedId", One(Table::Orgs)),
    may("subjects", List).also(&["subject"]),
    may("subjectCodes", List),
];

const DEMOGRAPHICS: &[Column] = &[
    column("sourcedId", Kind::IdOf(Table::Users), Need::Essential).also(&["userSourcedId"]),
    STATUS,
    CHANGED,
    may("birthDate", Date),
    may("sex", Word(Sex::WORDS)),
    may("americanIndianOrAlaskaNative", Boolean),
    may("asian", Boolean),
    may("blackOrAfricanAmerican", Boolean),
    may("nativeHawaiianOrOtherPacificIslander", Boolean),
    may("white", Boolean),
    may("demographicRaceTwoOrMoreRaces", Boolean),
    may("hispanicOrLatinoEthnicity", Boolean),
    may("countryOfBirthCode", Text),
    may("stateOfBirthAbbreviation", Text),
    may("cityOfBirth", Text),
    may("publicSchoolResidenceStatus", Text),
];

const ENROLLMENTS: &[Column] = &[
    ID,
    STATUS,
    CHANGED,
    core("classSourcedId", One(Table::Classes)),
    must("schoolSourcedId", One(Table::Orgs)),
    core("userSourcedId", One(Table::Users)),
    core("role", ROLE),
    may("primary", Boolean),
    may("beginDate", Date),
    may("endDate", Date),
];

const LINE_ITEM_LEARNING_OBJECTIVE_IDS: &[Column] = &[
    ID,
    STATUS,
    CHANGED,
    must("lineItemSourcedId", One(Table::LineItems)),
    must("source", SOURCE),
    must("learningObjectiveId", Text),
];

const LINE_ITEMS: &[Column] = &[
    ID,
    STATUS,
    CHANGED,
    must("title", Text),
    may("description", Text),
    must("assignDate", Date),
    must("dueDate", Date),
    must("classSourcedId", One(Table::Classes)),
    must("categorySourcedId", One(Table::Categories)),
    may("academicSessionSourcedId", One(Table::AcademicSessions)),
    may("resultValueMin", Float),
    may("resultValueMax", Float),
    must("schoolSourcedId", One(Table::Orgs)),
];

const LINE_ITEM_SCORE_SCALES: &[Column] = &[
    ID,
    STATUS,
    CHANGED,
    may("title", Text),
    must("lineItemSourcedId", One(Table::LineItems)),
    must("scoreScaleSourcedId", One(Table::ScoreScales)),
];

const ORGS: &[Column] = &[
    ID,
    STATUS,
    CHANGED,
    core("name", Text),
    must("type", Word(OrgKind::WORDS)),
    may("identifier", Text),
    may("parentSourcedId", One(Table::Orgs)),
];

const RESOURCES: &[Column] = &[
    ID,
    STATUS,
    CHANGED,
    must("vendorResourceId", Text),
    may("title", Text),
    may("roles", Words(RosterRole::WORDS)),
    may("importance", RANK),
    may("vendorId", Text),
    may("applicationId", Text),
];

const RESULT_LEARNING_OBJECTIVE_IDS: &[Column] = &[
    ID,
    STATUS,
    CHANGED,
    must("resultSourcedId", One(Table::Results)),
    must("source", SOURCE),
    must("learningObjectiveId", Text),
    may("score", Float),
    may("textScore", Text),
];

const RESULTS: &[Column] = &[
    ID,
    STATUS,
    CHANGED,
    must("lineItemSourcedId", One(Table::LineItems)),
    must("studentSourcedId", One(Table::Users)),
    must("scoreStatus", SCORE_STATUS),
    may("score", Float),
    must("scoreDate", Date),
    may("comment", Text),
    may("textScore", Text),
    may("classSourcedId", One(Table::Classes)),
    may("inProgress", Boolean),
    may("incomplete", Boolean),
    may("late", Boolean),
    may("missing", Boolean),
];

const RESULT_SCORE_SCALES: &[Column] = &[
    ID,
    STATUS,
    CHANGED,
    may("title", Text),
    must("resultSourcedId", One(Table::Results)),
    must("scoreScaleSourcedId", One(Table::ScoreScales)),
];

const ROLES: &[Column] = &[
    ID,
    STATUS,
    CHANGED,
    core("userSourcedId", One(Table::Users)),
    must("roleType", RANK),
    core("role", ROLE),
    may("beginDate", Date),
    may("endDate", Date),
    must("orgSourcedId", One(Table::Orgs)),
    may("userProfileSourcedId", One(Table::UserProfiles)),
];

const SCORE_SCALES: &[Column] = &[
    ID,
    STATUS,
    CHANGED,
    must("title", Text),
    must("type", Text),
    may("orgSourcedId", One(Table::Orgs)),
    may("courseSourcedId", One(Table::Courses)),
    must("classSourcedId", One(Table::Classes)),
    must("scoreScaleValue", Kind::Scale),
];

const USER_PROFILES: &[Column] = &[
    ID,
    STATUS,
    CHANGED,
    must("userSourcedId", One(Table::Users)),
    must("profileType", Text),
    must("vendorId", Text),
    may("applicationId", Text),
    may("description", Text),
    may("credentialType", Text),
    may("username", Text),
    may("password", Secret),
];

const USER_RESOURCES: &[Column] = &[
    ID,
    STATUS,
    CHANGED,
    must("userSourcedId", One(Table::Users)),
    may("orgSourcedId", One(Table::Orgs)),
    may("classSourcedId", One(Table::Classes)),
    must("resourceSourcedId", One(Table::Resources)),
];

const USERS: &[Column] = &[
    ID,
    STATUS,
    CHANGED,
    must("enabledUser", Boolean),
    may("username", Text),
    may("userIds", List),
    core("givenName", Text),
    core("familyName", Text),
    may("middleName", Text),
    may("identifier", Text),
    may("email", Text),
    may("sms", Text),
    may("phone", Text),
    may("agentSourcedIds", Many(Table::Users)),
    may("grades", List),
    may("password", Secret),
    may("userMasterIdentifier", Text),
    may("preferredGivenName", Text),
    may("preferredMiddleName", Text),
    may("preferredFamilyName", Text),
    may("primaryOrgSourcedId", One(Table::Orgs)),
    may("pronouns", Text),
];

const USERS_1_1: &[Column] = &[
    ID,
    STATUS,
    CHANGED,
    must("enabledUser", Boolean),
    must("orgSourcedIds", Many(Table::Orgs)).also(&["orgSourcedId"]),
    core("role", ROLE),
    must("username", Text),
    may("userIds", List).also(&["userId"]),
    core("givenName", Text),
    core("familyName", Text),
    may("middleName", Text),
    may("identifier", Text),
    may("email", Text),
    may("sms", Text),
    may("phone", Text),
    may("agentSourcedIds", Many(Table::Users)).also(&["agents", "agentSourcedId"]),
    may("grades", List).also(&["grade"]),
    may("password", Secret),
];

const LINE_ITEMS_1_1: &[Column] = &[
    ID,
    STATUS,
    CHANGED,
    must("title", Text),
    may("description", Text),
    must("assignDate", Date),
    must("dueDate", Date),
    must("classSourcedId", One(Table::Classes)),
    must("categorySourcedId", One(Table::Categories)),
    must("gradingPeriodSourcedId", One(Table::AcademicSessions)),
    may("resultValueMin", Float),
    may("resultValueMax", Float),
];
