//! Policy documents and their versions, and what is written down about who has met
//! which: that it was shown, that it was read, that terms were accepted. None of it is
//! ever a consent.

use serde::{Deserialize, Serialize};

use crate::ids::PolicyVersionId;

words! {
    /// One of the platform's documents. Each has versions of its own.
    PolicyDocument {
        /// What is kept, why, on what basis and how long.
        PrivacyNotice = "privacy_notice",
        /// The same in the words of a young student.
        ChildrensNotice = "childrens_notice",
        /// What staff and guardians agree to.
        Terms = "terms",
        /// What is kept in a browser.
        Cookies = "cookies",
    }
}

impl PolicyDocument {
    /// Its title.
    pub const fn label(self) -> &'static str {
        match self {
            Self::PrivacyNotice => "Privacy notice",
            Self::ChildrensNotice => "Privacy notice for children",
            Self::Terms => "Terms of use",
            Self::Cookies => "Cookies",
        }
    }
}

words! {
    /// What happened between a person and a version.
    NoticeKind {
        /// It was shown to them.
        Shown = "shown",
        /// They said that they have read it.
        Acknowledged = "acknowledged",
        /// They went on using the platform after it came into force.
        UseContinued = "use_continued_after_notice",
        /// They accepted the terms.
        Accepted = "accepted",
        /// They did not accept the terms.
        Refused = "refused",
    }
}

/// Where a version stands, which follows from its times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyState {
    /// Proposed; its text may still be changed.
    Draft,
    /// A second person has approved it; its text is fixed.
    Approved,
    /// It comes into force on a day to come.
    Scheduled,
    /// It holds now.
    InForce,
    /// A later one holds.
    Superseded,
}

impl PolicyState {
    /// As people say it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Approved => "Approved",
            Self::Scheduled => "Scheduled",
            Self::InForce => "In force",
            Self::Superseded => "Superseded",
        }
    }
}

/// A version's number: major, minor, patch. Later is greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Semver(pub u32, pub u32, pub u32);

impl std::fmt::Display for Semver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

impl std::str::FromStr for Semver {
    type Err = crate::form::UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split('.').map(|part| {
            let is_plain = part == "0" || !part.starts_with('0');
            let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            (is_plain && is_number)
                .then(|| part.parse::<u32>().ok())
                .flatten()
        });
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(Some(major)), Some(Some(minor)), Some(Some(patch)), None) => {
                Ok(Self(major, minor, patch))
            }
            _ => Err(crate::form::UnknownWord),
        }
    }
}

/// A version in the public history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicyLine {
    /// Which.
    pub id: PolicyVersionId,
    /// Of which document.
    pub document: PolicyDocument,
    /// Its number.
    pub semver: String,
    /// Where it stands.
    pub state: PolicyState,
    /// The day it comes or came into force, in words.
    pub from: String,
    /// When it last changed its state as far as readers see, RFC 3339.
    pub changed: String,
    /// It changes what people may expect.
    pub is_material: bool,
    /// What was changed, in plain words.
    pub change_log: String,
}

/// One line of a difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DiffLine {
    /// It is in both.
    Same(String),
    /// It is in the new text alone.
    Added(String),
    /// It was in the old text alone.
    Removed(String),
}

/// A version with its text and what it changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicyPage {
    /// Its line in the history.
    pub line: PolicyLine,
    /// The text as it was approved.
    pub text: String,
    /// SHA-256 of the text, in hexadecimal.
    pub sha256: String,
    /// Who wrote it and who approved it.
    pub people: (String, String),
    /// The number of the version before it, and the difference; none for the first.
    pub changes: Option<(String, Vec<DiffLine>)>,
}

/// The form that answers the terms.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TermsForm {
    /// The version that was read.
    pub version: String,
    /// "yes" where the box is ticked.
    pub accept: String,
    /// "accept" or "refuse": which button was pressed.
    pub intent: String,
}

#[cfg(test)]
mod tests {
    use super::Semver;

    #[test]
    fn versions_are_ordered_as_numbers_and_not_as_letters() {
        let version = |text: &str| text.parse::<Semver>();
        assert!(version("1.10.0").expect("a version") > version("1.9.3").expect("a version"));
        for wrong in [
            "1", "1.0", "1.0.0.0", "01.0.0", "1.0.x", "", "1..0", "+1.0.0",
        ] {
            assert!(version(wrong).is_err(), "{wrong}");
        }
    }
}
