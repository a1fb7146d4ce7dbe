//! Keeping people safe: the security log, the duties of who may read it, and reports of
//! what hurt or worried somebody.

use serde::{Deserialize, Serialize};

use crate::form::{Checks, FieldError};
use crate::ids::{DutyId, ReportId};
use crate::moment::Moment;

words! {
    /// What somebody does for the school beside their role. No role has a duty by itself.
    Duty {
        /// Reads the security log.
        Security = "security",
        /// The designated safeguarding lead: reads and leads reports.
        Safeguarding = "safeguarding",
    }
}

impl Duty {
    /// As people say it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Security => "Security: reads the security log",
            Self::Safeguarding => "Safeguarding lead: reads and leads reports",
        }
    }
}

words! {
    /// What the security log holds.
    SecurityKind {
        /// A wrong password, pictures or username.
        RefusedSignIn = "refused_sign_in",
        /// So many wrong tries that an account has to wait.
        SlowedAccount = "slowed_account",
        /// Somebody asked for what is not theirs.
        DeniedDoor = "denied_door",
        /// Somebody was signed out elsewhere, or everywhere.
        SessionsEnded = "sessions_ended",
    }
}

impl SecurityKind {
    /// As the log says it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::RefusedSignIn => "Sign-in refused",
            Self::SlowedAccount => "Account has to wait after wrong tries",
            Self::DeniedDoor => "Asked for what is not theirs",
            Self::SessionsEnded => "Signed out elsewhere",
        }
    }
}

/// A line of the security log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityLine {
    /// What.
    pub kind: SecurityKind,
    /// When.
    pub at: Moment,
    /// Whose account, where it is known.
    pub who: String,
    /// Which kind of device or page.
    pub detail: String,
}

/// Who has a duty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DutyLine {
    /// Which.
    pub id: DutyId,
    /// Who.
    pub who: String,
    /// What they do.
    pub duty: Duty,
    /// By whom, and when.
    pub given: String,
}

/// The form that gives a duty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DutyForm {
    /// Whose: a username.
    pub username: String,
    /// A [`Duty`] word.
    pub duty: String,
}

impl DutyForm {
    /// The username and the duty, or everything that is wrong.
    pub fn validate(&self) -> Result<(String, Duty), Vec<FieldError>> {
        let mut checks = Checks::default();
        let username = checks.text("username", &self.username, "a username", 100);
        let duty = self.duty.parse().ok();
        if duty.is_none() {
            checks.fail("duty", "Choose a duty");
        }
        checks.finish(|| (username, duty.expect("checked above")))
    }
}

words! {
    /// What a report is about.
    ReportKind {
        /// What somebody wrote or showed here.
        Content = "content",
        /// What somebody does.
        Behaviour = "behaviour",
        /// Somebody is not safe.
        Danger = "danger",
        /// Somebody uses another's account, or pretends to be them.
        Account = "account",
    }
}

impl ReportKind {
    /// As people say it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Content => "Something that somebody wrote or showed here",
            Self::Behaviour => "How somebody behaves",
            Self::Danger => "Somebody is not safe",
            Self::Account => "Somebody uses another's account, or pretends to be them",
        }
    }
}

words! {
    /// How far a report is.
    ReportState {
        /// It has arrived.
        Received = "received",
        /// Somebody looks into it.
        LookedInto = "looked_into",
        /// It is over.
        Closed = "closed",
    }
}

impl ReportState {
    /// As who reported it reads it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Received => "It has arrived",
            Self::LookedInto => "Somebody looks into it",
            Self::Closed => "It is dealt with",
        }
    }
}

/// A report, for who wrote it and for who leads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportLine {
    /// Which.
    pub id: ReportId,
    /// What it is about.
    pub kind: ReportKind,
    /// How far it is.
    pub state: ReportState,
    /// When it came.
    pub at: Moment,
    /// What was written.
    pub words: String,
    /// Where it is, as it was written.
    pub place: String,
    /// Who reported it; for who leads it alone.
    pub reporter: Option<String>,
    /// What the reporter was told.
    pub answer: Option<String>,
}

/// The form that reports something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReportForm {
    /// A [`ReportKind`] word.
    pub kind: String,
    /// What happened.
    pub words: String,
    /// Where: a page, a classroom, or nothing.
    pub place: String,
}

/// A [`ReportForm`] that can be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidReport {
    /// What it is about.
    pub kind: ReportKind,
    /// What happened.
    pub words: String,
    /// Where.
    pub place: String,
}

impl ReportForm {
    /// The report, or everything that is wrong.
    pub fn validate(&self) -> Result<ValidReport, Vec<FieldError>> {
        let mut checks = Checks::default();
        let kind = self.kind.parse().ok();
        if kind.is_none() {
            checks.fail("kind", "Choose what it is about");
        }
        let words = checks.text("words", &self.words, "what happened", 4_000);
        let place = checks.optional("place", &self.place, "where it is", 300);
        checks.finish(|| ValidReport {
            kind: kind.expect("checked above"),
            words,
            place: place.unwrap_or_default(),
        })
    }
}

/// The form of who leads a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReportStepForm {
    /// `look` or `close`.
    pub step: String,
    /// What the reporter is told.
    pub answer: String,
}
