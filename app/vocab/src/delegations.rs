//! Who may act for somebody or see their data, on one page, and who can end it.

use serde::Serialize;

use crate::ids::PersonId;

/// Somebody who may see or act, and how that ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Delegation {
    /// Who: a name, or the operator.
    pub who: String,
    /// What they may.
    pub may: String,
    /// Who can end it, and how.
    pub ends: &'static str,
    /// A child whose tie the reader may end at once.
    pub own_tie: Option<PersonId>,
}
