//! Providers: the companies that work for the platform, what each may be given, how
//! far it has come, and what allows data to leave the country.

use serde::{Deserialize, Serialize};

use crate::form::{Checks, FieldError};
use crate::ids::ProviderId;

words! {
    /// What a provider does.
    ProviderPurpose {
        /// Runs the machines.
        Hosting = "hosting",
        /// Carries mail.
        Mail = "mail",
        /// Counts visits of public pages.
        Analytics = "analytics",
        /// Shows advertisements.
        Advertising = "advertising",
        /// Writes news.
        Marketing = "marketing",
        /// Finds things.
        Search = "search",
    }
}

impl ProviderPurpose {
    /// As the public page says it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Hosting => "Runs the machines",
            Self::Mail => "Carries mail",
            Self::Analytics => "Counts visits of public pages",
            Self::Advertising => "Shows advertisements",
            Self::Marketing => "Writes news",
            Self::Search => "Finds things",
        }
    }
}

words! {
    /// What a provider is before the law.
    ProviderRole {
        /// Works for the company that runs the platform, and so for the school.
        Subprocessor = "subprocessor",
        /// Works for the school itself.
        Processor = "processor",
        /// Decides for itself what it does.
        Controller = "controller",
    }
}

impl ProviderRole {
    /// As the public page says it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Subprocessor => "Sub-processor",
            Self::Processor => "Processor",
            Self::Controller => "Controller",
        }
    }
}

words! {
    /// How far a provider has come.
    ProviderState {
        /// Written down.
        Proposed = "proposed",
        /// The schools were told.
        Notified = "notified",
        /// It may be given what its entry says.
        Active = "active",
        /// It is given nothing for now.
        Suspended = "suspended",
        /// It is given nothing any more.
        Ended = "ended",
    }
}

impl ProviderState {
    /// As people say it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Proposed => "Proposed",
            Self::Notified => "Announced",
            Self::Active => "In use",
            Self::Suspended => "Paused",
            Self::Ended => "Ended",
        }
    }
}

words! {
    /// What allows data to leave the United Kingdom.
    Mechanism {
        /// The country is found to protect data well enough.
        UkAdequacy = "uk_adequacy",
        /// The International Data Transfer Agreement.
        Idta = "idta",
        /// The UK Addendum to the EU's clauses.
        Addendum = "addendum",
        /// An exception of Article 49, for one case.
        Derogation = "derogation",
    }
}

impl Mechanism {
    /// As the public page says it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::UkAdequacy => "UK adequacy regulations",
            Self::Idta => "International Data Transfer Agreement",
            Self::Addendum => "UK Addendum to the EU's clauses",
            Self::Derogation => "Exception of Article 49",
        }
    }
}

words! {
    /// What a contract with a processor has to say: UK GDPR Article 28(3), letters a to h.
    Clause {
        /// (a) Acts on documented instructions only.
        Instructions = "instructions",
        /// (b) Everybody who sees data is bound to keep it to themselves.
        Confidentiality = "confidentiality",
        /// (c) Security of Article 32.
        Security = "security",
        /// (d) No further processor without being asked.
        Subprocessors = "subprocessors",
        /// (e) Helps with the rights of people.
        Rights = "rights",
        /// (f) Helps with security, breaches and assessments.
        Assistance = "assistance",
        /// (g) Deletes or gives back at the end.
        Deletion = "deletion",
        /// (h) Shows that it keeps to this, and lets itself be audited.
        Audits = "audits",
    }
}

words! {
    /// What was found where a provider's own policy should stand.
    LinkAnswer {
        /// A page.
        There = "there",
        /// No page: the host says that there is none.
        Gone = "gone",
        /// The host did not answer, or not with a page.
        NoAnswer = "no_answer",
    }
}

/// The code of the United Kingdom (ISO 3166-1).
pub const HOME: &str = "GB";

/// A provider as pages show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderLine {
    /// Which.
    pub id: ProviderId,
    /// Its name.
    pub name: String,
    /// What it does.
    pub purpose: ProviderPurpose,
    /// What it is before the law.
    pub role: ProviderRole,
    /// The kinds of data that it is given, in plain words.
    pub kinds: Vec<String>,
    /// About whom.
    pub subjects: String,
    /// Where it works: a code of ISO 3166-1.
    pub country: String,
    /// What allows the data to go there, and until when; none for the United Kingdom.
    pub transfer: Option<(Mechanism, String)>,
    /// How far it has come.
    pub state: ProviderState,
    /// Since when it is in that state.
    pub since: String,
    /// The day of the contract.
    pub contract_day: Option<String>,
    /// Where its own policy stands.
    pub policy_url: String,
}

/// A provider as one school sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolProvider {
    /// As everybody sees it.
    pub provider: ProviderLine,
    /// Why this school's data does not go there; none where it does, or will.
    pub closed_because: Option<String>,
    /// What this school objected, and who did.
    pub objection: Option<(String, String)>,
}

/// The school's page of providers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolProviders {
    /// Every provider that has not ended.
    pub providers: Vec<SchoolProvider>,
    /// Only providers in the United Kingdom; who said so, and when.
    pub uk_only: Option<(String, String)>,
}

/// A school's objection.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ObjectForm {
    /// Why.
    pub reason: String,
}

impl ObjectForm {
    /// The reason, or what is wrong.
    pub fn validate(&self) -> Result<String, Vec<FieldError>> {
        let mut checks = Checks::default();
        let reason = checks.text("reason", &self.reason, "a reason", 1_000);
        checks.finish(|| reason)
    }
}
