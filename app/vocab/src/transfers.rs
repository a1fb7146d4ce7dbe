//! The platform changes hands: what is announced, and what people read.

use serde::{Deserialize, Serialize};

use crate::form::{Checks, FieldError};
use crate::moment::Moment;

/// What is drafted on the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TransferDraft {
    /// Who will run the platform.
    pub company: String,
    /// How they can be reached about privacy.
    pub reachable_at: String,
    /// Where their policy can be read.
    pub policy: String,
    /// What adults are told.
    pub words: String,
    /// What students are told.
    pub words_for_children: String,
}

impl TransferDraft {
    /// The draft trimmed, or everything that is wrong.
    pub fn validate(&self) -> Result<Self, Vec<FieldError>> {
        let mut checks = Checks::default();
        let valid = Self {
            company: checks.text("company", &self.company, "who takes over", 200),
            reachable_at: checks.text(
                "reachable-at",
                &self.reachable_at,
                "how they can be reached",
                300,
            ),
            policy: checks.text("policy", &self.policy, "where their policy is", 500),
            words: checks.text("words", &self.words, "what adults are told", 1_000),
            words_for_children: checks.text(
                "words-for-children",
                &self.words_for_children,
                "what students are told",
                500,
            ),
        };
        checks.finish(|| valid)
    }
}

/// A change of hands as the public page tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Announced {
    /// Its words.
    pub draft: TransferDraft,
    /// When it was announced.
    pub since: Moment,
    /// Before this moment it does not happen.
    pub not_before: Moment,
}
