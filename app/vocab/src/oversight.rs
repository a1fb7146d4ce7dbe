//! What a school watches over: when each use of data was looked at last, and for how
//! long whoever runs the platform may look inside.

use serde::{Deserialize, Serialize};

use crate::form::{Checks, FieldError};
use crate::ids::SupportGrantId;
use crate::moment::Moment;
use crate::rights::Urgency;

/// One use of data with its review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ActivityLine {
    /// Its name in the record.
    pub code: String,
    /// What it is for.
    pub purpose: &'static str,
    /// What allows it; never empty.
    pub bases: Vec<&'static str>,
    /// When it was reviewed last, and by whom.
    pub reviewed: Option<(Moment, String)>,
    /// When it is due next; none where it was never reviewed.
    pub due: Option<Moment>,
    /// True where the day has passed, or it was never reviewed.
    pub is_overdue: bool,
}

/// The form that says that a use of data was reviewed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReviewForm {
    /// The activity's name in the record.
    pub activity: String,
    /// In how many months it is due next: 1 to 12.
    pub months: String,
    /// What was found.
    pub note: String,
}

impl ReviewForm {
    /// Activity, months and note, or everything that is wrong.
    pub fn validate(&self) -> Result<(String, u32, String), Vec<FieldError>> {
        let mut checks = Checks::default();
        let months = self.months.trim().parse().ok();
        let months = months.filter(|months| (1..=12).contains(months));
        if months.is_none() {
            checks.fail(
                "months",
                "Choose 1 to 12 months: it is looked at every year",
            );
        }
        let note = checks.text("note", &self.note, "what was found", 2_000);
        checks.finish(|| (self.activity.clone(), months.expect("checked above"), note))
    }
}

/// The form that lets the operator in for a while.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GrantForm {
    /// For how many hours: 1 to 72.
    pub hours: String,
    /// What for.
    pub reason: String,
}

impl GrantForm {
    /// Hours and reason, or everything that is wrong.
    pub fn validate(&self) -> Result<(i64, String), Vec<FieldError>> {
        let mut checks = Checks::default();
        let hours = self.hours.trim().parse().ok();
        let hours = hours.filter(|hours| (1..=72).contains(hours));
        if hours.is_none() {
            checks.fail("hours", "Enter 1 to 72 hours");
        }
        let reason = checks.text("reason", &self.reason, "what for", 1_000);
        checks.finish(|| (hours.expect("checked above"), reason))
    }
}

/// One time for which the operator was let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GrantLine {
    /// Which.
    pub id: SupportGrantId,
    /// What for.
    pub reason: String,
    /// Who let them in, and when.
    pub granted: (String, Moment),
    /// Until when.
    pub until: Moment,
    /// True while it lasts.
    pub lasts: bool,
}

/// Something for the data protection lead to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// What.
    pub words: String,
    /// Where it is done.
    pub href: String,
    /// How urgent it is.
    pub urgency: Urgency,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_let_in_for_more_than_three_days_or_without_a_reason() {
        let asked = |hours: &str, reason: &str| {
            let form = GrantForm {
                hours: hours.to_owned(),
                reason: reason.to_owned(),
            };
            form.validate()
        };
        for (hours, is_taken) in [("1", true), ("72", true), ("73", false), ("0", false)] {
            assert_eq!(asked(hours, "Help").is_ok(), is_taken, "{hours}");
        }
        assert!(asked("1", " ").is_err());
    }
}
