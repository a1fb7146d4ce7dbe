//! What the office says before it closes a request or hands something out: which request
//! it repeats, and what was looked through.

use serde::{Deserialize, Serialize};

use crate::form::{Checks, FieldError};

/// The form that closes a request which asks the same as another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SameForm {
    /// The other request, under which it is answered.
    pub same_as: String,
}

/// What somebody of the office says before a copy is made: they have looked through what
/// it will hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CopyReviewForm {
    /// `yes`: what is said about others.
    pub others: String,
    /// `yes`: marks of examinations that are not out yet.
    pub exams: String,
    /// `yes`: what could do serious harm.
    pub harm: String,
}

impl CopyReviewForm {
    /// What is looked through: the field, and what is confirmed. After the exemptions of the
    /// Data Protection Act 2018, schedules 2 (16 and 25) and 3 (part 4).
    pub const LOOKED: [(&'static str, &'static str); 3] = [
        (
            "others",
            "Free texts say nothing about somebody else that they may not read",
        ),
        (
            "exams",
            "No mark of an examination is in it before results day",
        ),
        (
            "harm",
            "Nothing in it could do serious harm to anybody; the safeguarding lead was asked where in doubt",
        ),
    ];

    /// What stands in a field.
    pub fn word(&self, field: &str) -> &str {
        match field {
            "others" => &self.others,
            "exams" => &self.exams,
            "harm" => &self.harm,
            _ => "",
        }
    }

    /// What was confirmed, in words for the history, or everything that was not.
    pub fn validate(&self) -> Result<String, Vec<FieldError>> {
        let mut checks = Checks::default();
        for (field, _) in Self::LOOKED {
            if self.word(field) != "yes" {
                checks.fail(field, "Look it through first, and tick this");
            }
        }
        let words = Self::LOOKED.map(|(_, words)| words).join(". ");
        checks.finish(|| format!("{words}."))
    }
}
