//! The rest of what the server does by itself: a change of a policy is told, the links of
//! the providers are looked at, and what was noted against misuse is forgotten.

use std::path::Path;

use chrono::TimeDelta;
use domain::policies::{self, Proposal};
use domain::providers::{self, NewProvider};
use domain::{Clock, access, measure, people, safety, schools};
use sea_orm::{ConnectionTrait, Statement};
use tempfile::TempDir;
use vocab::policies::{PolicyDocument, Semver};
use vocab::providers::{Clause, ProviderPurpose, ProviderRole};

use super::{PATIENCE, count, open};
use crate::process::{Account, Process, binary, demo};

/// What is done, rows that it makes or takes away, and whether they are there afterwards.
const WORK: [(&str, &str, bool); 4] = [
    (
        "a change of a policy that was scheduled long ahead is told",
        "outbox_mail WHERE template = 'policy_change'",
        true,
    ),
    (
        "the link to an advertising company's policy is looked at",
        "policy_link WHERE provider_id IN (SELECT id FROM provider WHERE name = 'Example Ads')",
        true,
    ),
    (
        "a line of the security log goes after thirty days",
        "security_event WHERE detail = 'long ago'",
        false,
    ),
    (
        "wrong guesses are forgotten after a quiet day",
        "sign_in_guard WHERE key_hash = 'long ago'",
        false,
    ),
];

/// A change that is near was scheduled when it was far, a provider is in use, somebody asked
/// for what is not theirs a month ago, and somebody guessed wrong the day before yesterday.
async fn leaves_work_behind(data: &Path, student: &Account) {
    let db = open(data).await;
    let now = Clock::system().now();
    let ago = |days| now - TimeDelta::days(days);
    let all = schools::all(db.read()).await.expect("read");
    let school = all.iter().find(|school| school.code == student.school);
    let school = school.expect("it is there").id;
    let door = access::school_as_operator(school);
    let person = people::find_by_username(db.read(), &door, &student.username)
        .await
        .expect("read")
        .expect("they are there");
    let actor = measure::somebody(school, person);
    safety::denied(&db, &actor, "long ago", ago(31))
        .await
        .expect("written down");

    let tx = db.write().await.expect("free");
    let change = Proposal {
        document: PolicyDocument::PrivacyNotice,
        semver: Semver(9, 0, 0),
        is_material: true,
        change_log: "One line is new.".to_owned(),
        author: "Ines Author".to_owned(),
        text: Some("New.\n".to_owned()),
    };
    let (which, then) = ((change.document, change.semver), ago(40));
    policies::propose(&tx, change, then)
        .await
        .expect("proposed");
    policies::approve(&tx, which, "Tom Approver", then)
        .await
        .expect("approved");
    policies::schedule(&tx, which, then + TimeDelta::days(60), then)
        .await
        .expect("scheduled");

    let company = NewProvider {
        name: "Example Ads".to_owned(),
        purpose: ProviderPurpose::Advertising,
        role: ProviderRole::Controller,
        kinds: vec!["device".to_owned()],
        subjects: "visitors".to_owned(),
        country: "GB".to_owned(),
        // No host of that name is asked for: the look finds no answer, and says so.
        policy_url: "https://127.0.0.1/privacy".to_owned(),
        contract: Some(("C-1".to_owned(), then)),
        clauses: Clause::ALL.to_vec(),
        sells_data: false,
    };
    providers::propose(&tx, company, then)
        .await
        .expect("written down");
    providers::activate(&tx, "Example Ads", Some("a test"), then)
        .await
        .expect("in use");

    let sql = "INSERT INTO sign_in_guard (key_hash, failures, last_failed_at) \
               VALUES ('long ago', 3, $1)";
    let guess = Statement::from_sql_and_values(tx.get_database_backend(), sql, [ago(2).into()]);
    tx.execute_raw(guess).await.expect("written down");
    tx.commit().await.expect("kept");
    db.close().await.expect("closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_is_told_links_are_looked_at_and_what_is_old_is_forgotten() {
    let folder = TempDir::new().expect("a folder");
    let accounts = demo(folder.path());
    let mut students = accounts.iter().filter(|account| account.role == "student");
    let student = students.next().expect("the demo has students");
    leaves_work_behind(folder.path(), student).await;
    let db = open(folder.path()).await;
    for (work, rows, is_there) in WORK {
        assert_eq!(count(&db, rows).await > 0, !is_there, "before: {work}");
    }
    let (_process, _log) =
        Process::start_as(binary(folder.path()).env("CLASSIMIZE_CHECK_LINKS", "yes"));
    for (work, rows, is_there) in WORK {
        let done = async {
            while (count(&db, rows).await > 0) != is_there {
                tokio::task::yield_now().await;
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, done).await;
        assert!(in_time.is_ok(), "not done: {work}");
    }
}
