//! Where data about people comes from: the school's own roster, and whatever else the
//! school has declared.

use serde::{Deserialize, Serialize};

use crate::form::{Checks, FieldError};
use crate::ids::DataSourceId;
use crate::moment::Moment;

/// Everything that the school's register of sources shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcesPage {
    /// The name of the school's own system, as its rosters give it.
    pub own_system: Option<String>,
    /// The declared system that the school's roster comes from now, where one replaced its own.
    pub roster_system: Option<String>,
    /// The declaration that covers the school's own roster holds.
    pub is_declared: bool,
    /// What was declared beside it, newest first.
    pub lines: Vec<SourceLine>,
}

/// One declared source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceLine {
    /// Which.
    pub id: DataSourceId,
    /// The system's name, as its packages give it.
    pub system: String,
    /// Which data comes from it.
    pub what: String,
    /// Why it is needed, and what allows it.
    pub because: String,
    /// The assessment that looked at it.
    pub assessment: String,
    /// From its approval on the school's roster comes from it.
    pub replaces_roster: bool,
    /// Who declared it, and when.
    pub declared: String,
    /// Who approved it, and when.
    pub approved: Option<String>,
    /// When it ended.
    pub ended: Option<Moment>,
    /// The reader may approve it.
    pub may_approve: bool,
}

/// Where something about one person came from, in a sentence each (UK GDPR Article 14).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Which data.
    pub what: String,
    /// From where.
    pub from: String,
}

/// The form that declares a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceForm {
    /// The system's name, as its packages give it.
    pub system: String,
    /// Which data comes from it.
    pub what: String,
    /// Why it is needed, and what allows it.
    pub because: String,
    /// The assessment that looked at it: its name or number.
    pub assessment: String,
    /// "yes" where the school's roster comes from it from now on.
    pub replaces_roster: String,
}

/// A [`SourceForm`] that can be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidSource {
    /// The system's name.
    pub system: String,
    /// Which data.
    pub what: String,
    /// Why.
    pub because: String,
    /// The assessment.
    pub assessment: String,
    /// The school's roster comes from it from its approval on.
    pub replaces_roster: bool,
}

impl SourceForm {
    /// The source, or everything that is wrong.
    pub fn validate(&self) -> Result<ValidSource, Vec<FieldError>> {
        let mut checks = Checks::default();
        let system = checks.text("system", &self.system, "the system's name", 100);
        let what = checks.text("what", &self.what, "which data comes from it", 500);
        let because = checks.text("because", &self.because, "why it is needed", 1_000);
        let assessment = checks.text(
            "assessment",
            &self.assessment,
            "the assessment that looked at it",
            200,
        );
        checks.finish(|| ValidSource {
            system,
            what,
            because,
            assessment,
            replaces_roster: self.replaces_roster == "yes",
        })
    }
}
