//! `classimize verify-ledger`: reads records of consents again and says whether every
//! entry is as it was written; and, of a signed statement that somebody kept elsewhere,
//! whether the record still holds what it says.

use std::path::PathBuf;
use std::process::ExitCode;

use domain::Db;
use domain::consent::{self, Compared, Signer};
use domain::schools;
use serde_json::json;
use vocab::ids::SchoolId;

use super::{CommandError, intake, open, signer};
use crate::config::Config;

const TAMPERED: u8 = 2;

/// What is asked on the command line.
pub(super) struct Ask {
    /// The school's code; every school where neither this nor a statement is given.
    pub(super) school: Option<String>,
    /// The file of a signed statement that was kept.
    pub(super) statement: Option<PathBuf>,
    /// JSON instead of sentences.
    pub(super) as_json: bool,
}

/// A statement that was kept, and the school that it names.
struct Kept {
    school: SchoolId,
    text: String,
}

pub(super) async fn verify(config: &Config, ask: Ask) -> Result<ExitCode, CommandError> {
    let kept = match &ask.statement {
        Some(file) => Some(find_statement(&intake::read(file)?).ok_or_else(|| {
            CommandError::Said(format!(
                "there is no signed statement in {}",
                file.display()
            ))
        })?),
        None => None,
    };
    let (db, signer) = (open(config).await?, signer(config)?);
    let is_of_all = ask.school.is_none() && kept.is_none();
    let mut of = schools::all(db.read()).await?;
    if let Some(code) = ask.school {
        let code = vocab::schools::spell_code(&code);
        of.retain(|school| school.code == code);
        if of.is_empty() {
            return Err(CommandError::Said(format!(
                "there is no school with the code {code}"
            )));
        }
    }
    if let Some(kept) = &kept {
        of.retain(|school| school.id == kept.school);
        if of.is_empty() {
            return Err(not_ours());
        }
    }
    let compared = match &kept {
        Some(kept) => Some(compare(&db, &signer, kept).await?),
        None => None,
    };
    let mut all_hold = compared.is_none_or(|(_, holds)| holds);
    let mut printed = Vec::with_capacity(of.len());
    for school in of {
        let report = consent::verify(db.read(), school.id, &signer).await?;
        all_hold &= report.broken.is_none();
        if !ask.as_json {
            let found = match &report.broken {
                None => "every entry is as it was written".to_owned(),
                Some(broken) => format!("BROKEN at entry {}: {}", broken.seq, broken.why),
            };
            println!(
                "{}: {} entries, {} signed statements: {found}",
                school.code, report.entries, report.checkpoints
            );
        }
        let mut line = json!({
            "school": school.code,
            "entries": report.entries,
            "checkpoints": report.checkpoints,
            "broken": report.broken.map(|broken| json!({ "entry": broken.seq, "why": broken.why })),
        });
        if let Some((entries, holds)) = compared {
            if !ask.as_json {
                println!("{}: {}", school.code, in_words(entries, holds));
            }
            line["statement"] = json!({ "entries": entries, "holds": holds });
        }
        printed.push(line);
    }
    if is_of_all {
        let report = domain::visitors::verify(db.read()).await?;
        all_hold &= report.broken.is_none();
        if !ask.as_json {
            let found = match &report.broken {
                None => "every entry is as it was written".to_owned(),
                Some(broken) => format!("BROKEN at entry {}: {}", broken.seq, broken.why),
            };
            println!(
                "choices on the public pages: {} entries: {found}",
                report.entries
            );
        }
        printed.push(json!({
            "school": null,
            "entries": report.entries,
            "checkpoints": 0,
            "broken": report.broken.map(|broken| json!({ "entry": broken.seq, "why": broken.why })),
        }));
    }
    if ask.as_json {
        println!("{}", json!(printed));
    }
    Ok(if all_hold {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(TAMPERED)
    })
}

/// The statement in a file: in the words of a mail as it was saved, or in a text as it is.
fn find_statement(bytes: &[u8]) -> Option<Kept> {
    let of_mail = mailparse::parse_mail(bytes)
        .ok()
        .and_then(|mail| intake::plain(&mail));
    let as_it_is = String::from_utf8_lossy(bytes).into_owned();
    of_mail.into_iter().chain([as_it_is]).find_map(|text| {
        let school = consent::school_named(&text)?;
        Some(Kept { school, text })
    })
}

/// How many entries the statement is about, and whether the record still holds them.
async fn compare(db: &Db, signer: &Signer, kept: &Kept) -> Result<(i64, bool), CommandError> {
    match consent::compare_record(db.read(), kept.school, signer, &kept.text).await? {
        Compared::Contained { entries } => Ok((entries, true)),
        Compared::NotContained { entries } => Ok((entries, false)),
        Compared::NotOurs => Err(not_ours()),
    }
}

fn not_ours() -> CommandError {
    CommandError::Said(
        "this server signed no such statement about that school. If you are sure that it came from here, something is wrong: keep it, and find out whether keys/signing.key was replaced"
            .to_owned(),
    )
}

fn in_words(entries: i64, holds: bool) -> String {
    if holds {
        format!(
            "the record still holds the statement: its first {entries} entries are as they were then"
        )
    } else {
        format!(
            "NOT THE RECORD OF THE STATEMENT: something among its first {entries} entries was changed or is missing"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHOOL: &str = "0193592d-8a00-7000-8000-000000000001";

    #[test]
    fn a_statement_is_found_in_a_file_in_a_mail_and_in_one_whose_lines_were_broken() {
        let signature = "a1".repeat(64);
        let words = format!(
            "classimize consent record 1\nschool {SCHOOL}\nentries 6\nhash {0}\nat 1764000000000\n\
             key {0}\nsignature {signature}\n",
            "b2".repeat(32)
        );
        let (first, second) = signature.split_at(60);
        let broken = words.replace(&signature, &format!("{first}=\n{second}"));
        let mail = format!(
            "From: Northgate <mail@school.example>\nSubject: To keep\nMIME-Version: 1.0\n\
             Content-Type: multipart/alternative; boundary=edge\n\n\
             --edge\nContent-Type: text/plain; charset=utf-8\n\
             Content-Transfer-Encoding: quoted-printable\n\nKeep this mail.\n\n{broken}\nNothing else.\n\
             --edge\nContent-Type: text/html\n\n<p>Keep this mail.</p>\n--edge--\n"
        );
        for text in [words.clone(), format!("Keep this mail.\n\n{words}"), mail] {
            for text in [text.replace('\n', "\r\n"), text] {
                let kept = find_statement(text.as_bytes()).expect("it is in it");
                assert_eq!(kept.school.to_string(), SCHOOL, "{text}");
                assert!(kept.text.contains(&signature), "{}", kept.text);
            }
        }
        for nothing in ["", " ", "Subject: nothing\n\nof the kind\n"] {
            assert!(find_statement(nothing.as_bytes()).is_none(), "{nothing}");
        }
    }
}
