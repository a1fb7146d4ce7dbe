//! Giving somebody's data to a third party: why, to whom, on whose approval. There is no
//! kind for a sale, so none can be kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::form::{Checks, FieldError};
use crate::ids::{DisclosureId, PersonId};
use crate::moment::Moment;

words! {
    /// Why it is given.
    DisclosureKind {
        /// The law or a court demands it.
        Legal = "legal",
        /// To enforce the terms.
        Terms = "terms",
        /// To protect somebody.
        Safety = "safety",
        /// Against fraud, about the school's own bills.
        Fraud = "fraud",
        /// The school instructs it, such as for another school.
        SchoolInstruction = "school_instruction",
        /// The person agreed.
        Consent = "consent",
    }
}

impl DisclosureKind {
    /// As the form offers it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Legal => "The law or a court demands it",
            Self::Terms => "To enforce the terms",
            Self::Safety => "To protect somebody",
            Self::Fraud => "Against fraud, about the school's own bills",
            Self::SchoolInstruction => "The school instructs it",
            Self::Consent => "The person agreed",
        }
    }
}

words! {
    /// What a file for a third party may hold: the kinds of personal data of the data map.
    /// Nobody's keys and passwords go out, nor what is kept to show what was done, which tells
    /// of others too: there is no word for them.
    DataKind {
        /// Names, username and year group.
        Identity = "identity",
        /// How to reach somebody.
        Contact = "contact",
        /// Roles, classes and choices.
        Membership = "membership",
        /// What students write and hand in, with its files.
        Work = "work",
        /// Marks and feedback.
        Assessment = "assessment",
        /// What helps somebody to read and to learn.
        Needs = "needs",
        /// What teachers write for a class, with its files.
        Material = "material",
        /// When somebody did something.
        Activity = "activity",
        /// The kind of device.
        Device = "device",
    }
}

impl DataKind {
    /// As the form offers it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Identity => "Names, username and year group",
            Self::Contact => "Addresses and telephone numbers",
            Self::Membership => "Roles, classes and choices",
            Self::Work => "Work and its files",
            Self::Assessment => "Marks and feedback",
            Self::Needs => "What helps them to read and to learn (it may tell of their health)",
            Self::Material => "What they wrote for a class, and its files",
            Self::Activity => "When they did something",
            Self::Device => "The kind of device",
        }
    }

    /// The name of its box in [`DisclosureForm`].
    pub fn field(self) -> String {
        format!("{FIELD}{self}")
    }

    /// The kinds that a disclosure keeps, from its column: words with a space between.
    pub fn list(words: &str) -> Vec<Self> {
        words
            .split(' ')
            .filter_map(|word| word.parse().ok())
            .collect()
    }
}

/// What the names of the boxes of [`DataKind`] begin with.
const FIELD: &str = "data_";

words! {
    /// How far a disclosure is.
    DisclosureState {
        /// Written down; nobody has approved it.
        Asked = "asked",
        /// One of two has approved it.
        ApprovedOnce = "approved_once",
        /// Two have approved it: the data may be made once.
        Approved = "approved",
        /// It was made and given.
        Given = "given",
        /// It was refused.
        Refused = "refused",
    }
}

impl DisclosureState {
    /// As people say it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Asked => "Waits for two approvals",
            Self::ApprovedOnce => "Waits for a second approval",
            Self::Approved => "Approved by two",
            Self::Given => "Given",
            Self::Refused => "Refused",
        }
    }
}

words! {
    /// What is done with a disclosure.
    DisclosureStep {
        /// Approve it.
        Approve = "approve",
        /// Refuse it, with the reason.
        Refuse = "refuse",
        /// The person has been told.
        Told = "told",
        /// The person is not told, with the reason.
        NotTold = "not_told",
    }
}

/// The form that asks for a disclosure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DisclosureForm {
    /// A [`DisclosureKind`] word.
    pub kind: String,
    /// Who wants it.
    pub requester: String,
    /// By what authority: a law, an order, a warrant.
    pub authority: String,
    /// The lawful basis of giving it.
    pub basis: String,
    /// Which data, in words.
    pub categories: String,
    /// Whose: a username of the school; empty where it is about the school itself.
    pub username: String,
    /// The boxes that are ticked, by [`DataKind::field`].
    #[serde(flatten)]
    pub ticked: BTreeMap<String, String>,
}

/// A [`DisclosureForm`] that can be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidDisclosure {
    /// Why.
    pub kind: DisclosureKind,
    /// Who wants it.
    pub requester: String,
    /// By what authority.
    pub authority: String,
    /// The lawful basis.
    pub basis: String,
    /// Which data, in words.
    pub categories: String,
    /// Whose, by username.
    pub username: Option<String>,
    /// What the file may hold; empty where it is about the school itself.
    pub kinds: Vec<DataKind>,
}

impl DisclosureForm {
    /// The disclosure, or everything that is wrong.
    pub fn validate(&self) -> Result<ValidDisclosure, Vec<FieldError>> {
        let mut checks = Checks::default();
        let kind = self.kind.parse().ok();
        if kind.is_none() {
            checks.fail("kind", "Choose why it is to be given");
        }
        let requester = checks.text("requester", &self.requester, "who wants it", 300);
        let authority = checks.text("authority", &self.authority, "by what authority", 500);
        let basis = checks.text("basis", &self.basis, "the lawful basis", 500);
        let categories = checks.text("categories", &self.categories, "which data", 500);
        let username = checks.optional("username", &self.username, "the username", 100);
        let kinds: Vec<DataKind> = DataKind::ALL
            .iter()
            .copied()
            .filter(|kind| username.is_some() && self.ticked.contains_key(&kind.field()))
            .collect();
        if username.is_some() && kinds.is_empty() {
            let first = DataKind::ALL[0].field();
            checks.fail(&first, "Tick what the file may hold");
        }
        checks.finish(|| ValidDisclosure {
            kind: kind.expect("checked above"),
            requester,
            authority,
            basis,
            categories,
            username,
            kinds,
        })
    }
}

/// The form of one step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DisclosureStepForm {
    /// A [`DisclosureStep`] word.
    pub step: String,
    /// The reason, where one is needed.
    pub words: String,
}

impl DisclosureStepForm {
    /// The step with its reason, or everything that is wrong.
    pub fn validate(&self) -> Result<(DisclosureStep, String), Vec<FieldError>> {
        let mut checks = Checks::default();
        let step: Option<DisclosureStep> = self.step.parse().ok();
        if step.is_none() {
            checks.fail("step", "Choose what to do");
        }
        let needs_reason = matches!(step, Some(DisclosureStep::Refuse | DisclosureStep::NotTold));
        let words = if needs_reason {
            checks.text("words", &self.words, "the reason", 2_000)
        } else {
            self.words.trim().to_owned()
        };
        checks.finish(|| (step.expect("checked above"), words))
    }
}

/// One disclosure as the log shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DisclosureLine {
    /// Which.
    pub id: DisclosureId,
    /// What people call it by.
    pub reference: String,
    /// Why.
    pub kind: DisclosureKind,
    /// How far it is.
    pub state: DisclosureState,
    /// Who wants it, by what authority, on what basis, which data.
    pub facts: [String; 4],
    /// What the file may hold.
    pub kinds: Vec<DataKind>,
    /// Whose data; none where it is about the school itself.
    pub subject: Option<PersonId>,
    /// Their name.
    pub subject_name: Option<String>,
    /// When it was asked for, and who wrote it down.
    pub asked: (Moment, String),
    /// Who approved it.
    pub approvers: Vec<String>,
    /// Whether the person was told: when, or why not.
    pub told: Option<String>,
    /// What was given: when, and the hash of the file.
    pub given: Option<(Moment, String)>,
    /// Why it was refused.
    pub refused: Option<String>,
    /// What the reader can do now.
    pub steps: Vec<DisclosureStep>,
    /// True where the file can be made now.
    pub may_be_made: bool,
}

/// How often data was asked for and given in a year, by kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DisclosureCount {
    /// The year.
    pub year: i32,
    /// Why.
    pub kind: DisclosureKind,
    /// How many were asked for.
    pub asked: u64,
    /// How many were given.
    pub given: u64,
    /// How many were refused.
    pub refused: u64,
}
