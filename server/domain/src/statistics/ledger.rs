//! The ledger of releases, against subtracting one table from another. A template is
//! released once for a period; two periods are the same or have nothing in common; and
//! within one period no two shown lines differ by one to nine people. People are compared by
//! marks, which have to be made with one key: another one is noticed by its name, and the
//! release refused.

use std::collections::BTreeSet;

use vocab::statistics::StatTemplate;

use super::hide::FEWEST;
use crate::clock::Time;

/// What the ledger knows of an earlier release: the marks of the people in each line that
/// was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// What was counted.
    pub template: StatTemplate,
    /// From when, and until when.
    pub period: (Time, Time),
    /// The name of the key that the marks were made with; none where it was not kept yet.
    pub key: Option<String>,
    /// The marks of each shown line.
    pub cohorts: Vec<BTreeSet<String>>,
}

/// Why a release is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooAlike {
    /// The template was released for this period.
    #[error("this was released for this period already; a second time would show what changed")]
    Again,
    /// The period and that of an earlier release have only a part in common.
    #[error("an earlier release covers a part of this period; take the same period, or one apart")]
    Overlaps,
    /// The marks of an earlier release were made with a key that is not this server's now,
    /// so that nobody can tell how many people two lines have in common.
    #[error(
        "an earlier release of this period was made with another signing key, or before its name was kept, and cannot be compared; bring that key back, or take a period apart"
    )]
    OtherKey,
    /// A line differs from one of an earlier release by few people.
    #[error("subtracting it from an earlier release would show fewer than ten people")]
    FewPeople,
}

/// Whether a new release may stand beside the earlier ones.
pub fn admit(new: &Earlier, earlier: &[Earlier]) -> Result<(), TooAlike> {
    for old in earlier {
        let ((from, until), (old_from, old_until)) = (new.period, old.period);
        if until <= old_from || old_until <= from {
            continue;
        }
        if new.period != old.period {
            return Err(TooAlike::Overlaps);
        }
        if new.template == old.template {
            return Err(TooAlike::Again);
        }
        if new.key.is_none() || new.key != old.key {
            return Err(TooAlike::OtherKey);
        }
        for one in &new.cohorts {
            for other in &old.cohorts {
                let apart = one.symmetric_difference(other).count();
                if apart > 0 && apart < FEWEST {
                    return Err(TooAlike::FewPeople);
                }
            }
        }
    }
    Ok(())
}
