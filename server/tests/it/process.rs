//! The real binary as a process of its own: what it acknowledges survives being
//! killed, and its memory does not grow with sign-ins.
#![expect(
    clippy::disallowed_methods,
    reason = "a test asks the server that it started"
)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A running server; it is killed when it goes out of scope.
pub(crate) struct Process {
    pub(crate) child: Child,
    pub(crate) address: String,
    /// What it said until it answered.
    pub(crate) first_lines: Vec<String>,
}

impl Process {
    /// Starts on a free port and waits until it answers.
    pub(crate) fn start(data: &Path) -> Self {
        Self::start_logged(data, "error").0
    }

    /// The same, beside everything that it writes from its first line to its last.
    pub(crate) fn start_logged(data: &Path, level: &str) -> (Self, JoinHandle<Vec<String>>) {
        Self::start_as(binary(data).env("CLASSIMIZE_LOG", level))
    }

    /// The same, where the program was given variables of its own.
    pub(crate) fn start_as(program: &mut Command) -> (Self, JoinHandle<Vec<String>>) {
        let mut child = program
            .arg("serve")
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut lines = BufReader::new(child.stderr.take().expect("it was piped"))
            .lines()
            .map_while(Result::ok);
        let mut written = Vec::new();
        let address = loop {
            let line = lines.next().expect("the server says where it answers");
            let found = line
                .strip_prefix("Classimize answers on http://")
                .map(str::to_owned);
            written.push(line);
            if let Some(address) = found {
                break address;
            }
        };
        // The rest is read at once, so that the server never waits for us.
        let (first, rest) = (written.clone(), lines);
        let log = std::thread::spawn(move || first.into_iter().chain(rest).collect());
        let process = Self {
            child,
            address,
            first_lines: written,
        };
        (process, log)
    }

    /// Resident memory, in KiB.
    fn memory_kib(&self) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .and_then(|rest| rest.split_whitespace().next())
            .and_then(|kib| kib.parse().ok())
            .expect("the kernel tells the resident size")
    }

    pub(crate) async fn sign_in(&self, account: &Account) -> Option<String> {
        let body = format!(
            "school={}&username={}&password={}",
            account.school, account.username, account.password
        );
        let answer = ask(&self.address, "POST", "/sign-in", "", &body).await?;
        let cookie = |name: &str| {
            let mut lines = answer.lines();
            let value = lines.find_map(|line| {
                let rest = line.strip_prefix("set-cookie: ")?.strip_prefix(name)?;
                rest.strip_prefix('=')?.split(';').next()
            })?;
            Some(format!("{name}={value}"))
        };
        Some(format!("{}; {}", cookie("session")?, cookie("sk")?))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn binary(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_classimize"));
    command
        .env("CLASSIMIZE_DATA", data)
        .env("CLASSIMIZE_LISTEN", "127.0.0.1:0")
        .env("CLASSIMIZE_LOG", "error")
        .env_remove("CLASSIMIZE_DATABASE_URL")
        .stdout(Stdio::null());
    command
}

#[derive(serde::Deserialize)]
pub(crate) struct Account {
    pub(crate) school: String,
    pub(crate) username: String,
    pub(crate) password: String,
    pub(crate) role: String,
}

#[derive(serde::Deserialize)]
struct Printed {
    accounts: Vec<Account>,
}

pub(crate) fn demo(data: &Path) -> Vec<Account> {
    let output = binary(data)
        .args(["demo", "--json"])
        .stdout(Stdio::piped())
        .output()
        .expect("the demo is made");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice::<Printed>(&output.stdout)
        .expect("JSON")
        .accounts
}

/// One request on a connection of its own; none if the server went away.
pub(crate) async fn ask(
    address: &str,
    method: &str,
    path: &str,
    cookie: &str,
    body: &str,
) -> Option<String> {
    let mut connection = TcpStream::connect(address).await.ok()?;
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\n\
         Cookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    connection.write_all(request.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).await.ok()?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.contains("\r\n\r\n").then_some(answer)
}

fn work_in(page: &str) -> Vec<String> {
    let pattern = regex::Regex::new("/assignments/[0-9a-f-]{36}").expect("a pattern");
    let mut found: Vec<String> = pattern
        .find_iter(page)
        .map(|link| link.as_str().to_owned())
        .collect();
    found.sort();
    found.dedup();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_loses_nothing_that_it_acknowledged() {
    let folder = TempDir::new().expect("a folder");
    let accounts = demo(folder.path());
    let mut acknowledged: Vec<(String, String, String)> = Vec::new();
    let students: Vec<&Account> = accounts
        .iter()
        .filter(|account| account.role == "student")
        .collect();
    let room_in = regex::Regex::new("/classrooms/[0-9a-f-]{36}").expect("a pattern");
    for round in 0..3 {
        let process = Process::start(folder.path());
        let mut hand_ins = tokio::task::JoinSet::new();
        for student in &students {
            let Some(cookie) = process.sign_in(student).await else {
                continue;
            };
            let home = ask(&process.address, "GET", "/classrooms", &cookie, "")
                .await
                .expect("it runs");
            let room = room_in
                .find(&home)
                .expect("every student has a classroom")
                .as_str()
                .to_owned();
            let page = ask(&process.address, "GET", &room, &cookie, "")
                .await
                .expect("it runs");
            for work in work_in(&page) {
                let (address, cookie) = (process.address.clone(), cookie.clone());
                let student = student.username.clone();
                hand_ins.spawn(async move {
                    let path = format!("{work}/hand-in");
                    let answer = ask(
                        &address,
                        "POST",
                        &path,
                        &cookie,
                        &format!("text=round-{round}"),
                    )
                    .await?;
                    answer
                        .contains("done=handed-in")
                        .then_some((student, cookie, work))
                });
            }
        }
        let mut before_the_end = 4 + round * 3;
        while let Some(outcome) = hand_ins.join_next().await {
            acknowledged.extend(outcome.expect("no panic"));
            before_the_end -= 1;
            if before_the_end == 0 {
                break;
            }
        }
        // The others are in flight: the process is killed under them.
        drop(process);
        while let Some(outcome) = hand_ins.join_next().await {
            acknowledged.extend(outcome.expect("no panic"));
        }
    }
    assert!(
        acknowledged.len() >= 3,
        "some were acknowledged before each end"
    );
    let process = Process::start(folder.path());
    let mut receipts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (student, _, work) in &acknowledged {
        *receipts.entry((student.clone(), work.clone())).or_default() += 1;
    }
    for ((student, work), count) in receipts {
        let cookie = &acknowledged
            .iter()
            .find(|(known, ..)| *known == student)
            .expect("it is from there")
            .1;
        let page = ask(&process.address, "GET", &work, cookie, "")
            .await
            .expect("it runs");
        let kept = page.matches("class=\"receipt\"").count();
        assert!(
            kept >= count,
            "{student} has {count} receipts for {work}, the server knows {kept}"
        );
        assert!(page.contains("round-"), "the words are there too");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_sign_ins_leave_the_memory_flat() {
    let folder = TempDir::new().expect("a folder");
    let accounts = demo(folder.path());
    let process = Process::start(folder.path());
    let students: Vec<&Account> = accounts
        .iter()
        .filter(|account| account.role != "operator")
        .collect();
    let mut done = 0;
    let mut after_two_hundred = 0;
    while done < 1_000 {
        let all = students.iter().map(|student| process.sign_in(student));
        let answers = futures::future::join_all(all).await;
        done += answers.iter().flatten().count();
        assert!(
            answers.iter().all(Option::is_some),
            "every sign-in is answered"
        );
        if after_two_hundred == 0 && done >= 200 {
            after_two_hundred = process.memory_kib();
        }
    }
    let end = process.memory_kib();
    assert!(end < 200 * 1024, "{end} KiB after a thousand sign-ins");
    assert!(
        end < after_two_hundred + 20 * 1024,
        "it grew from {after_two_hundred} to {end} KiB"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_who_sign_in_together_are_all_let_in() {
    let folder = TempDir::new().expect("a folder");
    let accounts = demo(folder.path());
    let process = Process::start(folder.path());
    let thirty = accounts
        .iter()
        .filter(|account| account.role != "operator")
        .take(30);
    let all = futures::future::join_all(thirty.map(|account| process.sign_in(account)));
    let answers = tokio::time::timeout(Duration::from_mins(1), all)
        .await
        .expect("nobody waits for ever");
    assert_eq!(answers.iter().flatten().count(), 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_prints_accounts_that_can_sign_in_and_again_after_a_second_run() {
    let folder = TempDir::new().expect("a folder");
    for _ in 0..2 {
        let accounts = demo(folder.path());
        let process = Process::start(folder.path());
        for role in [
            "student",
            "guardian",
            "teacher",
            "school_admin",
            "data_protection_lead",
            "operator",
        ] {
            let account = accounts
                .iter()
                .find(|account| account.role == role)
                .expect("the demo has every role");
            let cookie = process.sign_in(account).await.expect("it can sign in");
            let home = ask(&process.address, "GET", "/home", &cookie, "")
                .await
                .expect("it runs");
            assert!(home.starts_with("HTTP/1.1 200"), "{role}");
        }
    }
}

#[test]
fn the_demo_refuses_where_a_school_is_that_it_did_not_make() {
    let folder = TempDir::new().expect("a folder");
    let made = binary(folder.path())
        .args([
            "school",
            "create",
            "--code",
            "BRACK",
            "--name",
            "Bracken Hill",
        ])
        .output()
        .expect("the binary starts");
    assert!(made.status.success());
    let refused = binary(folder.path())
        .args(["demo", "--json"])
        .stdout(Stdio::piped())
        .output()
        .expect("the binary starts");
    let words = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{words}");
    assert!(words.contains("BRACK") && words.contains("nothing was done"));
    assert!(refused.stdout.is_empty());
}

#[test]
fn serve_with_the_demo_prints_the_operators_account_too() {
    let folder = TempDir::new().expect("a folder");
    let mut child = binary(folder.path())
        .args(["serve", "--demo"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let lines = BufReader::new(child.stdout.take().expect("it was piped")).lines();
    let operator = lines
        .map_while(Result::ok)
        .find(|line| line.starts_with("OPERATOR"));
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    assert!(operator.is_some_and(|line| line.contains("operator")));
}

#[test]
fn a_wrong_word_for_the_log_stops_the_program_and_is_named() {
    let folder = TempDir::new().expect("a folder");
    for (variable, word) in [("CLASSIMIZE_LOG_FORMAT", "xml"), ("CLASSIMIZE_LOG", "inof")] {
        let stopped = binary(folder.path())
            .env(variable, word)
            .arg("serve")
            .output()
            .expect("the binary starts");
        let words = String::from_utf8_lossy(&stopped.stderr);
        assert_eq!(stopped.status.code(), Some(1), "{words}");
        assert!(words.contains(variable) && words.contains(word), "{words}");
    }
}

/// Streams a form with one file of 50 MB, piece by piece; the answer's first line.
async fn upload(address: String, cookie: String, path: String) -> Option<String> {
    const PIECE: usize = 1024 * 1024;
    const PIECES: usize = 50;
    let head = "--edge\r\nContent-Disposition: form-data; name=\"files\"; filename=\"film.bin\"\r\n\
                Content-Type: application/octet-stream\r\n\r\n";
    let tail = "\r\n--edge--\r\n";
    let mut connection = TcpStream::connect(&address).await.ok()?;
    let request = format!(
        "POST {path}/draft HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\n\
         Cookie: {cookie}\r\nContent-Type: multipart/form-data; boundary=edge\r\nContent-Length: {}\r\n\r\n{head}",
        head.len() + PIECE * PIECES + tail.len()
    );
    connection.write_all(request.as_bytes()).await.ok()?;
    let piece = vec![7_u8; PIECE];
    for _ in 0..PIECES {
        connection.write_all(&piece).await.ok()?;
    }
    connection.write_all(tail.as_bytes()).await.ok()?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.ok()?;
    answer.lines().next().map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
async fn four_files_of_fifty_megabytes_at_once_pass_through_without_filling_memory() {
    let folder = TempDir::new().expect("a folder");
    let accounts = demo(folder.path());
    let process = Process::start(folder.path());
    let mut uploads = tokio::task::JoinSet::new();
    for student in accounts
        .iter()
        .filter(|account| account.role == "student")
        .take(4)
    {
        let cookie = process.sign_in(student).await.expect("let in");
        let home = ask(&process.address, "GET", "/home", &cookie, "")
            .await
            .expect("it answers");
        for path in work_in(&home) {
            let page = ask(&process.address, "GET", &path, &cookie, "")
                .await
                .expect("it answers");
            if page.contains("name=\"files\"") {
                uploads.spawn(upload(process.address.clone(), cookie, path));
                break;
            }
        }
    }
    assert_eq!(uploads.len(), 4, "each of them has work to hand in");
    let before = process.memory_kib();
    let mut highest = before;
    while let Some(done) = {
        highest = highest.max(process.memory_kib());
        uploads.join_next().await
    } {
        let line = done.expect("it ran").expect("it was answered");
        assert!(line.contains("303"), "{line}");
    }
    let grown_mib = highest.max(process.memory_kib()).saturating_sub(before) / 1024;
    assert!(grown_mib < 50, "grown by {grown_mib} MiB");
}
