//! `classimize verify-ledger` and a signed statement that was kept: what it tells scripts of an
//! honest record, of one that was written anew, and of what is no statement of this server.

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use domain::consent::Signer;
use domain::secrets::hex;
use domain::{Db, schools};
use sea_orm::{ConnectionTrait, Statement};
use tempfile::TempDir;

use crate::process::{Account, Process, ask, binary, demo};

fn verify(data: &Path, arguments: &[&str]) -> Output {
    binary(data)
        .arg("verify-ledger")
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()
        .expect("the binary starts")
}

/// A student says no to photos inside the school, which is an entry of the record.
async fn says_no(data: &Path, who: &Account) {
    let process = Process::start(data);
    let cookie = process.sign_in(who).await.expect("let in");
    let page = ask(&process.address, "GET", "/settings/privacy", &cookie, "")
        .await
        .expect("it answers");
    let form = regex::Regex::new("/consents/[0-9a-f-]{36}").expect("a pattern");
    let form = form.find(&page).expect("there is a form").as_str();
    let no = "purpose=photos_in_school&answer=no";
    let said = ask(&process.address, "POST", form, &cookie, no)
        .await
        .expect("it answers");
    assert!(said.starts_with("HTTP/1.1 303"), "{said}");
}

/// The school's id, how many entries its record has, and the hash of the last one.
async fn record(data: &Path, code: &str) -> (String, i64, String) {
    let url = format!("sqlite://{}", data.join("classimize.db").display());
    let db = Db::connect(&url, 1).await.expect("it opens");
    let of = schools::all(db.read()).await.expect("read");
    let school = of.iter().find(|school| school.code == code);
    let last = format!(
        "SELECT e.seq, e.entry_hash FROM consent_event e JOIN school s ON s.id = e.school_id \
         WHERE s.code = '{code}' ORDER BY e.seq DESC LIMIT 1"
    );
    let last = Statement::from_string(db.read().get_database_backend(), last);
    let last = db.read().query_one_raw(last).await.expect("read");
    let last = last.expect("there is an entry");
    let entries = last.try_get_by_index(0).expect("a number");
    let hash = last.try_get_by_index(1).expect("a hash");
    db.close().await.expect("closed");
    (school.expect("it is there").id.to_string(), entries, hash)
}

/// A statement as a server with this secret signs it and mails it.
fn statement(signer: &Signer, school: &str, entries: i64, hash: &str) -> String {
    let words = format!(
        "classimize consent record 1\nschool {school}\nentries {entries}\nhash {hash}\nat 1764000000000"
    );
    let signature = hex(&signer.sign(words.as_bytes()));
    let key = signer.public_key();
    format!(
        "The server has signed it:\n\n{words}\nkey {key}\nsignature {signature}\n\nKeep this mail.\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_statement_is_compared_on_the_command_line_and_its_code_says_what_was_found() {
    let folder = TempDir::new().expect("a folder");
    let data = folder.path();
    let accounts = demo(data);
    let student = accounts.iter().find(|account| account.role == "student");
    let student = student.expect("the demo has one");
    says_no(data, student).await;
    let (school, entries, hash) = record(data, &student.school).await;
    let signer = Signer::open(&data.join("keys")).expect("the server's own");
    let write = |name: &str, text: &str| -> PathBuf {
        let file = data.join(name);
        std::fs::write(&file, text).expect("it can be written");
        file
    };
    let asks = |file: &Path, more: &[&str]| {
        let file = file.to_str().expect("a path of letters");
        verify(data, &[&["--statement", file][..], more].concat())
    };

    let honest = write("kept.txt", &statement(&signer, &school, entries, &hash));
    let found = asks(&honest, &["--json"]);
    let wrong = String::from_utf8_lossy(&found.stderr).into_owned();
    assert_eq!(found.status.code(), Some(0), "{wrong}");
    let printed: serde_json::Value = serde_json::from_slice(&found.stdout).expect("JSON");
    let lines = printed.as_array().expect("a list");
    assert_eq!(lines.len(), 1, "the school that it names, and no other");
    assert_eq!(lines[0]["school"], student.school);
    assert_eq!(lines[0]["statement"]["entries"], entries);
    assert_eq!(lines[0]["statement"]["holds"], true);
    let found = asks(&honest, &["--school", &student.school]);
    assert_eq!(found.status.code(), Some(0));
    let said = String::from_utf8_lossy(&found.stdout).into_owned();
    assert!(said.contains("still holds the statement"), "{said}");

    let other = "0".repeat(hash.len());
    let other = statement(&signer, &school, entries, &other);
    let found = asks(&write("other.txt", &other), &[]);
    assert_eq!(found.status.code(), Some(2), "it is not that record");
    let said = String::from_utf8_lossy(&found.stdout).into_owned();
    assert!(said.contains("NOT THE RECORD OF THE STATEMENT"), "{said}");

    let forged = statement(&Signer::new([9; 32]), &school, entries, &hash);
    let nowhere = statement(&signer, &uuid::Uuid::nil().to_string(), entries, &hash);
    for (name, text, why) in [
        ("forged.txt", forged.as_str(), "signed no such statement"),
        ("nowhere.txt", nowhere.as_str(), "signed no such statement"),
        ("none.txt", "Keep this mail.\n", "no signed statement"),
    ] {
        let found = asks(&write(name, text), &[]);
        assert_eq!(found.status.code(), Some(1), "{name}");
        let said = String::from_utf8_lossy(&found.stderr).into_owned();
        assert!(said.contains(why), "{name}: {said}");
    }
    let missing = asks(&data.join("missing.txt"), &[]);
    assert_eq!(missing.status.code(), Some(1));
}
