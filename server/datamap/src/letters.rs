//! What each kind of mail may tell, field by field. A mail is made of its template and these
//! fields alone, and there is none for anybody's name. A test of `domain` holds every template
//! against it, and the kinds of data in it against what a provider of mail is asked for.

use crate::class::Category::{self, Activity, Credential, History, School, Technical};

/// One kind of mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailKind {
    /// The word for its template.
    pub template: &'static str,
    /// What its words are made of, each with the kind of data.
    pub fields: &'static [(&'static str, Category)],
}

const fn kind(template: &'static str, fields: &'static [(&'static str, Category)]) -> MailKind {
    MailKind { template, fields }
}

/// What the school asks, and of whom.
const QUESTION: &[(&str, Category)] = &[
    ("title", School),
    ("answer_by", School),
    ("is_sharing", School),
    ("is_own", Activity),
];

/// Every kind of mail, in the order of the templates.
pub const MAILS: &[MailKind] = &[
    kind(
        "invitation",
        &[
            // The link, until the mail is sent.
            ("token", Credential),
            ("until", Technical),
        ],
    ),
    kind(
        "request_received",
        &[
            ("reference", Activity),
            ("what", Activity),
            ("answer_by", Activity),
            ("done_by", Activity),
            ("has_account", Activity),
        ],
    ),
    kind(
        "request_answered",
        &[
            ("reference", Activity),
            ("what", Activity),
            ("state", Activity),
            // The school's own, for whoever has no account to read them in.
            ("words", History),
            ("is_over", Activity),
        ],
    ),
    kind(
        "deadline_near",
        &[
            ("what", Activity),
            ("by", Activity),
            ("is_over", Activity),
            // The address of one of the office's own pages.
            ("page", Technical),
        ],
    ),
    kind("consent_asked", QUESTION),
    kind("consent_reminder", QUESTION),
    kind(
        "consent_receipt",
        &[
            ("title", School),
            ("answer", Activity),
            ("receipt", Technical),
            ("is_sharing", School),
            ("is_of_child", Activity),
        ],
    ),
    kind(
        "signed_statement",
        &[
            ("on", School),
            ("entries", School),
            // The school's id, a number, hashes and a signature: nobody is in it.
            ("statement", Technical),
        ],
    ),
    kind("confirm_news", &[("whose", School)]),
    kind(
        "provider_notice",
        &[("name", School), ("purpose", School), ("from", School)],
    ),
    kind(
        "policy_change",
        &[
            ("document", School),
            ("semver", School),
            ("from", School),
            ("what", School),
        ],
    ),
    kind("news", &[("subject", School), ("text", School)]),
    kind(
        "partner_news",
        &[("partner", School), ("subject", School), ("text", School)],
    ),
];
