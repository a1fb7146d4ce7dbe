//! Breaches of personal data: what happened, how bad it is, and who has been told.

use serde::{Deserialize, Serialize};

use crate::form::{Checks, FieldError};
use crate::ids::BreachId;
use crate::moment::Moment;
use crate::rights::Urgency;

words! {
    /// What went wrong.
    BreachKind {
        /// Somebody saw what was not theirs.
        Confidentiality = "confidentiality",
        /// Data was changed that should not have been.
        Integrity = "integrity",
        /// Data was lost, or could not be reached.
        Availability = "availability",
    }
}

impl BreachKind {
    /// As the office says it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Confidentiality => "Seen by somebody who should not",
            Self::Integrity => "Changed by mistake or by somebody",
            Self::Availability => "Lost, or out of reach",
        }
    }
}

words! {
    /// What it may mean for the people concerned.
    BreachRisk {
        /// Nothing reached anybody: it nearly went wrong.
        NearMiss = "near_miss",
        /// A risk is unlikely: no need to tell the Commissioner.
        Unlikely = "unlikely",
        /// A risk: the Commissioner is told within 72 hours.
        Risk = "risk",
        /// A high risk: the people concerned are told as well.
        High = "high",
    }
}

impl BreachRisk {
    /// As the form offers it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NearMiss => "A near miss: nothing reached anybody",
            Self::Unlikely => "A risk to people is unlikely",
            Self::Risk => "A risk to people: tell the Commissioner",
            Self::High => "A high risk to people: tell them as well",
        }
    }

    /// True where the Information Commissioner has to be told.
    pub const fn goes_to_the_commissioner(self) -> bool {
        matches!(self, Self::Risk | Self::High)
    }

    /// True where the people concerned have to be told.
    pub const fn goes_to_people(self) -> bool {
        matches!(self, Self::High)
    }
}

words! {
    /// What is done with a breach.
    BreachStep {
        /// Say how bad it is, with the reason.
        Assess = "assess",
        /// The Commissioner has been told.
        CommissionerTold = "commissioner_told",
        /// The people concerned have been told.
        PeopleTold = "people_told",
        /// Everything is done.
        Close = "close",
    }
}

impl BreachStep {
    /// As the register says that it was taken.
    pub const fn done(self) -> &'static str {
        match self {
            Self::Assess => "Assessed",
            Self::CommissionerTold => "The Commissioner was told",
            Self::PeopleTold => "The people concerned were told",
            Self::Close => "Closed",
        }
    }
}

/// The form that writes a breach down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BreachForm {
    /// A [`BreachKind`] word.
    pub kind: String,
    /// What happened.
    pub what: String,
    /// Which data.
    pub categories: String,
    /// About how many people, if known.
    pub people: String,
}

/// A [`BreachForm`] that can be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidBreach {
    /// What went wrong.
    pub kind: BreachKind,
    /// What happened.
    pub what: String,
    /// Which data.
    pub categories: String,
    /// About how many people.
    pub people: u32,
}

impl BreachForm {
    /// The breach, or everything that is wrong.
    pub fn validate(&self) -> Result<ValidBreach, Vec<FieldError>> {
        let mut checks = Checks::default();
        let kind = self.kind.parse().ok();
        if kind.is_none() {
            checks.fail("kind", "Choose what went wrong");
        }
        let what = checks.text("what", &self.what, "what happened", 5_000);
        let categories = checks.text("categories", &self.categories, "which data", 500);
        let people = self.people.trim();
        let people = if people.is_empty() {
            Some(0)
        } else {
            people.parse().ok().filter(|people| *people <= 1_000_000)
        };
        if people.is_none() {
            checks.fail("people", "Enter a whole number, or leave it empty");
        }
        checks.finish(|| ValidBreach {
            kind: kind.expect("checked above"),
            what,
            categories,
            people: people.expect("checked above"),
        })
    }
}

/// The form of one step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BreachStepForm {
    /// A [`BreachStep`] word.
    pub step: String,
    /// A [`BreachRisk`] word, to assess.
    pub risk: String,
    /// The reason, the Commissioner's reference, or what was done.
    pub words: String,
}

impl BreachStepForm {
    /// The step, or everything that is wrong. Every step needs words.
    pub fn validate(&self) -> Result<(BreachStep, Option<BreachRisk>, String), Vec<FieldError>> {
        let mut checks = Checks::default();
        let step: Option<BreachStep> = self.step.parse().ok();
        let risk = self.risk.parse().ok();
        if step.is_none() {
            checks.fail("step", "Choose what to do");
        }
        if step == Some(BreachStep::Assess) && risk.is_none() {
            checks.fail("risk", "Choose how bad it is");
        }
        let words = checks.text("words", &self.words, "the reason or what was done", 5_000);
        checks.finish(|| (step.expect("checked above"), risk, words))
    }
}

/// Something that was done with a breach.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BreachDone {
    /// When.
    pub at: Moment,
    /// Who did it; none where that was not kept.
    pub by: Option<String>,
    /// What; none for writing the breach down.
    pub step: Option<BreachStep>,
    /// How bad it was said to be.
    pub risk: Option<BreachRisk>,
    /// The words that were written with it.
    pub words: String,
}

impl BreachDone {
    /// What was done, as the register says it.
    pub const fn what(&self) -> &'static str {
        match self.step {
            Some(step) => step.done(),
            None => "Written down",
        }
    }
}

/// One breach as the register shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BreachLine {
    /// Which.
    pub id: BreachId,
    /// What people call it by.
    pub reference: String,
    /// What went wrong.
    pub kind: BreachKind,
    /// What happened.
    pub what: String,
    /// Which data.
    pub categories: String,
    /// About how many people; 0 where it is not known.
    pub people: u32,
    /// When the school came to know of it.
    pub aware: Moment,
    /// True where whoever runs the platform reported it.
    pub by_operator: bool,
    /// True where they took longer than 24 hours.
    pub operator_was_late: bool,
    /// How bad it is, once that is decided, and why.
    pub assessed: Option<(BreachRisk, String)>,
    /// What was done, the oldest first, beginning with that it was written down.
    pub history: Vec<BreachDone>,
    /// When the Commissioner was told, and their reference.
    pub commissioner: Option<(Moment, String)>,
    /// When the people concerned were told.
    pub people_told: Option<Moment>,
    /// Until when the Commissioner has to be told; none once that is settled.
    pub due: Option<Moment>,
    /// How urgent that is.
    pub urgency: Urgency,
    /// What can be done now.
    pub steps: Vec<BreachStep>,
    /// Words for the people concerned, to copy, where they have to be told.
    pub letter: Option<String>,
}
