//! Giving data to somebody outside the school because each person, or who looks after
//! them, said yes: to whom, what for, exactly which columns, until when.

use serde::{Deserialize, Serialize};

use crate::consent::ConsentState;
use crate::form::{Checks, FieldError, day_of};
use crate::ids::{ClassroomId, ConsentEventId, ConsentRequestId, PersonId, RecipientId, SharingId};
use crate::moment::Moment;

words! {
    /// A column of the data map that can be shared at all. The word is its table and its
    /// name there.
    ShareColumn {
        /// The given name.
        GivenName = "person.given_name",
        /// The family name.
        FamilyName = "person.family_name",
        /// The year group.
        YearGroup = "person.year_group",
        /// The number in the school's other systems, such as at an exam board.
        SourcedId = "person.sourced_id",
    }
}

impl ShareColumn {
    /// What is in it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::GivenName => "Given name",
            Self::FamilyName => "Family name",
            Self::YearGroup => "Year group",
            Self::SourcedId => "Number in the school's other systems",
        }
    }

    /// The columns as a row of the database keeps them.
    pub fn join(columns: &[Self]) -> String {
        let words: Vec<&str> = columns.iter().map(|column| column.as_str()).collect();
        words.join(",")
    }

    /// The columns that a row of the database names.
    pub fn split(words: &str) -> Vec<Self> {
        words
            .split(',')
            .filter_map(|word| word.parse().ok())
            .collect()
    }
}

/// The form that takes a recipient into the school's register.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecipientForm {
    /// Its name.
    pub name: String,
    /// What it does for the school.
    pub does: String,
    /// Where it works: a code of ISO 3166-1.
    pub country: String,
    /// What allows data to go there, where that is not the United Kingdom.
    pub allowed_by: String,
    /// Where its own policy stands.
    pub policy_url: String,
    /// `yes` where it promises not to sell what it is given.
    pub sells_nothing: String,
}

/// A [`RecipientForm`] that can be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidRecipient {
    /// Its name.
    pub name: String,
    /// What it does for the school.
    pub does: String,
    /// A code of two capital letters.
    pub country: String,
    /// What allows data to go abroad; none for the United Kingdom.
    pub allowed_by: Option<String>,
    /// Where its own policy stands.
    pub policy_url: String,
}

impl RecipientForm {
    /// The recipient, or everything that is wrong.
    pub fn validate(&self) -> Result<ValidRecipient, Vec<FieldError>> {
        let mut checks = Checks::default();
        let name = checks.text("name", &self.name, "who gets it", 200);
        let does = checks.text("does", &self.does, "what they do for the school", 300);
        let country = self.country.trim().to_uppercase();
        if country.len() != 2 || !country.bytes().all(|letter| letter.is_ascii_uppercase()) {
            checks.fail("country", "Enter two letters, such as GB");
        }
        let allowed_by = checks.optional("allowed_by", &self.allowed_by, "what allows it", 500);
        if country != crate::providers::HOME && allowed_by.is_none() {
            checks.fail(
                "allowed_by",
                "Say what allows data to go there, such as UK adequacy regulations",
            );
        }
        let policy_url = checks.text("policy_url", &self.policy_url, "their privacy policy", 500);
        if !policy_url.is_empty() && !policy_url.starts_with("https://") {
            checks.fail("policy_url", "Enter an address that begins with https://");
        }
        if self.sells_nothing != "yes" {
            checks.fail(
                "sells_nothing",
                "Nobody who sells data gets any. Ask them, and tick it when they have said so",
            );
        }
        checks.finish(|| ValidRecipient {
            name,
            does,
            country,
            allowed_by,
            policy_url,
        })
    }
}

/// The form with which a school proposes to share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ShareForm {
    /// Who gets it.
    pub recipient: String,
    /// About the students of which classroom.
    pub classroom: String,
    /// What for.
    pub purpose: String,
    /// `yes` for the given name.
    pub given_name: String,
    /// `yes` for the family name.
    pub family_name: String,
    /// `yes` for the year group.
    pub year_group: String,
    /// `yes` for the number in other systems.
    pub sourced_id: String,
    /// `2026-12-24`: the last day.
    pub until: String,
}

/// A [`ShareForm`] that can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidShare {
    /// Who gets it.
    pub recipient: RecipientId,
    /// About the students of which classroom.
    pub classroom: ClassroomId,
    /// What for.
    pub purpose: String,
    /// Exactly which columns.
    pub columns: Vec<ShareColumn>,
    /// The last day.
    pub until: chrono::NaiveDate,
}

impl ShareForm {
    /// Whether a column is ticked.
    pub fn has(&self, column: ShareColumn) -> bool {
        let field = match column {
            ShareColumn::GivenName => &self.given_name,
            ShareColumn::FamilyName => &self.family_name,
            ShareColumn::YearGroup => &self.year_group,
            ShareColumn::SourcedId => &self.sourced_id,
        };
        field == "yes"
    }

    /// The proposal, or everything that is wrong.
    pub fn validate(&self) -> Result<ValidShare, Vec<FieldError>> {
        let mut checks = Checks::default();
        let recipient = self.recipient.parse().ok();
        if recipient.is_none() {
            checks.fail("recipient", "Choose who gets it");
        }
        let classroom = self.classroom.parse().ok();
        if classroom.is_none() {
            checks.fail("classroom", "Choose a classroom");
        }
        let purpose = checks.text("purpose", &self.purpose, "what it is for", 500);
        let columns: Vec<ShareColumn> = ShareColumn::ALL
            .iter()
            .copied()
            .filter(|column| self.has(*column))
            .collect();
        if columns.is_empty() {
            checks.fail("given_name", "Tick what is shared");
        }
        let until = day_of(&self.until);
        if until.is_none() {
            checks.fail("until", "Enter the last day, like 2026-12-24");
        }
        checks.finish(|| ValidShare {
            recipient: recipient.expect("checked above"),
            classroom: classroom.expect("checked above"),
            purpose,
            columns,
            until: until.expect("checked above"),
        })
    }
}

/// A recipient as the school's register shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecipientLine {
    /// Which.
    pub id: RecipientId,
    /// Its name.
    pub name: String,
    /// What it does for the school.
    pub does: String,
    /// Where it works.
    pub country: String,
    /// What allows data to go there.
    pub allowed_by: Option<String>,
    /// Where its own policy stands.
    pub policy_url: String,
}

/// A proposal as the office's list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SharingLine {
    /// Which.
    pub id: SharingId,
    /// Who gets it.
    pub recipient: String,
    /// What for.
    pub purpose: String,
    /// About the students of which classroom.
    pub classroom: String,
    /// Exactly which columns.
    pub columns: Vec<ShareColumn>,
    /// The last day, in words.
    pub until: String,
    /// Nothing is given any more.
    pub is_over: bool,
}

/// The office's page about sharing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SharingOffice {
    /// Every recipient that has not ended.
    pub recipients: Vec<RecipientLine>,
    /// The classrooms that can be chosen.
    pub classrooms: Vec<(ClassroomId, String)>,
    /// Every proposal, newest first.
    pub lines: Vec<SharingLine>,
}

/// Why nothing of somebody is given, whatever the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Withheld {
    /// They have left the school or the classroom that was asked about.
    Left,
    /// Their data is restricted: it is kept, and nothing else.
    Restricted,
}

impl Withheld {
    /// As it stands beside a yes.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Left => "Left, not given now",
            Self::Restricted => "Restricted, not given now",
        }
    }
}

/// Where the answer about one student stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShareAnswer {
    /// Their name.
    pub name: String,
    /// The answer.
    pub state: ConsentState,
    /// Why a yes is not followed now; none where it is, or where there is no yes.
    pub withheld: Option<Withheld>,
}

/// One proposal with every answer, and what would go out now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SharingPage {
    /// The proposal.
    pub line: SharingLine,
    /// Every student who was asked, by family name.
    pub answers: Vec<ShareAnswer>,
    /// The rows that a file made now would hold.
    pub would_hold: Vec<Vec<String>>,
    /// The files that were made: what people call them by, when, and about how many.
    pub files: Vec<(String, Moment, u64)>,
}

/// One choice about sharing as its page shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ShareChoice {
    /// What the school asked.
    pub request: ConsentRequestId,
    /// Who would get it.
    pub recipient: RecipientLine,
    /// What for.
    pub purpose: String,
    /// The last day, in words.
    pub until: String,
    /// Exactly what would be given: label and value, as it stands now.
    pub claims: Vec<(&'static str, String)>,
    /// Where it stands.
    pub state: ConsentState,
    /// The data is restricted: whatever the answer, nothing is given now.
    pub is_restricted: bool,
    /// The last answer: by whom, and when.
    pub answered: Option<(String, Moment)>,
    /// The receipt of the last answer.
    pub receipt: Option<ConsentEventId>,
    /// Why the reader may not say yes; none if they may.
    pub closed_because: Option<String>,
    /// True if the reader may say no, and has not.
    pub may_say_no: bool,
    /// True if a no of the reader holds, which they may take back.
    pub may_take_no_back: bool,
    /// When it was given.
    pub given: Vec<Moment>,
}

/// The choices about one person.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SharesOf {
    /// Whom they are about.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// True if the reader is that person.
    pub is_own: bool,
    /// What the school asked, newest first.
    pub choices: Vec<ShareChoice>,
}
