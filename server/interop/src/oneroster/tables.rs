//! The tables of the standard, by name.
//!
//! Which edition has which table, which of them make a roster, and what one row
//! of each is called in words. Their columns stand in `columns`.

use super::model::Version;

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
