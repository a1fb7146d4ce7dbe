//! What visitors of the public pages may be asked: whether a third party may learn of
//! their visit. Nothing is asked where no third party is set up, which is the default,
//! and nobody who is signed in is ever asked or counted.

use serde::{Deserialize, Serialize};

words! {
    /// What a third party would be there for. Each is asked for by itself.
    ThirdPartyPurpose {
        /// Counting visits to the public pages.
        Analytics = "analytics",
        /// Advertising to visitors of the public pages.
        Ads = "ads",
    }
}

impl ThirdPartyPurpose {
    /// What the box says.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Analytics => "Counting visits to the public pages",
            Self::Ads => "Advertising",
        }
    }
}

/// A third party that the operator has set up for the public pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThirdParty {
    /// What for.
    pub purpose: ThirdPartyPurpose,
    /// Its name.
    pub name: String,
    /// The address of its script.
    pub script: String,
    /// What starts the script.
    pub start: String,
    /// The hosts that the browser may reach for it, as the content security policy names them.
    pub hosts: Vec<String>,
    /// The first-party cookies that it sets.
    pub cookies: Vec<String>,
    /// Everything that it collects, in plain words.
    pub collects: Vec<String>,
    /// Its own privacy policy.
    pub policy: String,
    /// What the register of providers says of it now; no part of the question that is asked.
    #[serde(skip)]
    pub ground: Ground,
}

/// What the register of providers says of a third party at this moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Ground {
    /// Nobody may say yes, and a yes that was said loads nothing. Why, in a sentence.
    Closed(String),
    /// Not looked up, which allows nothing.
    #[default]
    Unknown,
    /// Data may go there. Where, and what allows it, in the words of the register.
    Open(Vec<(&'static str, String)>),
}

impl ThirdParty {
    /// Whether a yes may be said, and holds, now.
    pub const fn is_open(&self) -> bool {
        matches!(self.ground, Ground::Open(_))
    }
}

/// What the operator has set up for the public pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublicPages {
    /// Third parties that may be asked for; none by default.
    pub third_parties: Vec<ThirdParty>,
    /// Where the server and its data stand, as the operator says it.
    pub data_region: Option<String>,
    /// The operator's own pages on social networks.
    pub social: Vec<String>,
}

/// What of it concerns one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visit {
    /// The question is shown.
    pub is_asked: bool,
    /// The browser sends `Sec-GPC: 1`, which is obeyed.
    pub has_refused_by_browser: bool,
    /// What the visitor has allowed, as it stands in their cookie.
    pub chosen: Vec<ThirdPartyPurpose>,
    /// Third parties that this page loads.
    pub loaded: Vec<ThirdParty>,
    /// All that are set up, with what the register says of each now.
    pub parties: Vec<ThirdParty>,
}

/// The form that answers the question.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CookieChoice {
    /// "reject", "accept" or "choose".
    pub answer: String,
    /// "yes" where counting is ticked.
    pub analytics: String,
    /// "yes" where advertising is ticked.
    pub ads: String,
    /// The page to go back to.
    pub back: String,
}

impl CookieChoice {
    /// Whether the visitor says yes to this purpose; nothing is yes by itself.
    pub fn allows(&self, purpose: ThirdPartyPurpose) -> bool {
        match self.answer.as_str() {
            "accept" => true,
            "choose" => match purpose {
                ThirdPartyPurpose::Analytics => self.analytics == "yes",
                ThirdPartyPurpose::Ads => self.ads == "yes",
            },
            _ => false,
        }
    }
}
