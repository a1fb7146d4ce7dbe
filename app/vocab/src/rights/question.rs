//! What who asked tells the school, once it has asked them what is meant.

use serde::{Deserialize, Serialize};

use crate::form::{Checks, FieldError};

/// The form with which who asked answers the school's question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QuestionForm {
    /// The answer.
    pub words: String,
}

impl QuestionForm {
    /// The answer, or what is wrong with it.
    pub fn validate(&self) -> Result<String, Vec<FieldError>> {
        let mut checks = Checks::default();
        let words = checks.text("words", &self.words, "your answer", 4_000);
        checks.finish(|| words)
    }
}
