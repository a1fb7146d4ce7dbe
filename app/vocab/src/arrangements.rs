//! Access arrangements: what a school sets once for a student, and the pages obey. It
//! may say something about their health, so it goes to nobody but the student, who looks
//! after them, who teaches them now, and the school's admins.

use serde::{Deserialize, Serialize};

use crate::form::{Checks, FieldError};
use crate::ids::PersonId;
use crate::moment::Moment;
use crate::reading::{Reading, ReadingForm};

/// Extra time is at most this many per cent.
pub const MOST_EXTRA_TIME: u16 = 100;
/// The note about what helps is at most so long.
pub const MOST_NOTE_CHARS: usize = 1_000;

/// The form that sets the arrangements of a student, as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ArrangementForm {
    /// Per cent; empty for none.
    pub extra_time: String,
    /// "yes" if it is ticked.
    pub rest_breaks: String,
    /// For the student's teachers, in words.
    pub what_helps: String,
    /// What the pages begin with for the student.
    #[serde(flatten)]
    pub reading: ReadingForm,
    /// Which arrangements stood there as the form was opened.
    pub seen: String,
}

/// What the school sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValidArrangement {
    /// Per cent, from 0 to 100.
    pub extra_time_percent: u16,
    /// They may rest, and the clock stands still meanwhile.
    pub rest_breaks: bool,
    /// For the student's teachers; empty where nothing is to be said.
    pub what_helps: String,
    /// What the pages begin with for the student.
    pub reading: Reading,
}

impl ValidArrangement {
    /// True where nothing is arranged.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl ArrangementForm {
    /// What the school sets, or every mistake beside its field.
    pub fn validate(&self) -> Result<ValidArrangement, Vec<FieldError>> {
        let mut checks = Checks::default();
        let typed = self.extra_time.trim().trim_end_matches('%').trim_end();
        let extra_time_percent = if typed.is_empty() {
            Some(0)
        } else {
            typed
                .parse()
                .ok()
                .filter(|percent| *percent <= MOST_EXTRA_TIME)
        };
        if extra_time_percent.is_none() {
            checks.fail(
                "extra_time",
                "Extra time is a whole number of per cent from 0 to 100",
            );
        }
        let what_helps = checks
            .optional(
                "what_helps",
                &self.what_helps,
                "what helps",
                MOST_NOTE_CHARS,
            )
            .unwrap_or_default();
        let reading = self.reading.read(&mut checks);
        checks.finish(|| ValidArrangement {
            extra_time_percent: extra_time_percent.expect("checked above"),
            rest_breaks: self.rest_breaks == "yes",
            what_helps,
            reading,
        })
    }
}

impl From<&ValidArrangement> for ArrangementForm {
    fn from(arrangement: &ValidArrangement) -> Self {
        let percent = arrangement.extra_time_percent;
        Self {
            extra_time: if percent == 0 {
                String::new()
            } else {
                percent.to_string()
            },
            rest_breaks: if arrangement.rest_breaks {
                "yes".to_owned()
            } else {
                String::new()
            },
            what_helps: arrangement.what_helps.clone(),
            reading: arrangement.reading.into(),
            seen: String::new(),
        }
    }
}

/// "25 % extra time"; none where there is none.
pub fn extra_time_words(percent: u16) -> Option<String> {
    (percent > 0).then(|| format!("{percent} % extra time"))
}

/// That something is arranged, beside a student's work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arranged {
    /// For whom.
    pub student: PersonId,
    /// Per cent; 0 where it is something else.
    pub extra_time_percent: u16,
}

impl Arranged {
    /// As the link to it says.
    pub fn label(self) -> String {
        extra_time_words(self.extra_time_percent)
            .unwrap_or_else(|| "Access arrangements".to_owned())
    }
}

/// A student's arrangements as whoever may see them reads them.
#[derive(Clone, Debug, PartialEq)]
pub struct ArrangementPage {
    /// Whose.
    pub student: PersonId,
    /// Their name.
    pub name: String,
    /// It is the reader's own.
    pub is_own: bool,
    /// The reader looks after them.
    pub is_child: bool,
    /// The reader may set it.
    pub may_set: bool,
    /// What is arranged; nothing where nothing is.
    pub arrangement: ValidArrangement,
    /// When it was set last.
    pub set: Option<Moment>,
    /// What the form carries to know whether it still shows what is arranged.
    pub seen: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_set_fills_the_form_that_changes_it() {
        let arrangement = ValidArrangement {
            extra_time_percent: 25,
            rest_breaks: true,
            what_helps: "Sit near the front.".to_owned(),
            reading: Reading::of_cookie("theme-cream.size-large"),
        };
        let form = ArrangementForm::from(&arrangement);
        assert_eq!(form.validate(), Ok(arrangement));
        assert!(
            ArrangementForm::default()
                .validate()
                .expect("nothing is set")
                .is_empty()
        );
    }

    #[test]
    fn every_mistake_stands_beside_its_field() {
        let form = ArrangementForm {
            extra_time: "101".to_owned(),
            what_helps: "x".repeat(1_001),
            reading: ReadingForm {
                font: "comic".to_owned(),
                ..ReadingForm::default()
            },
            ..ArrangementForm::default()
        };
        let errors = form.validate().expect_err("three mistakes");
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["extra_time", "what_helps", "font"]);
        for wrong in ["-1", "a quarter", "12.5"] {
            let form = ArrangementForm {
                extra_time: wrong.to_owned(),
                ..ArrangementForm::default()
            };
            assert!(form.validate().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_sign_after_the_number_is_no_mistake() {
        let form = ArrangementForm {
            extra_time: " 25 % ".to_owned(),
            ..ArrangementForm::default()
        };
        assert_eq!(
            form.validate().map(|valid| valid.extra_time_percent),
            Ok(25)
        );
        assert_eq!(extra_time_words(25).as_deref(), Some("25 % extra time"));
        assert_eq!(extra_time_words(0), None);
    }
}
