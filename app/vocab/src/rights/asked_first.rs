//! Whom a request from outside is about and who asks, and what a student says who is asked
//! before somebody else gets their data.

use serde::{Deserialize, Serialize};

use crate::form::{Checks, FieldError};

words! {
    /// What a student says of a request that somebody else made for their data.
    StudentView {
        /// Nothing yet: they are asked.
        Asked = "asked",
        /// They do not mind.
        Agrees = "agrees",
        /// They do not want it.
        Minds = "minds",
    }
}

impl StudentView {
    /// As the school reads it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Asked => "Asked, no answer yet",
            Self::Agrees => "They do not mind",
            Self::Minds => "They do not want it",
        }
    }
}

/// The form with which a student says what they think of such a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ViewForm {
    /// `agrees` or `minds`.
    pub view: String,
}

words! {
    /// Who asks, in a request that came from outside.
    WhoAsks {
        /// Whom it is about.
        Themselves = "themselves",
        /// Somebody else, such as a guardian: an older student is asked first.
        Another = "another",
    }
}

impl WhoAsks {
    /// As the form offers it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Themselves => "They do, themselves",
            Self::Another => "Somebody else, such as a guardian",
        }
    }
}

/// The form that says whom a request is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WhomForm {
    /// A username of the school.
    pub username: String,
    /// A [`WhoAsks`] word.
    pub who_asks: String,
}

impl WhomForm {
    /// Username and who asks, or everything that is wrong.
    pub fn validate(&self) -> Result<(String, WhoAsks), Vec<FieldError>> {
        let mut checks = Checks::default();
        let username = checks.text("username", &self.username, "their username", 100);
        let who_asks: Option<WhoAsks> = self.who_asks.parse().ok();
        if who_asks.is_none() {
            checks.fail("who_asks", "Choose who asks");
        }
        checks.finish(|| (username, who_asks.expect("checked above")))
    }
}
