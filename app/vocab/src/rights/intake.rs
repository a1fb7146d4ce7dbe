//! What came by letter, telephone, word of mouth or e-mail, as somebody of the school writes
//! it down, and the day it came, from which its clocks count.

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{RequestChannel, RequestKind, check_kind};
use crate::form::{Checks, FieldError, day_of};

/// What came longer ago is not written down now: more likely the year is mistyped.
const TEN_YEARS: Months = Months::new(120);

words! {
    /// How a request came that somebody of the school writes down. All are kept as
    /// [`RequestChannel::Office`]; the words of the request say which.
    IntakeChannel {
        /// By letter.
        Post = "post",
        /// By telephone.
        Telephone = "telephone",
        /// By word of mouth.
        Spoken = "spoken",
        /// By e-mail.
        Email = "email",
    }
}

impl IntakeChannel {
    /// As people say it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Post => "By letter",
            Self::Telephone => "By telephone",
            Self::Spoken => "By word of mouth",
            Self::Email => "By e-mail",
        }
    }
}

/// The form with which somebody of the school writes down what came in another way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct IntakeForm {
    /// An [`IntakeChannel`] word.
    pub channel: String,
    /// `2026-11-24`: the day it came.
    pub arrived: String,
    /// Who asks.
    pub name: String,
    /// How to reach them.
    pub contact: String,
    /// A [`RequestKind`] word.
    pub topic: String,
    /// What it is about.
    pub text: String,
    /// `yes` where it is clear who asks.
    pub known: String,
}

/// An [`IntakeForm`] that can be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidIntake {
    /// How it came.
    pub channel: RequestChannel,
    /// The day it came.
    pub arrived: NaiveDate,
    /// Who asks.
    pub name: String,
    /// How to reach them.
    pub contact: String,
    /// What they want.
    pub kind: RequestKind,
    /// What it is about, with how it came.
    pub text: String,
    /// It is clear who asks.
    pub is_known: bool,
}

impl IntakeForm {
    /// The request, or everything that is wrong. `today` is the day by the school's calendar.
    pub fn validate(&self, today: NaiveDate) -> Result<ValidIntake, Vec<FieldError>> {
        let mut checks = Checks::default();
        let channel = self.channel.parse::<IntakeChannel>().ok();
        if channel.is_none() {
            checks.fail("channel", "Choose how it came");
        }
        let arrived = arrived_on(&mut checks, &self.arrived, today);
        let name = checks.text("name", &self.name, "who asks", 200);
        let contact = checks.text("contact", &self.contact, "how to reach them", 300);
        let kind = check_kind(&mut checks, "topic", &self.topic);
        let text = checks.text("text", &self.text, "what it is about", 10_000);
        checks.finish(|| ValidIntake {
            channel: RequestChannel::Office,
            arrived: arrived.expect("checked above"),
            name,
            contact,
            kind: kind.expect("checked above"),
            text: format!("{}: {text}", channel.expect("checked above").label()),
            is_known: self.known == "yes",
        })
    }
}

/// The day it came; a mistake of `arrived` where it cannot have come on that day, for its
/// clocks count from there.
fn arrived_on(checks: &mut Checks, typed: &str, today: NaiveDate) -> Option<NaiveDate> {
    let Some(day) = day_of(typed) else {
        checks.fail("arrived", "Enter the day it came, like 2026-11-24");
        return None;
    };
    let earliest = today.checked_sub_months(TEN_YEARS);
    if day > today {
        checks.fail("arrived", "This day has not come yet");
    } else if earliest.is_some_and(|earliest| day < earliest) {
        checks.fail(
            "arrived",
            "This day is more than ten years ago. Check the year",
        );
    }
    Some(day)
}
