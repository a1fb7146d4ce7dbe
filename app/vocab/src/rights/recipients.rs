//! Who was given somebody's data before it was corrected, restricted or erased, providers
//! among them, and whether they were told (UK GDPR Article 19).

use serde::{Deserialize, Serialize};

use super::RequestKind;
use crate::moment::Moment;

impl RequestKind {
    /// What became of the data once it is done, where whoever was given it before has to
    /// hear of it (UK GDPR Article 19).
    pub const fn recipients_hear(self) -> Option<&'static str> {
        match self {
            Self::Rectification => Some("corrected"),
            Self::Restriction => Some("restricted"),
            Self::Erasure => Some("erased"),
            Self::Access
            | Self::Portability
            | Self::Objection
            | Self::Withdrawal
            | Self::OptOut
            | Self::EducationRecord
            | Self::Complaint
            | Self::Question => None,
        }
    }
}

/// The part of a request's page about those who were given the data before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipients {
    /// Such as "corrected".
    pub what_was_done: String,
    /// Who was given it, providers among them, each once, by name.
    pub names: Vec<String>,
    /// When they were told, and by whom; none while it is to be done.
    pub told: Option<(Moment, String)>,
}
