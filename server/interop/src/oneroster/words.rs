//! The closed word lists of the standard, as types.
//!
//! Each list is written once, as the words of the file beside the variants. The
//! standard lets a district add words of its own, written `ext:word`: those are
//! kept in `Other`, for the one who imports to decide.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// A word outside the standard's list, without its `ext:`.
            Other(String),
        }

        impl $name {
            pub(crate) const WORDS: &[&str] = &[$($word),+];

            /// Reads a word; letter case does not matter here, the checks before do that.
            pub(crate) fn of(word: &str) -> Self {
                $(if word.eq_ignore_ascii_case($word) { return Self::$variant; })+
                Self::Other(word.strip_prefix("ext:").unwrap_or(word).to_owned())
            }

            /// The word as the standard writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Other(word) => word,
                }
            }
        }
    };
}

words! {
    /// What a person is, in an organisation or in a class.
    RosterRole {
        /// Runs the school's systems or its office.
        Administrator = "administrator",
        /// Helps in class.
        Aide = "aide",
        /// Advises students.
        Counselor = "counselor",
        /// Runs the systems of a district or trust.
        DistrictAdministrator = "districtAdministrator",
        /// Responsible for a student, though not a parent.
        Guardian = "guardian",
        /// A student's parent.
        Parent = "parent",
        /// Leads the school.
        Principal = "principal",
        /// Watches over examinations.
        Proctor = "proctor",
        /// A student's relative.
        Relative = "relative",
        /// Runs the systems of one site.
        SiteAdministrator = "siteAdministrator",
        /// Learns.
        Student = "student",
        /// Runs the platform.
        SystemAdministrator = "systemAdministrator",
        /// Teaches.
        Teacher = "teacher",
    }
}

words! {
    /// What an organisation is.
    OrgKind {
        /// A department of a school.
        Department = "department",
        /// A school.
        School = "school",
        /// A district, local authority or trust.
        District = "district",
        /// A local body.
        Local = "local",
        /// A state or region.
        State = "state",
        /// A country.
        National = "national",
    }
}

words! {
    /// What a stretch of time is.
    SessionKind {
        /// A period at whose end marks are reported.
        GradingPeriod = "gradingPeriod",
        /// Half a year.
        Semester = "semester",
        /// A whole school year.
        SchoolYear = "schoolYear",
        /// A term.
        Term = "term",
    }
}

words! {
    /// What a class is.
    ClassKind {
        /// A form: registered together, not taught a subject.
        Homeroom = "homeroom",
        /// Taught at set times.
        Scheduled = "scheduled",
    }
}

words! {
    /// Sex, as the school records it.
    Sex {
        /// Male.
        Male = "male",
        /// Female.
        Female = "female",
        /// Not stated.
        Unspecified = "unspecified",
        /// Something else.
        Another = "other",
    }
}

/// What a delta says about a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowStatus {
    /// New or changed.
    Active,
    /// Gone.
    ToBeDeleted,
}

impl RowStatus {
    pub(crate) const WORDS: &[&str] = &["active", "tobedeleted"];

    /// `inactive` is what the first edition of the standard called a record that is gone.
    pub(crate) fn of(word: &str) -> Option<Self> {
        if word.eq_ignore_ascii_case("active") {
            Some(Self::Active)
        } else if word.eq_ignore_ascii_case("tobedeleted") || word.eq_ignore_ascii_case("inactive")
        {
            Some(Self::ToBeDeleted)
        } else {
            None
        }
    }
}
