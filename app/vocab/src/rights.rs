//! What somebody may ask about their own data, and how far a request has come.

mod asked_first;
mod copies;
mod intake;
mod question;
mod recipients;
mod shown;

pub use asked_first::{StudentView, ViewForm, WhoAsks, WhomForm};
pub use copies::{CopyReviewForm, SameForm};
pub use intake::{IntakeChannel, IntakeForm, ValidIntake};
pub use question::QuestionForm;
pub use recipients::Recipients;
pub use shown::{RequestPage, RequestSummary};

use serde::{Deserialize, Serialize};

use crate::form::{Checks, FieldError};

words! {
    /// What is asked.
    RequestKind {
        /// A copy of everything that is kept, and who had it.
        Access = "access",
        /// The same in a form that machines read.
        Portability = "portability",
        /// Something is wrong.
        Rectification = "rectification",
        /// Keep it, and use it for nothing meanwhile.
        Restriction = "restriction",
        /// Stop using it for something.
        Objection = "objection",
        /// Erase it.
        Erasure = "erasure",
        /// Take a consent back.
        Withdrawal = "withdrawal",
        /// No more mail.
        OptOut = "opt_out",
        /// A parent asks for the educational record of a child at a maintained school.
        EducationRecord = "education_record",
        /// Something went wrong with somebody's data.
        Complaint = "complaint",
        /// Anything else about privacy.
        Question = "question",
    }
}

impl RequestKind {
    /// As the office calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Access => "Copy of the data",
            Self::Portability => "Data to take along",
            Self::Rectification => "Correction",
            Self::Restriction => "Restriction",
            Self::Objection => "Objection",
            Self::Erasure => "Erasure",
            Self::Withdrawal => "Consent taken back",
            Self::OptOut => "No more mail",
            Self::EducationRecord => "Educational record",
            Self::Complaint => "Complaint",
            Self::Question => "Question",
        }
    }

    /// Its clock stands until it is clear who asks, and what is meant. That of a complaint
    /// and of an educational record runs from the day it came.
    pub const fn can_stand(self) -> bool {
        !matches!(self, Self::Complaint | Self::EducationRecord)
    }

    /// A student of 13 or older is asked before somebody else's wish is granted: it gives their
    /// data out, changes or erases it. What only protects them waits for nobody.
    pub const fn asks_the_student(self) -> bool {
        matches!(
            self,
            Self::Access
                | Self::Portability
                | Self::Rectification
                | Self::Erasure
                | Self::EducationRecord
        )
    }

    /// A part of it can be granted, and the rest refused. What stops, erases or ends
    /// something does so whole.
    pub const fn has_parts(self) -> bool {
        matches!(
            self,
            Self::Access | Self::Portability | Self::Rectification | Self::EducationRecord
        )
    }

    /// It is answered with a copy of everything.
    pub const fn asks_for_a_copy(self) -> bool {
        matches!(self, Self::Access | Self::Portability)
    }

    /// As somebody says it who asks.
    pub const fn wish(self) -> &'static str {
        match self {
            Self::Access => "I want to see everything you keep",
            Self::Portability => "I want my data to take along",
            Self::Rectification => "Something is wrong",
            Self::Restriction => "Keep it, but stop using it for now",
            Self::Objection => "Stop using it for something",
            Self::Erasure => "Erase it",
            Self::Withdrawal => "I take a consent back",
            Self::OptOut => "Send me no more mail",
            Self::EducationRecord => "My child's educational record",
            Self::Complaint => "I want to complain",
            Self::Question => "I have a question about privacy",
        }
    }
}

words! {
    /// How far a request has come.
    RequestState {
        /// Who asks has to be made sure of first.
        IdentityNeeded = "identity_needed",
        /// The clock runs.
        Open = "open",
        /// The school asked what is meant; the clock stands.
        Clarification = "clarification",
        /// Granted, and being done.
        Approved = "approved",
        /// Done.
        Closed = "closed",
        /// Refused, with a reason.
        Refused = "refused",
        /// Taken back by who asked.
        TakenBack = "taken_back",
    }
}

impl RequestState {
    /// As people say it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::IdentityNeeded => "Waiting to know who asks",
            Self::Open => "Open",
            Self::Clarification => "Waiting for who asked",
            Self::Approved => "Granted, being done",
            Self::Closed => "Done",
            Self::Refused => "Refused",
            Self::TakenBack => "Taken back",
        }
    }

    /// The same to who asked.
    pub const fn label_for_who_asked(self) -> &'static str {
        match self {
            Self::Clarification => "Waiting for your answer",
            _ => self.label(),
        }
    }

    /// True once nothing more happens.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::Refused | Self::TakenBack)
    }
}

words! {
    /// What is done with a request.
    RequestStep {
        /// Ask who it is. The clock has not begun.
        AskIdentity = "ask_identity",
        /// It is clear who asks: the clock begins.
        IdentityShown = "identity_shown",
        /// Ask what is meant: the clock stands.
        AskClarification = "ask_clarification",
        /// It is clear what is meant: the clock goes on.
        Clarified = "clarified",
        /// Say that a complaint has arrived and is looked into.
        Acknowledge = "acknowledge",
        /// Two more months, told within the first with a reason.
        Extend = "extend",
        /// Grant it.
        Approve = "approve",
        /// Grant a part of it, and refuse the rest with a reason.
        ApproveInPart = "approve_in_part",
        /// It is done.
        Complete = "complete",
        /// It asks the same as another, and is answered there.
        AsksTheSame = "asks_the_same",
        /// Refuse it, with a reason.
        Refuse = "refuse",
        /// Who asked takes it back.
        TakeBack = "take_back",
    }
}

impl RequestStep {
    /// The button's words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::AskIdentity => "Ask who it is",
            Self::IdentityShown => "It is clear who asks",
            Self::AskClarification => "Ask what is meant",
            Self::Clarified => "It is clear what is meant",
            Self::Acknowledge => "Acknowledge",
            Self::Extend => "Take two more months",
            Self::Approve => "Grant",
            Self::ApproveInPart => "Do only a part",
            Self::Complete => "It is done",
            Self::AsksTheSame => "It asks the same as another",
            Self::Refuse => "Refuse",
            Self::TakeBack => "Take back",
        }
    }

    /// True where a reason or a word to who asked has to go with it.
    pub const fn needs_words(self) -> bool {
        matches!(
            self,
            Self::AskClarification
                | Self::Extend
                | Self::ApproveInPart
                | Self::Complete
                | Self::Refuse
        )
    }
}

words! {
    /// How a request came in.
    RequestChannel {
        /// By somebody who was signed in.
        Account = "account",
        /// By the contact page.
        Contact = "contact",
        /// By letter, telephone or word of mouth: somebody of the school typed it in.
        Office = "office",
    }
}

words! {
    /// How urgent a request is.
    Urgency {
        /// Nothing is due.
        Over = "over",
        /// In good time.
        Fine = "fine",
        /// Three quarters of the time have gone.
        Soon = "soon",
        /// The time is over.
        Late = "late",
    }
}

/// The form with which somebody asks about their own data or that of a child. Who objects
/// chooses the use elsewhere, with a switch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AskRequest {
    /// About whom, by their id: who asks, or a child of theirs.
    pub about: String,
    /// A [`RequestKind`] word.
    pub kind: String,
    /// What exactly.
    pub text: String,
}

/// How often a school answered within 48 hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Requests that were answered in time.
    pub in_time: u32,
    /// Requests that were answered late, or wait longer than they should.
    pub late: u32,
}

/// One fact that the school holds about somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is called on the page, such as "Given name".
    pub name: String,
    /// What it says; none where nothing is kept.
    pub value: Option<String>,
}

/// The form that fetches a copy: the password shows once more who asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CopyForm {
    /// The password of whoever fetches it; never sent back.
    pub password: String,
}

impl AskRequest {
    /// What is asked, or everything that is wrong.
    pub fn validate(&self) -> Result<(RequestKind, String), Vec<FieldError>> {
        let mut checks = Checks::default();
        let kind = check_kind(&mut checks, "kind", &self.kind);
        let text = checks
            .optional("text", &self.text, "this text", 10_000)
            .unwrap_or_default();
        if kind == Some(RequestKind::Objection) {
            checks.fail(
                "kind",
                "Open \u{201c}Say no to a use\u{201d} and choose the use: it stops at once",
            );
        }
        let says_nothing = text.is_empty();
        if says_nothing && kind.is_some_and(needs_details) {
            checks.fail("text", "Say what it is about, so that we can do it");
        }
        checks.finish(|| (kind.expect("checked above"), text))
    }
}

/// What cannot be done without knowing what is meant.
const fn needs_details(kind: RequestKind) -> bool {
    matches!(
        kind,
        RequestKind::Rectification | RequestKind::Complaint | RequestKind::Question
    )
}

fn check_kind(checks: &mut Checks, field: &str, word: &str) -> Option<RequestKind> {
    let kind = word.parse().ok();
    if kind.is_none() {
        checks.fail(field, "Choose what you want");
    }
    kind
}

/// The contact page's form: for whoever has no account, or cannot sign in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContactForm {
    /// Which school it is about.
    pub school: String,
    /// Who writes.
    pub name: String,
    /// How to reach them.
    pub contact: String,
    /// A [`RequestKind`] word.
    pub topic: String,
    /// What it is about.
    pub text: String,
    /// Left empty by people; filled in by programs that fill in everything.
    pub website: String,
}

/// A [`ContactForm`] that can be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidContact {
    /// The school's code in its one spelling.
    pub school: String,
    /// Who writes.
    pub name: String,
    /// How to reach them.
    pub contact: String,
    /// What they want.
    pub kind: RequestKind,
    /// What it is about.
    pub text: String,
}

impl ContactForm {
    /// The message, or everything that is wrong.
    pub fn validate(&self) -> Result<ValidContact, Vec<FieldError>> {
        let mut checks = Checks::default();
        let school = checks.text("school", &self.school, "the school code", 20);
        let name = checks.text("name", &self.name, "your name", 200);
        let contact = checks.text("contact", &self.contact, "how we can reach you", 300);
        let kind = check_kind(&mut checks, "topic", &self.topic);
        let text = checks.text("text", &self.text, "what it is about", 10_000);
        checks.finish(|| ValidContact {
            school: crate::schools::spell_code(&school),
            name,
            contact,
            kind: kind.expect("checked above"),
            text,
        })
    }
}

/// One step of a request, from the office's form.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StepForm {
    /// A [`RequestStep`] word.
    pub step: String,
    /// The reason, or the words to who asked.
    pub text: String,
}

impl StepForm {
    /// The step, or everything that is wrong.
    pub fn validate(&self) -> Result<(RequestStep, String), Vec<FieldError>> {
        let mut checks = Checks::default();
        let step = self.step.parse::<RequestStep>().ok();
        if step.is_none() {
            checks.fail("step", "Choose a step");
        }
        let text = checks
            .optional("text", &self.text, "this text", 4_000)
            .unwrap_or_default();
        if text.is_empty() && step.is_some_and(RequestStep::needs_words) {
            checks.fail(
                "text",
                "Write a sentence for who asked: it stands in their answer",
            );
        }
        checks.finish(|| (step.expect("checked above"), text))
    }
}

/// The form with which the office takes a consent back, switches messages off, or stops a
/// use, for who asked by a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CarryOutForm {
    /// A word of a purpose of consent, of a category of messages, or of a use.
    pub wish: String,
    /// In whose name a consent is taken back.
    pub by: String,
}

/// What [`CarryOutForm`] offers, each as value and label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarryOut {
    /// Purposes of consent, categories of messages, or uses.
    pub what: Vec<(String, String)>,
    /// The person and who looks after them; empty where it is not asked who says it.
    pub by: Vec<(String, String)>,
}
