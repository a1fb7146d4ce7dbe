//! What is kept in a browser: the register that the page about cookies is made of. A
//! test holds every answer of the server against it.

/// Why something may be kept without asking (PECR, regulation 6 and Schedule A1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exception {
    /// The service that was asked for cannot work without it.
    StrictlyNecessary,
    /// It keeps how somebody wants the pages to look.
    Appearance,
}

impl Exception {
    /// As the page says it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::StrictlyNecessary => "Needed for what you ask for",
            Self::Appearance => "How you want it to look",
        }
    }
}

/// One thing that is kept in a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StorageItem {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub purpose: &'static str,
    /// How long it stays.
    pub lifetime: &'static str,
    /// Why it may be kept.
    pub exception: Exception,
}

/// Every cookie. There is no other storage, and nothing of anybody else.
pub const STORAGE: [StorageItem; 7] = [
    StorageItem {
        name: "session",
        purpose: "Remembers that you are signed in. On encrypted connections it is called __Host-session.",
        lifetime: "Until you sign out or close the browser",
        exception: Exception::StrictlyNecessary,
    },
    StorageItem {
        name: "__Host-session",
        purpose: "Remembers that you are signed in, bound to this address.",
        lifetime: "Until you sign out or close the browser",
        exception: Exception::StrictlyNecessary,
    },
    StorageItem {
        name: "device",
        purpose: "A random number for this device, so that wrong guesses at a password, and floods of messages to a school, are slowed for it alone.",
        lifetime: "1 year",
        exception: Exception::StrictlyNecessary,
    },
    StorageItem {
        name: "school",
        purpose: "The school code that was typed last, so that it need not be typed again.",
        lifetime: "1 year",
        exception: Exception::StrictlyNecessary,
    },
    StorageItem {
        name: "consent_choice",
        purpose: "Your yes or no to third parties on the public pages, if you were asked. On encrypted connections it is called __Host-consent_choice.",
        lifetime: "6 months",
        exception: Exception::StrictlyNecessary,
    },
    StorageItem {
        name: "__Host-consent_choice",
        purpose: "The same, bound to this address.",
        lifetime: "6 months",
        exception: Exception::StrictlyNecessary,
    },
    StorageItem {
        name: "theme",
        purpose: "Light or dark, as you chose.",
        lifetime: "1 year",
        exception: Exception::Appearance,
    },
];
