//! Putting an old copy of the data back, as the manual says: what was erased since is
//! erased again, and nobody of whom it was gets in.

use std::path::Path;
use std::process::Stdio;

use domain::{Clock, Db, access, people, schools};
use tempfile::TempDir;

use crate::process::{Account, Process, ask, binary, demo};

/// What a backup holds: the database and the keys, each with its log. Not the list of
/// destroyed keys, of which the newest copy counts.
const IN_A_BACKUP: [&str; 4] = [
    "classimize.db",
    "classimize.db-wal",
    "keys.db",
    "keys.db-wal",
];

/// Copies it while no server runs; what is not there is not there afterwards either.
fn copy(from: &Path, to: &Path) {
    for name in IN_A_BACKUP {
        let _ = std::fs::remove_file(to.join(name));
        if from.join(name).exists() {
            std::fs::copy(from.join(name), to.join(name)).expect("copied");
        }
    }
    for name in ["classimize.db-shm", "keys.db-shm"] {
        let _ = std::fs::remove_file(to.join(name));
    }
}

/// They have left so long ago that they are due.
pub(crate) async fn left_long_ago(data: &Path, who: &Account) {
    let url = format!("sqlite://{}", data.join("classimize.db").display());
    let db = Db::connect(&url, 1).await.expect("it opens");
    let of = schools::all(db.read()).await.expect("read");
    let school = of.iter().find(|school| school.code == who.school);
    let door = access::school_as_operator(school.expect("it is there").id);
    let then = Clock::system().now() - chrono::TimeDelta::days(400);
    let tx = db.write().await.expect("free");
    let person = people::find_by_username(&*tx, &door, &who.username)
        .await
        .expect("read")
        .expect("they are there");
    people::end(&tx, &door, person, then).await.expect("ended");
    tx.commit().await.expect("kept");
    db.close().await.expect("closed");
}

/// Deletes what is due, as the server does every night.
fn sweep(data: &Path, school: &str) {
    let swept = binary(data)
        .args(["retention", "--school", school])
        .stdout(Stdio::piped())
        .output()
        .expect("the binary starts");
    let said = String::from_utf8_lossy(&swept.stdout).into_owned();
    let wrong = String::from_utf8_lossy(&swept.stderr).into_owned();
    assert!(swept.status.success(), "{said}{wrong}");
    assert!(
        said.contains("staff.account: 1 due, 0 held, 1 deleted, 0 failed"),
        "{said}{wrong}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_erased_after_the_copy_that_is_put_back_cannot_sign_in() {
    let (folder, backup) = (
        TempDir::new().expect("a folder"),
        TempDir::new().expect("a folder"),
    );
    let data = folder.path();
    let accounts = demo(data);
    let of_role = |role: &str| {
        let mut of_role = accounts.iter().filter(|account| account.role == role);
        of_role.next().expect("the demo has every role")
    };
    let (teacher, student) = (of_role("teacher"), of_role("student"));
    let process = Process::start(data);
    let cookie = process.sign_in(teacher).await.expect("let in");
    drop(process);
    copy(data, backup.path());

    left_long_ago(data, teacher).await;
    sweep(data, &teacher.school);
    let list = data.join("keys").join("destroyed.log");
    let list = std::fs::read_to_string(list).expect("their key is in the list");
    assert_eq!(list.matches("\"person\"").count(), 1, "{list}");

    copy(backup.path(), data);
    let (process, _log) = Process::start_logged(data, "warn");
    let said = process.first_lines.join("\n");
    assert!(said.contains("keys that were destroyed before"), "{said}");
    assert!(
        said.contains("people who had been erased came back"),
        "{said}"
    );
    assert!(process.sign_in(teacher).await.is_none());
    let home = ask(&process.address, "GET", "/home", &cookie, "")
        .await
        .expect("it answers");
    assert!(!home.starts_with("HTTP/1.1 200"), "{home}");
    assert!(
        process.sign_in(student).await.is_some(),
        "everybody else is let in"
    );
}
