//! `classimize intake`: a mail that came to the school becomes a request, which staff
//! lead on once it is clear who asks. `classimize news`: news to whoever said yes twice.

use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;

use domain::mail::{self, Mail};
use domain::rights;
use mailparse::{MailHeaderMap as _, ParsedMail};
use vocab::rights::{IntakeForm, RequestKind, ValidIntake};

use super::{CommandError, clock, open, school_by_code};
use crate::config::Config;

/// A longer mail is not a request: its files are.
const MOST_BYTES: u64 = 25 * 1024 * 1024;
/// So much of its words is kept.
const MOST_WORDS: usize = 9_000;

/// Reads one mail, from a file or from standard input where the file is `-`.
pub(super) async fn intake(
    config: &Config,
    file: &Path,
    school: &str,
    kind: Option<&str>,
) -> Result<ExitCode, CommandError> {
    let bytes = read(file)?;
    let now = clock().now();
    let request = parse(&bytes, kind, now.date_naive())?;
    let db = open(config).await?;
    let (door, _) = school_by_code(&db, school).await?;
    let tx = db.write().await?;
    let (_, reference) = rights::file_for(&tx, &door, request, now)
        .await
        .map_err(CommandError::said)?;
    tx.commit().await?;
    println!("Kept as request {reference}. It waits until somebody of the school knows who asks.");
    Ok(ExitCode::SUCCESS)
}

/// The bytes of a file, or of standard input where the file is `-`; at most 25 MiB of them.
pub(super) fn read(file: &Path) -> Result<Vec<u8>, CommandError> {
    let mut bytes = Vec::new();
    let failed = |error| CommandError::File(file.to_owned(), error);
    if file == Path::new("-") {
        let mut input = std::io::stdin().take(MOST_BYTES);
        input.read_to_end(&mut bytes).map_err(failed)?;
    } else {
        let input = std::fs::File::open(file).map_err(failed)?;
        input
            .take(MOST_BYTES)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
    }
    Ok(bytes)
}

/// What a mail asks. Who sent it is not believed: anybody can write any sender.
fn parse(
    bytes: &[u8],
    kind: Option<&str>,
    today: chrono::NaiveDate,
) -> Result<ValidIntake, CommandError> {
    let mail = mailparse::parse_mail(bytes).map_err(|error| {
        CommandError::Said(format!("this is no mail that can be read: {error}"))
    })?;
    let header = |name: &str| mail.headers.get_first_value(name).unwrap_or_default();
    let from = mail
        .headers
        .get_first_header("From")
        .and_then(|from| mailparse::addrparse_header(from).ok())
        .and_then(mailparse::MailAddrList::extract_single_info);
    let Some(from) = from else {
        return Err(CommandError::Said(
            "this mail does not say who wrote it".to_owned(),
        ));
    };
    let subject = header("Subject");
    let words = plain(&mail).unwrap_or_default();
    let kind = match kind {
        Some(word) => word
            .parse()
            .map_err(|_| CommandError::Said(format!("{word} is no kind of request")))?,
        None => guess(&format!("{subject} {words}").to_lowercase()),
    };
    let text: String = format!("{subject}\n\n{}", words.trim())
        .chars()
        .take(MOST_WORDS)
        .collect();
    let form = IntakeForm {
        channel: "email".to_owned(),
        arrived: today.to_string(),
        name: from.display_name.unwrap_or_else(|| from.addr.clone()),
        contact: from.addr,
        topic: kind.to_string(),
        text,
        known: String::new(),
    };
    form.validate(today).map_err(|errors| {
        CommandError::Said(
            errors
                .into_iter()
                .map(|error| error.message)
                .collect::<Vec<_>>()
                .join(". "),
        )
    })
}

/// The first part in plain text, however deep it lies.
pub(super) fn plain(mail: &ParsedMail<'_>) -> Option<String> {
    if mail.subparts.is_empty() {
        let is_plain = mail.ctype.mimetype == "text/plain";
        return is_plain.then(|| mail.get_body().ok()).flatten();
    }
    mail.subparts.iter().find_map(plain)
}

/// What the words seem to ask. Whoever leads the request looks at it again.
fn guess(words: &str) -> RequestKind {
    let says = |any: &[&str]| any.iter().any(|word| words.contains(word));
    if says(&["complain"]) {
        RequestKind::Complaint
    } else if says(&["delete", "erase", "remove"]) {
        RequestKind::Erasure
    } else if says(&["unsubscribe", "no more mail", "stop writing"]) {
        RequestKind::OptOut
    } else if says(&["withdraw", "take back my consent"]) {
        RequestKind::Withdrawal
    } else if says(&["correct", "rectify", "wrong", "misspelt", "change my"]) {
        RequestKind::Rectification
    } else if says(&["copy of", "subject access", "what you keep", "access to"]) {
        RequestKind::Access
    } else {
        RequestKind::Question
    }
}

/// Queues news for everybody who said yes twice.
pub(super) async fn news(
    config: &Config,
    file: &Path,
    subject: String,
    partner: Option<String>,
) -> Result<ExitCode, CommandError> {
    let text = String::from_utf8(read(file)?).map_err(CommandError::said)?;
    if let Some(partner) = &partner
        && !config.legal_entity.partners.contains(partner)
    {
        return Err(CommandError::Said(format!(
            "{partner} is not among the partners of [legal_entity] in the configuration file"
        )));
    }
    let mail = match partner {
        Some(partner) => Mail::PartnerNews {
            partner,
            subject,
            text,
        },
        None => Mail::News { subject, text },
    };
    let db = open(config).await?;
    let tx = db.write().await?;
    let queued = mail::send_news(&tx, &mail, clock().now()).await?;
    tx.commit().await?;
    println!("{queued} people said yes twice and are written to.");
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &str = "From: =?UTF-8?Q?In=C3=A9s_Former?= <ines@mail.example>\r\n\
        To: privacy@school.example\r\nSubject: My data\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/alternative; boundary=edge\r\n\r\n\
        --edge\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
        Please delete every=\r\nthing about me, caf=C3=A9 orders too.\r\n\
        --edge\r\nContent-Type: text/html\r\n\r\n<p>Please</p>\r\n--edge--\r\n";

    fn today() -> chrono::NaiveDate {
        "2026-11-24".parse().expect("a day")
    }

    #[test]
    fn a_mail_becomes_a_request_of_its_kind_by_somebody_who_is_not_known() {
        let request = parse(MAIL.as_bytes(), None, today()).expect("a request");
        assert_eq!(request.kind, RequestKind::Erasure);
        assert_eq!(request.name, "Inés Former");
        assert_eq!(request.contact, "ines@mail.example");
        assert!(
            request.text.contains("everything about me, café orders"),
            "{}",
            request.text
        );
        assert!(!request.is_known);
    }

    #[test]
    fn what_is_no_mail_is_refused_in_words() {
        for wrong in ["", "Subject: nobody wrote this\r\n\r\nHello"] {
            let refused = parse(wrong.as_bytes(), None, today());
            assert!(matches!(refused, Err(CommandError::Said(_))), "{wrong}");
        }
    }
}
