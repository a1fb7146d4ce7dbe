//! Sites outside the platform, and which of them a school opens to its students.

use serde::{Deserialize, Serialize};

/// The form that opens a site.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AllowHost {
    /// As it was typed: a host or a whole address.
    pub host: String,
}

/// A site that is open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AllowedHost {
    /// To close it by.
    pub id: uuid::Uuid,
    /// Such as "bbc.co.uk".
    pub host: String,
}
