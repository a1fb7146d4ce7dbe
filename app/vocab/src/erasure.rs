//! How far the erasure of somebody has come, step by step, and what is left of it: a
//! certificate that names nobody.

use serde::{Deserialize, Serialize};

use crate::ids::{ErasureJobId, PersonId};
use crate::moment::Moment;

words! {
    /// How far an erasure has come.
    ErasureState {
        /// It can still be called off by who asked.
        CoolingOff = "cooling_off",
        /// Granted; nothing was done yet.
        Approved = "approved",
        /// Signed out everywhere and out of every list.
        Locked = "locked",
        /// The plan is written down; its steps are being done.
        Erasing = "erasing",
        /// Everything is searched for what was erased.
        Verifying = "verifying",
        /// A hold stands in the way.
        Held = "held",
        /// A step did not do what the plan says. It is tried again.
        Failed = "failed",
        /// Done and searched; there is a certificate.
        Complete = "complete",
        /// Called off in time.
        CalledOff = "called_off",
    }
}

impl ErasureState {
    /// As people say it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::CoolingOff => "Waiting: it can be called off",
            Self::Approved => "Granted, about to begin",
            Self::Locked => "Signed out, about to be erased",
            Self::Erasing => "Being erased",
            Self::Verifying => "Erased, being searched for rests",
            Self::Held => "Stopped by a legal hold",
            Self::Failed => "A step failed, it is tried again",
            Self::Complete => "Erased",
            Self::CalledOff => "Called off",
        }
    }

    /// True once nothing more happens.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Complete | Self::CalledOff)
    }
}

words! {
    /// What one step does.
    StepAction {
        /// Copies of old values about the person go out of a record.
        EmptyCopies = "empty_copies",
        /// The person's names and addresses go out of what is about several people.
        TakeOut = "take_out",
        /// Files go out of the store.
        DeleteFiles = "delete_files",
        /// Rows go.
        DeleteRows = "delete_rows",
        /// Values go, the row stays.
        Clear = "clear",
        /// The person's own key goes.
        DestroyKey = "destroy_key",
        /// It stays, for a reason.
        Keep = "keep",
        /// Everything is searched for rests.
        Search = "search",
    }
}

impl StepAction {
    /// As people say it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::EmptyCopies => "Old copies emptied",
            Self::TakeOut => "Taken out of what names several",
            Self::DeleteFiles => "Files deleted",
            Self::DeleteRows => "Rows deleted",
            Self::Clear => "Values emptied",
            Self::DestroyKey => "Key destroyed",
            Self::Keep => "Kept",
            Self::Search => "Searched for rests",
        }
    }
}

words! {
    /// How far one step has come.
    StepStatus {
        /// It is to be done.
        Todo = "todo",
        /// Done, and it did what the plan says.
        Done = "done",
        /// It stays, for a reason.
        Exempt = "exempt",
    }
}

/// One step as the lead sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureStepLine {
    /// What it does.
    pub action: StepAction,
    /// To what, in plain words.
    pub target: String,
    /// How many rows or files the plan expects.
    pub expected: i32,
    /// How many there were.
    pub actual: Option<i32>,
    /// How far it has come.
    pub status: StepStatus,
    /// Why it stays, where it does.
    pub note: String,
}

/// What can be told of somebody who was erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateLine {
    /// Such as "KX4-72M-9TQ".
    pub number: String,
    /// The rule, or "request".
    pub rule: String,
    /// When.
    pub issued: Moment,
    /// From when no backup holds it any more.
    pub backups_gone: Moment,
}

/// One erasure with its steps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasurePart {
    /// Which.
    pub id: ErasureJobId,
    /// Whose.
    pub person: PersonId,
    /// How far it has come.
    pub state: ErasureState,
    /// Until when it can be called off.
    pub until: Option<Moment>,
    /// What stands in the way, in plain words.
    pub trouble: Option<String>,
    /// Steps in the order in which they are done.
    pub steps: Vec<ErasureStepLine>,
    /// The certificate, once it is complete.
    pub certificate: Option<CertificateLine>,
}
