//! Who looked at somebody's data: what was seen, how the reader stands to the person,
//! and on which way it was reached.

use serde::{Deserialize, Serialize};

use crate::ids::PersonId;
use crate::moment::Moment;

words! {
    /// What was seen.
    LookKind {
        /// Names, username, e-mail address, classes, family.
        Details = "details",
        /// Answers, files, marks and feedback.
        Work = "work",
        /// Who has handed in what, and with which mark.
        HandIns = "hand_ins",
        /// Consents, and what is asked of somebody.
        Consents = "consents",
        /// Requests about data.
        Requests = "requests",
        /// A copy of everything.
        Everything = "everything",
        /// Access arrangements.
        Needs = "needs",
    }
}

impl LookKind {
    /// As the page says it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Details => "Name, contact and classes",
            Self::Work => "Work and marks",
            Self::HandIns => "Who has handed in",
            Self::Consents => "Consents",
            Self::Requests => "Requests about data",
            Self::Everything => "A copy of everything",
            Self::Needs => "Access arrangements, and what helps",
        }
    }
}

words! {
    /// How the reader stood to whom they read about.
    LookRelation {
        /// Teaches them.
        Teacher = "teacher",
        /// Looks after them.
        Guardian = "guardian",
        /// Runs the school's side of the platform.
        Office = "office",
        /// Watches over the school's use of personal data.
        ProtectionLead = "protection_lead",
        /// Runs the platform, and was let in by the school.
        Operator = "operator",
    }
}

impl LookRelation {
    /// As the person who was read about hears it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Teacher => "Your teacher",
            Self::Guardian => "Your guardian",
            Self::Office => "The school office",
            Self::ProtectionLead => "The data protection lead",
            Self::Operator => "Whoever runs the platform, let in by the school",
        }
    }

    /// As somebody hears it who looks after the person, of everybody but themselves.
    pub const fn label_for_guardians(self) -> &'static str {
        match self {
            Self::Teacher => "A teacher",
            Self::Guardian => "Another guardian",
            Self::Office | Self::ProtectionLead | Self::Operator => self.label(),
        }
    }

    /// As the lead reads it.
    pub const fn role(self) -> &'static str {
        match self {
            Self::Teacher => "teacher",
            Self::Guardian => "guardian",
            Self::Office => "office",
            Self::ProtectionLead => "data protection lead",
            Self::Operator => "operator",
        }
    }

    /// Why they may, as somebody hears it who looks after a child of this name.
    pub fn why_for_guardians(self, child: &str) -> String {
        match self {
            Self::Guardian => format!("To look after {child}"),
            Self::Teacher | Self::Office | Self::ProtectionLead | Self::Operator => {
                self.why().to_owned()
            }
        }
    }

    /// Why they may, as the person who was read about hears it.
    pub const fn why(self) -> &'static str {
        match self {
            Self::Teacher => "To teach and to mark",
            Self::Guardian => "To look after you",
            Self::Office => "To run the school",
            Self::ProtectionLead => "To answer for how data is used",
            Self::Operator => "To help when something does not work",
        }
    }
}

words! {
    /// On which way it was reached.
    LookVia {
        /// A page about this person.
        Page = "page",
        /// A list in which they stood: kept once a day.
        List = "list",
        /// A file that was taken away.
        Copy = "copy",
        /// Data protection work: not shown to the person while it goes on.
        Protection = "protection",
        /// The operator's command line, under a support grant.
        Support = "support",
    }
}

/// One line of "Who looked at my data".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LookLine {
    /// When last.
    pub at: Moment,
    /// Who, by relation: "Your Mathematics teacher", with a name where the school shows it;
    /// "You" where it was the reader.
    pub who: String,
    /// What they saw.
    pub what: &'static str,
    /// Why they may.
    pub why: String,
    /// How often within the hour, or the day for a list.
    pub times: u32,
}

/// Somebody's own page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WhoLooked {
    /// About whom.
    pub person: PersonId,
    /// Their name; none for oneself.
    pub name: Option<String>,
    /// Newest first.
    pub looks: Vec<LookLine>,
    /// Which page it is, from 1.
    pub page: u64,
    /// There is a next page.
    pub has_older: bool,
}

/// One line of the lead's page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SchoolLook {
    /// When last.
    pub at: Moment,
    /// Who looked, by name.
    pub who: String,
    /// As what.
    pub role: &'static str,
    /// At whom: a person, a classroom, or everybody.
    pub whom: String,
    /// At what.
    pub what: &'static str,
    /// How often.
    pub times: u32,
}

/// Something for the lead to ask about. It is no accusation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Oddity {
    /// Who.
    pub who: String,
    /// What is odd, as a sentence.
    pub what: String,
}

/// The lead's page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SchoolLooks {
    /// Newest first, at most 200.
    pub looks: Vec<SchoolLook>,
    /// What stands out among the last 30 days.
    pub oddities: Vec<Oddity>,
}

/// The school's choices about what people are told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SchoolChoices {
    /// "yes": staff are named to those whose data they looked at.
    pub names_shown: String,
}
