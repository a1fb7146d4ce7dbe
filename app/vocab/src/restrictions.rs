//! Restrictions: somebody's data is kept, and nothing else is done with it.

use serde::{Deserialize, Serialize};

use crate::form::{Checks, FieldError};
use crate::ids::{PersonId, RestrictionId};
use crate::moment::Moment;

words! {
    /// Why somebody's data is restricted (UK GDPR Article 18(1)).
    RestrictionGround {
        /// They, or who looks after them, asked for it.
        Asked = "asked",
        /// They say that it is wrong, and it is being looked into.
        AccuracyContested = "accuracy_contested",
        /// It should not be here, and they do not want it erased.
        Unlawful = "unlawful",
        /// They need it for a claim.
        LegalClaim = "legal_claim",
        /// They objected, and the school decided to go on.
        ObjectionPending = "objection_pending",
    }
}

impl RestrictionGround {
    /// As people say it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Asked => "They asked for it",
            Self::AccuracyContested => "They say that something is wrong",
            Self::Unlawful => "It should not be here, and they do not want it erased",
            Self::LegalClaim => "They need it for a claim",
            Self::ObjectionPending => "They objected to what the school uses it for",
        }
    }

    /// What the lead may choose.
    pub const CHOICES: [Self; 4] = [
        Self::Asked,
        Self::AccuracyContested,
        Self::Unlawful,
        Self::LegalClaim,
    ];
}

/// Days between being told that a restriction ends, and its end.
pub const NOTICE_DAYS: i64 = 7;

/// How somebody's own restriction stands, for them and who looks after them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestrictionOf {
    /// Whose data.
    pub person: PersonId,
    /// Since when.
    pub since: Moment,
    /// Why.
    pub ground: RestrictionGround,
    /// When the school ends it, and why, in its words.
    pub lifts: Option<(Moment, String)>,
    /// True where the reader may end it now.
    pub can_end: bool,
}

/// A restriction in the lead's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestrictionLine {
    /// Which.
    pub id: RestrictionId,
    /// Whose data.
    pub whom: String,
    /// Why.
    pub ground: RestrictionGround,
    /// Since when.
    pub since: Moment,
    /// When it ends and why, once they were told.
    pub lifts: Option<(Moment, String)>,
    /// When it ended.
    pub ended: Option<Moment>,
}

/// The form that restricts, or ends it, about oneself or a child.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OwnRestrictionForm {
    /// Whose data.
    pub about: String,
    /// `restrict` or `end`.
    pub answer: String,
}

/// The lead's form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RestrictForm {
    /// Whose data: a username.
    pub username: String,
    /// A [`RestrictionGround`] word.
    pub ground: String,
}

impl RestrictForm {
    /// The username and the ground, or everything that is wrong.
    pub fn validate(&self) -> Result<(String, RestrictionGround), Vec<FieldError>> {
        let mut checks = Checks::default();
        let username = checks.text("username", &self.username, "a username", 100);
        let ground = self
            .ground
            .parse()
            .ok()
            .filter(|ground| RestrictionGround::CHOICES.contains(ground));
        if ground.is_none() {
            checks.fail("ground", "Choose why");
        }
        checks.finish(|| (username, ground.expect("checked above")))
    }
}
