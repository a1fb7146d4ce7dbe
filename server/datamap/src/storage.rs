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

/// Every cookie and everything else that is kept in a browser. Nothing of anybody else.
pub const STORAGE: [StorageItem; 20] = [
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
        name: "sk",
        purpose: "Stands beside the one above. Pages can take it away, so that signing out without a network is real, and students' pages write into it when they were touched last. On encrypted connections it is called __Host-sk.",
        lifetime: "Until you sign out or close the browser",
        exception: Exception::StrictlyNecessary,
    },
    StorageItem {
        name: "__Host-sk",
        purpose: "The same, bound to this address.",
        lifetime: "Until you sign out or close the browser",
        exception: Exception::StrictlyNecessary,
    },
    StorageItem {
        name: "offline and packs (session storage)",
        purpose: "A key that opens what this sign-in keeps on the tablet to read without a network, and where it lies. Students only.",
        lifetime: "Until you sign out or close the page",
        exception: Exception::StrictlyNecessary,
    },
    StorageItem {
        name: "u:... and outbox (databases), shell (cache)",
        purpose: "Work to read without a network, encrypted; what was done without one, sealed for the server until it is sent; and an empty page with its style. Students only, but for the empty page.",
        lifetime: "Until you sign out; what was not sent yet, until it is",
        exception: Exception::StrictlyNecessary,
    },
    StorageItem {
        name: "own (database)",
        purpose: "On a device that is one student's own: the key to what is kept there to read. Scripts can use it and cannot copy it.",
        lifetime: "Until you sign out or somebody ends the sign-in from elsewhere, at most 30 days",
        exception: Exception::StrictlyNecessary,
    },
    StorageItem {
        name: "shared (database), photo and photo_added (session storage)",
        purpose: "A photo that you gave us from another app, encrypted, until you have said which work it is for; the key to it, since when it waits and whose it is.",
        lifetime: "Until it is added, you sign out or somebody else signs in; 10 minutes where nobody signs in. Closing the page throws the key away; what is left goes with the next sign-in page or student's page, after 10 minutes",
        exception: Exception::StrictlyNecessary,
    },
    StorageItem {
        name: "posted (session storage)",
        purpose: "The number of what this page sends, sealed on the tablet until the school has answered, and of its work. Students only.",
        lifetime: "Until the school has answered",
        exception: Exception::StrictlyNecessary,
    },
    StorageItem {
        name: "touched (session storage)",
        purpose: "When somebody last touched this page, so that a shared tablet locks after ten minutes also where the page is loaded again. Students only.",
        lifetime: "Until you sign out or close the page",
        exception: Exception::StrictlyNecessary,
    },
    StorageItem {
        name: "unkept (session storage)",
        purpose: "What could not be kept on this tablet when a page closed, or was kept and not handed in, so that the next page says so. Students only.",
        lifetime: "Until somebody signs in or the page is closed",
        exception: Exception::StrictlyNecessary,
    },
    StorageItem {
        name: "last_sent (local storage)",
        purpose: "When something was last sent from this tablet, to warn before a browser clears it.",
        lifetime: "Until it is cleared",
        exception: Exception::StrictlyNecessary,
    },
    StorageItem {
        name: "device",
        purpose: "A random number for this device, so that wrong guesses at a password, and floods of messages to a school, are slowed for it alone.",
        lifetime: "1 year",
        exception: Exception::StrictlyNecessary,
    },
    StorageItem {
        name: "enrolment",
        purpose: "On a device that a school has set up for badges: shows that it is one of the school's, and whether a class shares it. On encrypted connections it is called __Host-enrolment.",
        lifetime: "1 year after the last sign-in on the device; badges work there until the school year ends",
        exception: Exception::StrictlyNecessary,
    },
    StorageItem {
        name: "__Host-enrolment",
        purpose: "The same, bound to this address.",
        lifetime: "1 year after the last sign-in on the device; badges work there until the school year ends",
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
        purpose: "Light or dark, as it was chosen on this device while nobody was signed in.",
        lifetime: "1 year, or until somebody signs out here",
        exception: Exception::Appearance,
    },
    StorageItem {
        name: "reading",
        purpose: "Text size, spacing, letters, ruler and reading aloud, as they were chosen on this device while nobody was signed in. Whoever is signed in has them kept with their account instead.",
        lifetime: "1 year, or until somebody signs out here",
        exception: Exception::Appearance,
    },
];
