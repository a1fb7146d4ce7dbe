//! How long a school keeps what, what is due, and the holds that stand in the way.

use serde::{Deserialize, Serialize};

use crate::form::{Checks, FieldError};
use crate::ids::LegalHoldId;
use crate::moment::Moment;

words! {
    /// What a period is counted in.
    PeriodUnit {
        /// Days of 24 hours.
        Days = "days",
        /// Calendar months.
        Months = "months",
    }
}

/// One rule as it holds in a school.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleLine {
    /// The schedule's name for it.
    pub code: String,
    /// Which kinds of data.
    pub what: String,
    /// Whose.
    pub whose: String,
    /// How long, and from when.
    pub period: String,
    /// The least and the most that the school may choose.
    pub bounds: String,
    /// Why the least is what it is.
    pub because: String,
    /// Who changed it, when and why; none where it is as built in.
    pub changed: Option<String>,
}

/// One run of the sweep for one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunLine {
    /// The rule.
    pub code: String,
    /// Only counted, nothing was deleted.
    pub is_dry: bool,
    /// Rows or people that were due.
    pub due: i32,
    /// Of them, kept by a hold.
    pub held: i32,
    /// Deleted, and searched for.
    pub deleted: i32,
    /// Not deleted; tried again at the next run.
    pub failed: i32,
    /// When.
    pub at: Moment,
}

/// A hold in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldLine {
    /// Which.
    pub id: LegalHoldId,
    /// What it is about.
    pub matter: String,
    /// Who ordered it.
    pub authority: String,
    /// Whose data; the whole school's where nobody is named.
    pub whom: String,
    /// Who opened it, and when.
    pub opened: String,
    /// The second person who approved it.
    pub approved: Option<String>,
    /// When it has to be looked at again.
    pub review: Moment,
    /// That day is over.
    pub is_overdue: bool,
    /// Who released it, when and why.
    pub released: Option<String>,
    /// The reader is a second person, and may approve it.
    pub may_approve: bool,
}

/// What the lead sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionPage {
    /// Every rule.
    pub rules: Vec<RuleLine>,
    /// The newest runs, newest first.
    pub runs: Vec<RunLine>,
    /// Holds, those that hold first.
    pub holds: Vec<HoldLine>,
    /// Erasures that failed more than a week ago.
    pub overdue: u64,
}

/// The form that changes a period.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PeriodForm {
    /// A rule's name.
    pub rule: String,
    /// How many.
    pub length: String,
    /// A [`PeriodUnit`] word.
    pub unit: String,
    /// Why.
    pub reason: String,
}

/// A [`PeriodForm`] that can be held against the bounds of its rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidPeriod {
    /// A rule's name.
    pub rule: String,
    /// How many.
    pub length: u16,
    /// Of what.
    pub unit: PeriodUnit,
    /// Why.
    pub reason: String,
}

impl PeriodForm {
    /// The choice, or everything that is wrong.
    pub fn validate(&self) -> Result<ValidPeriod, Vec<FieldError>> {
        let mut checks = Checks::default();
        let rule = self.rule.trim().to_owned();
        if rule.is_empty() {
            checks.fail("rule", "Choose a rule");
        }
        let length = self.length.trim().parse::<u16>().ok().filter(|n| *n > 0);
        if length.is_none() {
            checks.fail("length", "Enter a whole number, such as 12");
        }
        let unit = self.unit.parse::<PeriodUnit>().ok();
        if unit.is_none() {
            checks.fail("unit", "Choose days or months");
        }
        let reason = checks.text("reason", &self.reason, "a reason", 1_000);
        checks.finish(|| ValidPeriod {
            rule,
            length: length.expect("checked above"),
            unit: unit.expect("checked above"),
            reason,
        })
    }
}

/// The longest time until a hold has to be looked at again, in days.
pub const MOST_HOLD_DAYS: u16 = 90;

/// The form that opens a hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct HoldForm {
    /// What it is about.
    pub matter: String,
    /// Who ordered it, with a reference.
    pub authority: String,
    /// A username; the whole school where it is empty.
    pub username: String,
    /// Days until it has to be looked at again.
    pub days: String,
}

/// A [`HoldForm`] that can be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidHold {
    /// What it is about.
    pub matter: String,
    /// Who ordered it, with a reference.
    pub authority: String,
    /// Whose data; the whole school's where nobody is named.
    pub username: Option<String>,
    /// Days until it has to be looked at again.
    pub days: u16,
}

impl HoldForm {
    /// The hold, or everything that is wrong.
    pub fn validate(&self) -> Result<ValidHold, Vec<FieldError>> {
        let mut checks = Checks::default();
        let matter = checks.text("matter", &self.matter, "what it is about", 300);
        let authority = checks.text("authority", &self.authority, "who ordered it", 300);
        let username = checks.optional("username", &self.username, "the username", 100);
        let days = days_of(&mut checks, &self.days);
        checks.finish(|| ValidHold {
            matter,
            authority,
            username,
            days: days.expect("checked above"),
        })
    }
}

/// In how many days a hold is looked at again; a mistake of `days` where it is none.
fn days_of(checks: &mut Checks, typed: &str) -> Option<u16> {
    let days = typed.trim().parse::<u16>().ok();
    let days = days.filter(|days| (1..=MOST_HOLD_DAYS).contains(days));
    if days.is_none() {
        checks.fail(
            "days",
            format!("Enter a number of days, at most {MOST_HOLD_DAYS}"),
        );
    }
    days
}

/// The form that says of a hold that it is still needed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StillNeededForm {
    /// Days until it has to be looked at again.
    pub days: String,
}

impl StillNeededForm {
    /// The days, or what is wrong.
    pub fn validate(&self) -> Result<u16, Vec<FieldError>> {
        let mut checks = Checks::default();
        let days = days_of(&mut checks, &self.days);
        checks.finish(|| days.expect("checked above"))
    }
}

/// The form with a reason alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReasonForm {
    /// Why.
    pub reason: String,
}

impl ReasonForm {
    /// The reason, or what is wrong.
    pub fn validate(&self) -> Result<String, Vec<FieldError>> {
        let mut checks = Checks::default();
        let reason = checks.text("reason", &self.reason, "a reason", 2_000);
        checks.finish(|| reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::error_for;

    #[test]
    fn a_hold_is_looked_at_again_within_ninety_days_however_it_is_opened_or_kept() {
        for (days, is_taken) in [("1", true), ("90", true), ("91", false), ("0", false)] {
            let opened = HoldForm {
                matter: "A claim".to_owned(),
                authority: "County Court".to_owned(),
                username: String::new(),
                days: days.to_owned(),
            };
            assert_eq!(opened.validate().is_ok(), is_taken, "opened for {days}");
            let kept = StillNeededForm {
                days: days.to_owned(),
            };
            assert_eq!(kept.validate().is_ok(), is_taken, "kept for {days}");
        }
    }

    #[test]
    fn a_period_without_a_rule_asks_to_choose_one() {
        let errors = PeriodForm::default()
            .validate()
            .expect_err("nothing is chosen");
        assert_eq!(error_for(&errors, "rule"), Some("Choose a rule"));
    }
}
