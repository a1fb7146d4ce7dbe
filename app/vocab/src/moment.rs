//! A moment as a person reads it: the exact time for machines beside the words
//! in the school's own time zone. Made on the server, where the zones are known.

use serde::{Deserialize, Serialize};

/// A point in time with its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// RFC 3339, UTC, for the `datetime` attribute.
    pub iso: String,
    /// Such as "Thursday 26 November, 15:30", in the school's time zone.
    pub words: String,
}
