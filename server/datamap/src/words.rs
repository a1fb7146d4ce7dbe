//! The registry in plain words, for the pages and files that are made of it.

use crate::class::{Category, KeepReason, OnErasure, OnExport, Protect, Subject};
use crate::handling::{Anchor, LawfulBasis, Period, Purpose, Retention, RetentionRule};

impl Purpose {
    /// Every purpose, in the order of the notice.
    pub const ALL: [Self; 6] = [
        Self::Teaching,
        Self::RunningTheSchool,
        Self::SigningIn,
        Self::Security,
        Self::Accountability,
        Self::PublicPages,
    ];

    /// What it is for.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Teaching => "Teaching: set work, answers, marks and feedback",
            Self::RunningTheSchool => "Knowing who belongs to the school and to which class",
            Self::SigningIn => "Letting people sign in",
            Self::Security => "Keeping strangers out",
            Self::Accountability => {
                "Being able to show what was done, by whom, and on what authority"
            }
            Self::PublicPages => {
                "Remembering what a browser chose about cookies on the public pages"
            }
        }
    }

    /// The same for a young student.
    pub const fn words_for_children(self) -> &'static str {
        match self {
            Self::Teaching => "So that you get your work and your teacher can help you.",
            Self::RunningTheSchool => "So that the school knows which class you are in.",
            Self::SigningIn => "So that only you get in with your name.",
            Self::Security => "So that strangers stay out.",
            Self::Accountability => "So that everybody can see who did what.",
            Self::PublicPages => "So that a computer is not asked the same thing again.",
        }
    }
}

impl LawfulBasis {
    /// What allows it, with the article.
    pub const fn words(self) -> &'static str {
        match self {
            Self::PublicTask => {
                "The school's task in the public interest (UK GDPR Article 6(1)(e))"
            }
            Self::LegalObligation => {
                "A duty that the law lays on the school (UK GDPR Article 6(1)(c))"
            }
            Self::ReasonableAdjustments => {
                "The school's duty to make reasonable adjustments (Equality Act 2010, sections 20 and 85; UK GDPR Article 6(1)(c) and, for data about health, Article 9(2)(g) with the Data Protection Act 2018, Schedule 1, paragraph 6)"
            }
            Self::LegitimateInterests => {
                "The interest of whoever runs the platform in keeping it safe and honest (UK GDPR Article 6(1)(f))"
            }
        }
    }
}

impl Category {
    /// What kind of data, in a word or two.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Technical => "Keys",
            Self::School => "The school",
            Self::Link => "Who it is about",
            Self::Identity => "Names",
            Self::Contact => "Addresses",
            Self::Membership => "Classes and roles",
            Self::Credential => "Passwords",
            Self::Device => "Devices",
            Self::Material => "Materials",
            Self::Work => "Work",
            Self::Assessment => "Marks",
            Self::Needs => "What helps",
            Self::Activity => "When",
            Self::History => "What was done",
        }
    }

    /// What kind of data, in plain words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Technical => "Keys and checksums",
            Self::School => "About the school itself",
            Self::Link => "Which rows belong to whom",
            Self::Identity => "Names and year group",
            Self::Contact => "How to reach somebody",
            Self::Membership => "Roles, classes and choices",
            Self::Credential => "Username and the fingerprint of a password",
            Self::Device => "The kind of device",
            Self::Material => "What teachers write for a class",
            Self::Work => "What students write and hand in",
            Self::Assessment => "Marks and feedback",
            Self::Needs => {
                "What helps somebody to read and to learn, which may say something about health"
            }
            Self::Activity => "When somebody did something",
            Self::History => "What was changed, and requests in people's own words",
        }
    }
}

impl Category {
    /// The same for a young student.
    pub const fn words_for_children(self) -> &'static str {
        match self {
            Self::Technical => "Numbers for the computer",
            Self::School => "The name of your school",
            Self::Link => "Which things are yours",
            Self::Identity => "Your name and your year",
            Self::Contact => "How to reach you or your family",
            Self::Membership => "Your classes, and what you said yes or no to",
            Self::Credential => "The name you sign in with",
            Self::Device => "Which kind of tablet or computer you use",
            Self::Material => "What your teacher wrote for your class",
            Self::Work => "What you write and hand in",
            Self::Assessment => "Your marks and what your teacher says",
            Self::Needs => "What helps you to read and to learn",
            Self::Activity => "When you did something",
            Self::History => "What somebody changed, and what you asked",
        }
    }
}

impl Subject {
    /// Whose data.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Student => "students",
            Self::Guardian => "guardians",
            Self::Staff => "staff",
            Self::Anybody => "everybody with an account",
            Self::Several => "several people at once",
        }
    }
}

impl Anchor {
    /// From when a period counts.
    pub const fn words(self) -> &'static str {
        match self {
            Self::LeftSchool => "after leaving the school",
            Self::LastChildLeft => "after the last child left the school",
            Self::EndOfSchoolYear => "after the end of the school year",
            Self::Written => "after it was written",
            Self::Ended => "after it ended",
            Self::SchoolLeft => "after the school stopped using the platform",
        }
    }
}

impl RetentionRule {
    /// How long and from when, and of what, as somebody reads it who knows no rule by its name.
    pub fn words_of(&self, retention: Retention) -> String {
        let what = if retention == Retention::Account {
            // One rule for each kind of person.
            format!("{} of {}", retention.words(), self.subject.words())
        } else if retention == Retention::RightsRequest && self.only.is_some() {
            "complaints".to_owned()
        } else {
            retention.words().to_owned()
        };
        format!("{} {} ({what})", self.period.words(), self.anchor.words())
    }
}

impl Retention {
    /// What goes by it, in a few words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Account => "names, addresses and classes",
            Self::NeverUsed => "invitations that nobody used",
            Self::SignIn => "sign-ins",
            Self::SecurityLog => "wrong guesses at a password",
            Self::StudentWork => "work that students hand in",
            Self::Marks => "marks and feedback",
            Self::Material => "materials, and what the school set up",
            Self::ChangeRecord => "what was changed, and by whom",
            Self::Import => "imports of the roster",
            Self::Evidence => "declarations, and what else shows what the school did",
            Self::Consent => "answers about consent",
            Self::RightsRequest => "requests about data",
            Self::Looks => "who looked at whose data",
            Self::Register => "breaches, disclosures, reviews and support",
            Self::Mail => "which mail went to whom",
            Self::Outbox => "what was done without a network",
            Self::Report => "what somebody reported",
        }
    }
}

impl Period {
    /// How long.
    pub fn words(self) -> String {
        match self {
            Self::Days(days) => format!("{days} days"),
            Self::Months(1) => "1 month".to_owned(),
            Self::Months(months) => format!("{months} months"),
        }
    }
}

impl KeepReason {
    /// Why it stays, as it is told to whoever asked.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Tombstone => {
                "A number without a name, so that other records still lead somewhere"
            }
            Self::Evidence => {
                "The school has to be able to show what it did and on what authority (UK GDPR Articles 5(2) and 17(3)(b) and (e))"
            }
            Self::LeadsToNobody => "It leads to nobody by itself, and its own rule ends it",
            Self::MaterialOfTheSchool => "Written in the course of work: it belongs to the school",
        }
    }
}

impl OnExport {
    /// What a copy of somebody's data says of it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Nothing => "In no copy: it is nobody's data",
            Self::Include => "In the copy",
            Self::AsRole => {
                "In the copy where it is the person; where it is somebody else, their role stands there"
            }
            Self::WithoutOthers => "In the copy, without what is about others",
            Self::ForTheSubject => "In the copy of the person it is about, and in no other",
            Self::Withhold => "The copy says that it is kept, and not what it is: it is a secret",
        }
    }
}

impl OnErasure {
    /// What becomes of it when somebody's data is erased.
    pub fn words(self) -> String {
        let words = match self {
            Self::Nothing => "Nothing: it is nobody's data",
            Self::DeleteRow => "It is deleted with its row",
            Self::Clear => "It is emptied, and its row stays",
            Self::Pseudonymise => "It stays, and leads to nobody any more",
            Self::Redact => "What is about the person is taken out of it",
            Self::Keep(reason) => return format!("It stays. {}", reason.words()),
        };
        words.to_owned()
    }
}

impl Protect {
    /// How it is sealed at rest.
    pub const fn words(self) -> &'static str {
        match self {
            Self::WithTheSubjectsKey => "Sealed with the key of the person it is about",
            Self::WithTheSchoolsKey => "Sealed with the school's key",
            Self::PrivateFields => {
                "Free words and addresses in it are sealed with the key of the person they are about"
            }
        }
    }
}

/// Columns that hold more than their name and their class say, because a person writes into
/// them what they like, with the words by which it is looked for.
pub const MAY_HOLD: &[(&str, &str, &str)] = &[
    (
        "declaration",
        "contact",
        "telephone number, phone, mobile, e-mail",
    ),
    (
        "rights_request",
        "contact",
        "telephone number, phone, mobile, e-mail, postal address",
    ),
];

/// What a column may hold besides what its name and its class say; empty for most.
pub fn may_hold(table: &str, column: &str) -> &'static str {
    MAY_HOLD
        .iter()
        .find(|(known, name, _)| (*known, *name) == (table, column))
        .map_or("", |row| row.2)
}
