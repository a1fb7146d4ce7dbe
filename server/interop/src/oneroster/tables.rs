//! The tables of the standard: which columns each has, in which order, of which
//! type, and whether a row can do without.
//!
//! This is data, read by the checks in `rows`; nothing here looks at a file. The
//! tables follow the OneRoster CSV binding 1.2, and its 1.1 edition where the two
//! differ.

use super::model::Version;
use super::words::{ClassKind, OrgKind, RosterRole, RowStatus, SessionKind, Sex};

macro_rules! tables {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// A table of the standard, in the order in which it lists them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Table { $($(#[$doc])* $variant,)+ }

        impl Table {
            /// All tables.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The table's name, as in `file.<name>` of the manifest.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The table's file.
            #[must_use]
            pub const fn file_name(self) -> &'static str {
                match self { $(Self::$variant => concat!($name, ".csv"),)+ }
            }
        }
    };
}

tables! {
    /// Years and terms.
    AcademicSessions = "academicSessions",
    /// Categories of marked work.
    Categories = "categories",
    /// Teaching groups.
    Classes = "classes",
    /// Learning resources of a class.
    ClassResources = "classResources",
    /// Learning resources of a course.
    CourseResources = "courseResources",
    /// Courses.
    Courses = "courses",
    /// Dates of birth and the like.
    Demographics = "demographics",
    /// Places in classes.
    Enrollments = "enrollments",
    /// Learning objectives of marked work.
    LineItemLearningObjectiveIds = "lineItemLearningObjectiveIds",
    /// Marked work.
    LineItems = "lineItems",
    /// Score scales of marked work.
    LineItemScoreScales = "lineItemScoreScales",
    /// Organisations.
    Orgs = "orgs",
    /// Learning resources.
    Resources = "resources",
    /// Learning objectives of marks.
    ResultLearningObjectiveIds = "resultLearningObjectiveIds",
    /// Marks.
    Results = "results",
    /// Score scales of marks.
    ResultScoreScales = "resultScoreScales",
    /// Roles of people.
    Roles = "roles",
    /// Score scales.
    ScoreScales = "scoreScales",
    /// Accounts that people have elsewhere.
    UserProfiles = "userProfiles",
    /// Learning resources of a person.
    UserResources = "userResources",
    /// People.
    Users = "users",
}

impl Table {
    /// Whether the edition `version` of the standard has this table.
    #[must_use]
    pub const fn is_in(self, version: Version) -> bool {
        match version {
            Version::V1_2 => true,
            Version::V1_1 => !matches!(
                self,
                Self::LineItemLearningObjectiveIds
                    | Self::LineItemScoreScales
                    | Self::ResultLearningObjectiveIds
                    | Self::ResultScoreScales
                    | Self::Roles
                    | Self::ScoreScales
                    | Self::UserProfiles
                    | Self::UserResources
            ),
        }
    }

    /// Whether the table becomes part of a [`super::Package`], or is only checked.
    pub(crate) const fn is_rostering(self) -> bool {
        matches!(
            self,
            Self::AcademicSessions
                | Self::Classes
                | Self::Courses
                | Self::Demographics
                | Self::Enrollments
                | Self::Orgs
                | Self::Roles
                | Self::Users
        )
    }

    /// What one row of the table is, in words.
    pub(crate) const fn one(self) -> &'static str {
        match self {
            Self::AcademicSessions => "year or term",
            Self::Categories => "category",
            Self::Classes => "class",
            Self::Courses => "course",
            Self::LineItems => "piece of work",
            Self::Orgs => "organisation",
            Self::Resources => "resource",
            Self::Results => "result",
            Self::ScoreScales => "score scale",
            Self::UserProfiles => "user profile",
            Self::Users => "person",
            _ => "record",
        }
    }
}

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

impl Column {
    const fn also(mut self, names: &'static [&'static str]) -> Self {
        self.also = names;
        self
    }
}

const fn column(name: &'static str, kind: Kind, need: Need) -> Column {
    Column { name, kind, need, also: &[] }
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

const SCORE_STATUS: Kind = Kind::Word(&[
    "exempt",
    "fully graded",
    "not submitted",
    "partially graded",
    "submitted",
]);
const SOURCE: Kind = Kind::Word(&["case", "unknown"]);
const ROLE: Kind = Kind::Word(RosterRole::WORDS);
const RANK: Kind = Kind::Word(&["primary", "secondary"]);
pub(crate) const STATUS_WORDS: &[&str] = RowStatus::WORDS;

/// The columns of `table` in the edition `version`, in the standard's order.
pub(crate) const fn columns(table: Table, version: Version) -> &'static [Column] {
    use Kind::{Boolean, Date, Float, Integer, List, Many, One, Secret, Text, Word, Words, Year};
    if let Version::V1_1 = version {
        match table {
            Table::Users => return USERS_1_1,
            Table::LineItems => return LINE_ITEMS_1_1,
            _ => {}
        }
    }
    match table {
        Table::AcademicSessions => &[
            ID,
            STATUS,
            CHANGED,
            core("title", Text),
            must("type", Word(SessionKind::WORDS)),
            core("startDate", Date),
            core("endDate", Date),
            may("parentSourcedId", One(Table::AcademicSessions)),
            must("schoolYear", Year),
        ],
        Table::Categories => &[ID, STATUS, CHANGED, must("title", Text), may("weight", Integer)],
        Table::Classes => &[
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
        ],
        Table::ClassResources => &[
            ID,
            STATUS,
            CHANGED,
            may("title", Text),
            must("classSourcedId", One(Table::Classes)),
            must("resourceSourcedId", One(Table::Resources)),
        ],
        Table::CourseResources => &[
            ID,
            STATUS,
            CHANGED,
            may("title", Text),
            must("courseSourcedId", One(Table::Courses)),
            must("resourceSourcedId", One(Table::Resources)),
        ],
        Table::Courses => &[
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
        ],
        Table::Demographics => &[
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
        ],
        Table::Enrollments => &[
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
        ],
        Table::LineItemLearningObjectiveIds => &[
            ID,
            STATUS,
            CHANGED,
            must("lineItemSourcedId", One(Table::LineItems)),
            must("source", SOURCE),
            must("learningObjectiveId", Text),
        ],
        Table::LineItems => &[
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
        ],
        Table::LineItemScoreScales => &[
            ID,
            STATUS,
            CHANGED,
            may("title", Text),
            must("lineItemSourcedId", One(Table::LineItems)),
            must("scoreScaleSourcedId", One(Table::ScoreScales)),
        ],
        Table::Orgs => &[
            ID,
            STATUS,
            CHANGED,
            core("name", Text),
            must("type", Word(OrgKind::WORDS)),
            may("identifier", Text),
            may("parentSourcedId", One(Table::Orgs)),
        ],
        Table::Resources => &[
            ID,
            STATUS,
            CHANGED,
            must("vendorResourceId", Text),
            may("title", Text),
            may("roles", Words(RosterRole::WORDS)),
            may("importance", RANK),
            may("vendorId", Text),
            may("applicationId", Text),
        ],
        Table::ResultLearningObjectiveIds => &[
            ID,
            STATUS,
            CHANGED,
            must("resultSourcedId", One(Table::Results)),
            must("source", SOURCE),
            must("learningObjectiveId", Text),
            may("score", Float),
            may("textScore", Text),
        ],
        Table::Results => &[
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
        ],
        Table::ResultScoreScales => &[
            ID,
            STATUS,
            CHANGED,
            may("title", Text),
            must("resultSourcedId", One(Table::Results)),
            must("scoreScaleSourcedId", One(Table::ScoreScales)),
        ],
        Table::Roles => &[
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
        ],
        Table::ScoreScales => &[
            ID,
            STATUS,
            CHANGED,
            must("title", Text),
            must("type", Text),
            may("orgSourcedId", One(Table::Orgs)),
            may("courseSourcedId", One(Table::Courses)),
            must("classSourcedId", One(Table::Classes)),
            must("scoreScaleValue", Kind::Scale),
        ],
        Table::UserProfiles => &[
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
        ],
        Table::UserResources => &[
            ID,
            STATUS,
            CHANGED,
            must("userSourcedId", One(Table::Users)),
            may("orgSourcedId", One(Table::Orgs)),
            may("classSourcedId", One(Table::Classes)),
            must("resourceSourcedId", One(Table::Resources)),
        ],
        Table::Users => &[
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
        ],
    }
}

const USERS_1_1: &[Column] = &[
    ID,
    STATUS,
    CHANGED,
    must("enabledUser", Kind::Boolean),
    must("orgSourcedIds", Kind::Many(Table::Orgs)).also(&["orgSourcedId"]),
    core("role", ROLE),
    must("username", Kind::Text),
    may("userIds", Kind::List).also(&["userId"]),
    core("givenName", Kind::Text),
    core("familyName", Kind::Text),
    may("middleName", Kind::Text),
    may("identifier", Kind::Text),
    may("email", Kind::Text),
    may("sms", Kind::Text),
    may("phone", Kind::Text),
    may("agentSourcedIds", Kind::Many(Table::Users)).also(&["agents", "agentSourcedId"]),
    may("grades", Kind::List).also(&["grade"]),
    may("password", Kind::Secret),
];

const LINE_ITEMS_1_1: &[Column] = &[
    ID,
    STATUS,
    CHANGED,
    must("title", Kind::Text),
    may("description", Kind::Text),
    must("assignDate", Kind::Date),
    must("dueDate", Kind::Date),
    must("classSourcedId", Kind::One(Table::Classes)),
    must("categorySourcedId", Kind::One(Table::Categories)),
    must("gradingPeriodSourcedId", Kind::One(Table::AcademicSessions)),
    may("resultValueMin", Kind::Float),
    may("resultValueMax", Kind::Float),
];
