//! Mail: its kinds, what may be switched off, and what somebody chose.

use serde::{Deserialize, Serialize};

use crate::ids::{MailId, RightsRequestId};
use crate::moment::Moment;

words! {
    /// What kind of message it is, which decides who may switch it off.
    MessageCategory {
        /// Without it the service does not work: an invitation, the answer to a request.
        ServiceEssential = "service_essential",
        /// Part of the service, and easily done without.
        ServiceOptional = "service_optional",
        /// News of the company that runs the platform.
        MarketingOwn = "marketing_own",
        /// News of partners who are named.
        MarketingPartner = "marketing_partner",
    }
}

impl MessageCategory {
    /// As the page of choices calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::ServiceEssential => "Messages that cannot be missed",
            Self::ServiceOptional => "Reminders and receipts",
            Self::MarketingOwn => "News of the platform",
            Self::MarketingPartner => "News of partners",
        }
    }

    /// What it is, in a sentence.
    pub const fn words(self) -> &'static str {
        match self {
            Self::ServiceEssential => {
                "Invitations, answers to what you asked about data, and questions of the school that need your answer."
            }
            Self::ServiceOptional => {
                "A reminder when a question of the school waits for you, and a receipt for every answer. School admins and data protection leads also get every signed statement of the record of consents, to keep it."
            }
            Self::MarketingOwn => {
                "What is new, a few times a year. Only if you say yes twice: here, and in a mail."
            }
            Self::MarketingPartner => {
                "News of the partners named here, sent by us. Only if you say yes twice: here, and in a mail."
            }
        }
    }

    /// True where it is sent only after a yes.
    pub const fn is_marketing(self) -> bool {
        matches!(self, Self::MarketingOwn | Self::MarketingPartner)
    }

    /// True where somebody may switch it off.
    pub const fn can_be_muted(self) -> bool {
        !matches!(self, Self::ServiceEssential)
    }
}

words! {
    /// Every mail that there is.
    MailTemplate {
        /// A link to make an account.
        Invitation = "invitation",
        /// A request about data has arrived.
        RequestReceived = "request_received",
        /// A request about data has come further.
        RequestAnswered = "request_answered",
        /// A promised time is nearly over.
        DeadlineNear = "deadline_near",
        /// The school asks guardians, or a student of 16 or older, for something.
        ConsentAsked = "consent_asked",
        /// The question still waits.
        ConsentReminder = "consent_reminder",
        /// An answer was written down.
        ConsentReceipt = "consent_receipt",
        /// How far the record of consents has come, signed, for admins and leads to keep.
        SignedStatement = "signed_statement",
        /// Confirm that news are wanted.
        ConfirmNews = "confirm_news",
        /// A provider is about to be added or changed.
        ProviderNotice = "provider_notice",
        /// A material change of a policy is coming.
        PolicyChange = "policy_change",
        /// News of the company.
        News = "news",
        /// News of a partner.
        PartnerNews = "partner_news",
    }
}

impl MailTemplate {
    /// As the office calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Invitation => "An invitation",
            Self::RequestReceived => "That a request has arrived",
            Self::RequestAnswered => "An answer to a request",
            Self::DeadlineNear => "That a time is nearly over",
            Self::ConsentAsked => "A question of the school",
            Self::ConsentReminder => "A reminder of a question",
            Self::ConsentReceipt => "A receipt",
            Self::SignedStatement => "A signed statement to keep",
            Self::ConfirmNews => "Whether news are wanted",
            Self::ProviderNotice => "That a provider is added",
            Self::PolicyChange => "That a policy changes",
            Self::News | Self::PartnerNews => "News",
        }
    }

    /// Its category. There is no template without one.
    pub const fn category(self) -> MessageCategory {
        match self {
            Self::Invitation
            | Self::RequestReceived
            | Self::RequestAnswered
            | Self::DeadlineNear
            | Self::ConsentAsked
            | Self::ConfirmNews
            | Self::ProviderNotice
            | Self::PolicyChange => MessageCategory::ServiceEssential,
            // Nothing is lost without it: the newest statement stands on the lead's page as well.
            Self::ConsentReminder | Self::ConsentReceipt | Self::SignedStatement => {
                MessageCategory::ServiceOptional
            }
            Self::News => MessageCategory::MarketingOwn,
            Self::PartnerNews => MessageCategory::MarketingPartner,
        }
    }
}

words! {
    /// How far a mail has come.
    MailState {
        /// Waiting to be sent, or to be tried again.
        Queued = "queued",
        /// The mail server took it.
        Sent = "sent",
        /// Not sent, because the recipient does not want it or has no address.
        Suppressed = "suppressed",
        /// Not sent, and not tried again.
        Failed = "failed",
    }
}

words! {
    /// What somebody chose about one category.
    MailChoiceState {
        /// It is sent.
        On = "on",
        /// They said yes, and have not confirmed it by the link in the mail.
        Asked = "asked",
        /// It is not sent.
        Off = "off",
    }
}

/// One category on the page of choices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageChoice {
    /// Which.
    pub category: MessageCategory,
    /// What holds.
    pub state: MailChoiceState,
}

/// The form of one switch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChooseMessages {
    /// A [`MessageCategory`] word.
    pub category: String,
    /// `on` or `off`.
    pub answer: String,
}

/// What the page behind a link in a mail shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkPage {
    /// The kind of mail it is about.
    pub category: MessageCategory,
    /// What holds now.
    pub state: MailChoiceState,
    /// The school that the mail came from.
    pub school: String,
}

/// A mail in the list of the developer's mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailboxLine {
    /// Which.
    pub id: MailId,
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// When it was written.
    pub queued: Moment,
}

/// A mail that was opened in the developer's mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailboxMail {
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its words.
    pub text: String,
    /// The paths of our own pages that it links to.
    pub links: Vec<String>,
}

/// A mail that cannot be missed and did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedMail {
    /// Who should have got it; none where they have no account.
    pub whom: Option<String>,
    /// What it was.
    pub what: &'static str,
    /// The request of who has no account.
    pub request: Option<RightsRequestId>,
    /// When it was given up.
    pub ended: Moment,
    /// Why, in plain words.
    pub why: String,
    /// Its words are still there, and still make sense.
    pub may_go_again: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_essential_cannot_be_switched_off_and_only_news_need_a_yes() {
        for category in MessageCategory::ALL.iter().copied() {
            assert_eq!(
                category.can_be_muted(),
                category != MessageCategory::ServiceEssential
            );
            assert_eq!(
                category.is_marketing(),
                category.as_str().starts_with("marketing")
            );
        }
    }
}
