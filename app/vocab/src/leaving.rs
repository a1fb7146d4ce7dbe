//! A school stops using the platform: the form, and what its page tells.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::form::{Checks, FieldError};
use crate::ids::LeavingId;
use crate::schools::spell_code;

/// How far a school has come with leaving.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LeavingStage {
    /// It stays.
    Stays,
    /// One person asked for it; nothing happens before a second confirms it.
    Asked,
    /// It is settled. Everybody is told, and everything works until the last day is over.
    Confirmed,
    /// The last day is over: only admins and the data protection lead can sign in.
    Left,
}

/// What is typed to ask for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LeavingForm {
    /// The last day of use, such as `2027-07-31`.
    pub last_day: String,
    /// The school's code, so that nobody does it by accident.
    pub code: String,
}

/// A [`LeavingForm`] that says what it must.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidLeaving {
    /// The last day of use.
    pub last_day: NaiveDate,
    /// The school's code in its one spelling.
    pub code: String,
}

impl LeavingForm {
    /// The day and the code, or everything that is wrong.
    pub fn validate(&self) -> Result<ValidLeaving, Vec<FieldError>> {
        let mut checks = Checks::default();
        let last_day = self.last_day.trim().parse::<NaiveDate>();
        if last_day.is_err() {
            checks.fail("last_day", "Enter the last day, like 2027-07-31");
        }
        let code = spell_code(&checks.text("code", &self.code, "your school's code", 20));
        checks.finish(|| ValidLeaving {
            last_day: last_day.unwrap_or_default(),
            code,
        })
    }
}

/// The one who confirms it or calls it off says of which they speak: the page may be old.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LeavingStepForm {
    /// Which leaving.
    pub leaving: String,
}

/// What keeps a school that has left from being deleted whole, each counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InTheWay {
    /// Legal holds that hold.
    pub holds: u64,
    /// People whose data is restricted.
    pub restrictions: u64,
    /// Objections to what is in the record that the school has not answered for good.
    pub objections: u64,
}

impl InTheWay {
    /// True if everything can be deleted.
    pub const fn is_nothing(self) -> bool {
        self.holds == 0 && self.restrictions == 0 && self.objections == 0
    }
}

/// Who asked that a school leaves, for whoever reads its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LeavingAsker {
    /// The reader, who cannot confirm it, or nobody yet.
    Reader,
    /// Somebody else of the school.
    Colleague,
    /// Whoever runs the platform ended it, and they alone call it off.
    Operator,
}

/// What the page tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeavingPage {
    /// How far it is.
    pub stage: LeavingStage,
    /// Which, where one is open.
    pub leaving: Option<LeavingId>,
    /// The last day in words; empty where the school stays.
    pub last_day: String,
    /// The day on which everything is deleted, in words.
    pub deleted_on: String,
    /// The day on which the evidence is deleted, in words.
    pub evidence_until: String,
    /// Who asked; "whoever runs the platform" where nobody of the school did.
    pub asked_by: String,
    /// Who asked, as the reader sees it.
    pub asker: LeavingAsker,
    /// The school's copy can be taken: it is settled, and not everything is deleted yet.
    pub has_copy: bool,
    /// The month is over: what nothing stands in the way of was deleted, and it cannot be
    /// called off any more.
    pub is_due: bool,
    /// What stands in the way of deleting everything now.
    pub in_the_way: InTheWay,
    /// The first day that can be chosen, such as `2026-12-06`.
    pub earliest: String,
    /// The last day that can be chosen.
    pub latest: String,
}
