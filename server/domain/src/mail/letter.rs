//! What every mail says: plain words, at most one thing to do, nobody's name and
//! nothing of a student's. Text and HTML are made of the same parts.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use vocab::mail::MailTemplate;

/// A mail with what it tells. This is all that is kept of its words, until it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "template", rename_all = "snake_case")]
pub enum Mail {
    /// A link to make an account.
    Invitation {
        /// For the link.
        token: String,
        /// Until when it works.
        until: String,
    },
    /// A request about data has arrived.
    RequestReceived {
        /// Its reference.
        reference: String,
        /// What is asked.
        what: String,
        /// When a first answer comes at the latest.
        answer_by: String,
        /// When the law wants it done; none while its time has not begun.
        done_by: Option<String>,
        /// Whoever asked has an account.
        has_account: bool,
    },
    /// A request about data has come further.
    RequestAnswered {
        /// Its reference.
        reference: String,
        /// What is asked.
        what: String,
        /// How far it is.
        state: String,
        /// The school's words, for whoever has no account to read them in.
        words: Option<String>,
        /// It is over, or a part of it is refused: who can be complained to is named.
        is_over: bool,
    },
    /// A promised time is nearly over: told to the office.
    DeadlineNear {
        /// What has to be done, such as "Request KX4-72M (a copy) needs a first answer".
        what: String,
        /// By when.
        by: String,
        /// The time is over already.
        is_over: bool,
        /// The page on which it is done.
        page: String,
    },
    /// The school asks for something.
    ConsentAsked {
        /// What is asked, such as "Trip to the museum".
        title: String,
        /// The last day for an answer.
        answer_by: Option<String>,
        /// It is about giving data to somebody outside the school.
        #[serde(default)]
        is_sharing: bool,
        /// It goes to the student whom it is about.
        #[serde(default)]
        is_own: bool,
    },
    /// The question still waits.
    ConsentReminder {
        /// What is asked.
        title: String,
        /// The last day for an answer.
        answer_by: Option<String>,
        /// It is about giving data to somebody outside the school.
        #[serde(default)]
        is_sharing: bool,
        /// It goes to the student whom it is about.
        #[serde(default)]
        is_own: bool,
    },
    /// An answer was written down.
    ConsentReceipt {
        /// What was answered.
        title: String,
        /// The answer.
        answer: String,
        /// The entry of the record.
        receipt: String,
        /// It is about giving data to somebody outside the school.
        #[serde(default)]
        is_sharing: bool,
        /// A student answered themselves, and it goes to who looks after them.
        #[serde(default)]
        is_of_child: bool,
    },
    /// How far the record of consents has come, signed, to be kept outside the server.
    SignedStatement {
        /// The day on which it was signed.
        on: String,
        /// How many entries the record had.
        entries: String,
        /// The statement with its key and signature, line by line, as it is read again.
        statement: String,
    },
    /// Confirm that news are wanted.
    ConfirmNews {
        /// Whose news.
        whose: String,
    },
    /// A provider is about to be added or changed.
    ProviderNotice {
        /// Its name.
        name: String,
        /// What it does.
        purpose: String,
        /// From which day.
        from: String,
    },
    /// A material change of a policy is coming.
    PolicyChange {
        /// Which document.
        document: String,
        /// Its new number.
        semver: String,
        /// From which day it holds.
        from: String,
        /// What changes, in plain words.
        what: String,
    },
    /// News of the company.
    News {
        /// The subject.
        subject: String,
        /// The words.
        text: String,
    },
    /// News of a partner.
    PartnerNews {
        /// Which partner.
        partner: String,
        /// The subject.
        subject: String,
        /// The words.
        text: String,
    },
}

/// A part of a mail.
pub(super) enum Part {
    /// A paragraph.
    Say(String),
    /// A link to one of our own pages: what it does, and its path.
    Go(&'static str, String),
}

/// How to reach the Information Commissioner, which every decision has to name.
const COMMISSIONER: &str = "If you are not content, you can complain to the school, which answers \
within 30 days, and to the Information Commissioner's Office: https://ico.org.uk/make-a-complaint, \
telephone 0303 123 1113.";

impl Mail {
    /// Which template it is, and with it its category.
    pub const fn template(&self) -> MailTemplate {
        match self {
            Self::Invitation { .. } => MailTemplate::Invitation,
            Self::RequestReceived { .. } => MailTemplate::RequestReceived,
            Self::RequestAnswered { .. } => MailTemplate::RequestAnswered,
            Self::DeadlineNear { .. } => MailTemplate::DeadlineNear,
            Self::ConsentAsked { .. } => MailTemplate::ConsentAsked,
            Self::ConsentReminder { .. } => MailTemplate::ConsentReminder,
            Self::ConsentReceipt { .. } => MailTemplate::ConsentReceipt,
            Self::SignedStatement { .. } => MailTemplate::SignedStatement,
            Self::ConfirmNews { .. } => MailTemplate::ConfirmNews,
            Self::ProviderNotice { .. } => MailTemplate::ProviderNotice,
            Self::PolicyChange { .. } => MailTemplate::PolicyChange,
            Self::News { .. } => MailTemplate::News,
            Self::PartnerNews { .. } => MailTemplate::PartnerNews,
        }
    }

    /// The subject line.
    pub(super) fn subject(&self, school: &str) -> String {
        match self {
            Self::Invitation { .. } => format!("Your account at {school}"),
            Self::RequestReceived { reference, .. } => {
                format!("{school} has your request {reference}")
            }
            Self::RequestAnswered { reference, .. } if reference.is_empty() => {
                format!("Your data at {school}")
            }
            Self::RequestAnswered { reference, .. } => {
                format!("Your request {reference} at {school}")
            }
            Self::DeadlineNear { by, is_over, .. } if *is_over => {
                format!("Late since {by}, at {school}")
            }
            Self::DeadlineNear { by, .. } => format!("Due by {by}, at {school}"),
            Self::ConsentAsked { title, .. } => format!("{school} asks: {title}"),
            Self::ConsentReminder { title, .. } => format!("Still open: {title}"),
            Self::ConsentReceipt {
                title,
                is_of_child: true,
                ..
            } => format!("Your child's answer: {title}"),
            Self::ConsentReceipt { title, .. } => format!("Your answer: {title}"),
            Self::SignedStatement { on, .. } => {
                format!("To keep: the record of consents at {school} on {on}")
            }
            Self::ConfirmNews { .. } => "Do you want our news?".to_owned(),
            Self::ProviderNotice { name, .. } => format!("A provider is added: {name}"),
            Self::PolicyChange { document, from, .. } => {
                format!("{document} changes on {from}")
            }
            Self::News { subject, .. } | Self::PartnerNews { subject, .. } => subject.clone(),
        }
    }

    /// What it says. `confirm` is the last part of the link that says yes a second time.
    pub(super) fn parts(&self, school: &str, confirm: Option<&str>) -> Vec<Part> {
        match self {
            Self::Invitation { token, until } => vec![
                Part::Say(format!(
                    "{school} has made a place for you. With this link you choose your username and password. It works once, until {until}."
                )),
                Part::Go("Make my account", format!("/invitation/{token}")),
                Part::Say(
                    "If you do not know the school, do nothing: without the link there is no account."
                        .to_owned(),
                ),
            ],
            Self::RequestReceived {
                reference,
                what,
                answer_by,
                done_by,
                has_account,
            } => received(school, [reference, what, answer_by], done_by.as_deref(), *has_account),
            Self::RequestAnswered {
                reference,
                what,
                state,
                words,
                is_over,
            } => answered(school, [reference, what, state], words.as_deref(), *is_over),
            Self::DeadlineNear { what, by, page, .. } => vec![
                Part::Say(format!("{what} by {by}.")),
                Part::Go("Open it", page.clone()),
                Part::Say(
                    "This mail comes when three quarters of the time are over.".to_owned(),
                ),
            ],
            Self::ConsentAsked {
                title,
                answer_by,
                is_sharing,
                is_own,
            } => asked(
                &format!("{school} asks you{}: {title}.", about(*is_own)),
                answer_by.as_deref(),
                choices(*is_sharing),
            ),
            Self::ConsentReminder {
                title,
                answer_by,
                is_sharing,
                is_own,
            } => asked(
                &format!("{school} still waits for your answer{}: {title}.", about(*is_own)),
                answer_by.as_deref(),
                choices(*is_sharing),
            ),
            Self::ConsentReceipt {
                title,
                answer,
                receipt,
                is_of_child: true,
                ..
            } => vec![
                Part::Say(format!(
                    "Your child is old enough to answer this themselves, and did. Question: {title}. Answer: {answer}."
                )),
                Part::Go("Open the receipt", format!("/privacy/receipts/{receipt}")),
                Part::Say("You can say no at any time, and then the no holds.".to_owned()),
                Part::Go("See where it stands", choices(false).to_owned()),
            ],
            Self::ConsentReceipt {
                title,
                answer,
                receipt,
                is_sharing,
                is_of_child: false,
            } => vec![
                Part::Say(format!(
                    "Your answer is written down. Question: {title}. Answer: {answer}."
                )),
                Part::Go("Open the receipt", format!("/privacy/receipts/{receipt}")),
                Part::Say("You can change your answer at any time.".to_owned()),
                Part::Go("Change it", choices(*is_sharing).to_owned()),
            ],
            Self::SignedStatement {
                on,
                entries,
                statement,
            } => to_keep(school, [on, entries, statement]),
            Self::ConfirmNews { whose } => {
                let mut parts = vec![Part::Say(format!(
                    "Somebody who was signed in as you asked for news: {whose}. If that was you, say yes once more. If not, do nothing: no news will come."
                ))];
                if let Some(token) = confirm {
                    parts.push(Part::Go("Yes, send me news", format!("/news/{token}")));
                }
                parts
            }
            Self::ProviderNotice {
                name,
                purpose,
                from,
            } => vec![
                Part::Say(format!(
                    "{name} is going to work for the platform: {}. From {from} on it is given what its entry says, unless your school objects.",
                    purpose.to_lowercase()
                )),
                Part::Go("Read the entry, or object", "/school/privacy/providers".to_owned()),
            ],
            Self::PolicyChange {
                document,
                semver,
                from,
                what,
            } => vec![
                Part::Say(format!(
                    "From {from} on, version {semver} holds. The document: {document}. What changes: {what}"
                )),
                Part::Say(
                    "Until then the version of today holds. You need do nothing; if something in it is not right for your school, write to us before that day."
                        .to_owned(),
                ),
                Part::Go("Compare both versions", "/privacy/history".to_owned()),
            ],
            Self::News { text, .. } => vec![Part::Say(text.clone())],
            Self::PartnerNews { partner, text, .. } => vec![
                Part::Say(format!("From our partner {partner}:")),
                Part::Say(text.clone()),
            ],
        }
    }
}

fn received(
    school: &str,
    [reference, what, answer_by]: [&String; 3],
    done_by: Option<&str>,
    has_account: bool,
) -> Vec<Part> {
    let time = done_by.map_or_else(
        || "Before anything is done the school has to know that it is you; the time for it begins then.".to_owned(),
        |day| format!("It is done by {day} at the latest."),
    );
    let mut parts = vec![Part::Say(format!(
        "{school} has your request ({}). Its reference is {reference}. You hear from the school by {answer_by}. {time}",
        what.to_lowercase()
    ))];
    if has_account {
        parts.push(Part::Go("See how far it is", "/my-data".to_owned()));
    }
    parts
}

fn answered(
    school: &str,
    [reference, what, state]: [&String; 3],
    words: Option<&str>,
    is_over: bool,
) -> Vec<Part> {
    if reference.is_empty() {
        return vec![
            Part::Say(format!(
                "{school} ends the restriction of your data. {state}. The reasons stand beside it, and until then nothing changes."
            )),
            Part::Go("Read it", "/my-data/objections".to_owned()),
            Part::Say(COMMISSIONER.to_owned()),
        ];
    }
    let mut parts = vec![Part::Say(format!(
        "{school} has dealt with your request {reference} ({}). It is now: {}.",
        what.to_lowercase(),
        within_a_sentence(state)
    ))];
    match words {
        Some(words) => parts.push(Part::Say(words.to_owned())),
        None => parts.push(Part::Go("Read it", "/my-data".to_owned())),
    }
    if is_over {
        parts.push(Part::Say(COMMISSIONER.to_owned()));
    }
    parts
}

/// A state as it stands within a sentence: a reference in it keeps its letters.
fn within_a_sentence(state: &str) -> String {
    let mut letters = state.chars();
    let first = letters.next().map(char::to_lowercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// What the record had come to, the statement, what it is for and how it is compared. No line
/// of it begins with `#`: such a line is passed over where a statement is read.
fn to_keep(school: &str, [on, entries, statement]: [&String; 3]) -> Vec<Part> {
    let say = |words: &str| Part::Say(words.to_owned());
    vec![
        Part::Say(format!(
            "This is how far the record of consents at {school} had come on {on}. Number of entries: {entries}. The server has signed it:"
        )),
        Part::Say(statement.clone()),
        say(
            "These lines hold the number of your school, how many entries there are, the hash of the last one, the time in milliseconds since 1970, the public key and the signature. Nobody is named in them.",
        ),
        say(
            "Keep this mail, outside the server. It needs no reply, and there is nothing to do now. Whoever owns the server can write the record anew, but they cannot change what you have: with this mail your school can find out later whether anything up to that day was rewritten.",
        ),
        say(
            "How to check it: open Data protection, paste the whole mail under \"Compare with a statement that you kept\", and choose \"Compare\". \"Check the record\" beside it reads the record by itself. Whoever runs the server saves the mail as a file and calls: classimize verify-ledger --statement FILE",
        ),
        Part::Go("Check the record", "/school/privacy#record".to_owned()),
        say("Such a mail comes only when the record has grown since the one before."),
    ]
}

/// The page on which such a question stands with its answers.
const fn choices(is_sharing: bool) -> &'static str {
    if is_sharing {
        "/settings/sharing"
    } else {
        "/settings/privacy"
    }
}

/// Whom a question is about, for whoever answers it.
const fn about(is_own: bool) -> &'static str {
    if is_own { "" } else { " about your child" }
}

fn asked(first: &str, answer_by: Option<&str>, page: &str) -> Vec<Part> {
    let by = answer_by.map_or_else(
        || "Say yes or no when it suits you.".to_owned(),
        |day| format!("Say yes or no until {day}."),
    );
    vec![
        Part::Say(format!("{first} {by} Both answers are fine.")),
        Part::Go("Read and answer", page.to_owned()),
    ]
}

/// The mail as plain text. `foot` is what stands under every mail.
pub(super) fn as_text(parts: &[Part], url: &str, foot: &[Part]) -> String {
    let mut text = String::new();
    let write = |text: &mut String, part: &Part| {
        let _ = match part {
            Part::Say(words) => write!(text, "{words}\n\n"),
            Part::Go(words, path) => write!(text, "{words}:\n{url}{path}\n\n"),
        };
    };
    for part in parts {
        write(&mut text, part);
    }
    text.push_str("-- \n");
    for part in foot {
        write(&mut text, part);
    }
    text.trim_end().to_owned() + "\n"
}

/// The mail as simple HTML, without pictures and without anything that tells us that it
/// was opened.
pub(super) fn as_html(parts: &[Part], url: &str, foot: &[Part]) -> String {
    let html = |parts: &[Part]| {
        parts.iter().fold(String::new(), |mut html, part| {
            let _ = match part {
                Part::Say(words) => {
                    write!(html, "<p>{}</p>", escaped(words).replace('\n', "<br>"))
                }
                Part::Go(words, path) => write!(
                    html,
                    "<p><a href=\"{}\">{}</a></p>",
                    escaped(&format!("{url}{path}")),
                    escaped(words)
                ),
            };
            html
        })
    };
    format!(
        "<!DOCTYPE html><html lang=\"en-GB\"><head><meta charset=\"utf-8\"></head><body>{}<hr><small>{}</small></body></html>",
        html(parts),
        html(foot)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
