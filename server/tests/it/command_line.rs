//! The binary on the command line: what it answers to scripts, how it stops, and
//! what it never writes into its log.
#![expect(
    clippy::disallowed_methods,
    reason = "a test asks the server that it started"
)]

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use test_kit::Roster;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::process::{Account, Process, ask, binary, demo};
use crate::visitors::loads_from_elsewhere;

fn run(data: &Path, arguments: &[&str]) -> Output {
    run_with(data, &[], arguments)
}

/// The same with these variables set.
fn run_with(data: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    binary(data)
        .args(arguments)
        .envs(variables.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()
        .expect("the binary starts")
}

fn school(data: &Path) {
    let made = run(
        data,
        &[
            "school",
            "create",
            "--code",
            "NORTH",
            "--name",
            "Northgate",
            "--declare",
            "--establishment-number",
            "100023",
            "--contact-name",
            "Edith Pryce",
            "--contact",
            "lead@school.example",
        ],
    );
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
}

fn printed(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).expect("JSON and nothing else")
}

#[test]
fn an_import_tells_scripts_by_its_code_and_its_json_how_it_went() {
    let folder = TempDir::new().expect("a folder");
    school(folder.path());
    let package = folder.path().join("north.zip");
    std::fs::write(&package, Roster::five_people().bytes()).expect("it can be written");
    let package = package.to_str().expect("a path of letters");
    let import = ["import", package, "--school", "NORTH", "--json"];

    let dry = run(folder.path(), &[&import[..], &["--dry-run"]].concat());
    assert_eq!(dry.status.code(), Some(0));
    let would = printed(&dry);
    let first = run(folder.path(), &import);
    assert_eq!(first.status.code(), Some(0));
    let did = printed(&first);
    assert_eq!(
        would["created"], did["created"],
        "the dry run wrote nothing"
    );
    assert!(did["created"].as_u64().is_some_and(|created| created >= 5));
    let second = printed(&run(folder.path(), &import));
    for nothing in ["created", "changed", "ended"] {
        assert_eq!(second[nothing], 0, "{nothing}");
    }
    assert_eq!(
        second["problems"][0]["code"], "user.no_role",
        "said each time"
    );

    let broken = folder.path().join("broken.zip");
    std::fs::write(&broken, b"no zip at all").expect("it can be written");
    let broken = broken.to_str().expect("a path of letters");
    let refused = run(
        folder.path(),
        &["import", broken, "--school", "NORTH", "--json"],
    );
    assert_eq!(refused.status.code(), Some(2));
    let problem = &printed(&refused)["problems"][0];
    for key in ["file", "row", "field", "code", "reason"] {
        assert!(problem.get(key).is_some(), "{key}: {problem}");
    }
    let nowhere = run(
        folder.path(),
        &["import", package, "--school", "WEST", "--json"],
    );
    assert_eq!(nowhere.status.code(), Some(1));
}

#[test]
fn a_refusal_for_leavers_names_the_option_that_goes_on() {
    let folder = TempDir::new().expect("a folder");
    school(folder.path());
    let file = |name: &str, roster: Roster| {
        let file = folder.path().join(name);
        std::fs::write(&file, roster.bytes()).expect("it can be written");
        file.to_str().expect("a path of letters").to_owned()
    };
    let all = file("all.zip", Roster::five_people());
    let few = file("few.zip", Roster::five_people().without("s2"));
    let first = run(folder.path(), &["import", &all, "--school", "NORTH"]);
    assert!(first.status.success());
    for dry in [&["--dry-run"][..], &[]] {
        let asked = [&["import", &few, "--school", "NORTH", "--json"], dry].concat();
        let refused = run(folder.path(), &asked);
        assert_eq!(refused.status.code(), Some(2), "{dry:?}");
        let problems = printed(&refused)["problems"].to_string();
        assert!(problems.contains("1 of 5 people would leave"), "{problems}");
        assert!(problems.contains("--leavers-are-right"), "{problems}");
    }
    let mut over = Roster::five_people();
    for user in &mut over.users {
        user.role_ends = "2025-07-18";
    }
    let over = file("over.zip", over);
    for dry in [&["--dry-run"][..], &[]] {
        let asked = [&["import", &over, "--school", "NORTH", "--json"], dry].concat();
        let refused = run(folder.path(), &asked);
        assert_eq!(refused.status.code(), Some(2), "{dry:?}");
        let problems = printed(&refused)["problems"].to_string();
        let words = "3 of 5 people would lose their last role";
        assert!(problems.contains(words), "{problems}");
    }
    let asked = ["import", &few, "--school", "NORTH", "--leavers-are-right"];
    assert!(run(folder.path(), &asked).status.success());
}

#[test]
fn what_is_mistyped_is_no_refusal_and_names_where_it_stands() {
    let folder = TempDir::new().expect("a folder");
    let mistyped = run(folder.path(), &["import", "--scool", "NORTH"]);
    assert_eq!(mistyped.status.code(), Some(1), "2 would mean refused");
    let variable = ("CLASSIMIZE_LISTEN", "here:port");
    let wrong = run_with(folder.path(), &[variable], &["migrate"]);
    assert_eq!(wrong.status.code(), Some(1));
    let words = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(words.contains("CLASSIMIZE_LISTEN"), "{words}");
    assert!(run(folder.path(), &["--help"]).status.success());
}

#[test]
fn the_doctor_says_every_wrong_setting_at_once() {
    let folder = TempDir::new().expect("a folder");
    let variables = [
        ("CLASSIMIZE_LOG_FORMAT", "jsonn"),
        ("CLASSIMIZE_PUBLIC_URL", "learn.school.example"),
    ];
    let ill = run_with(folder.path(), &variables, &["doctor"]);
    assert_eq!(ill.status.code(), Some(1));
    let words = String::from_utf8_lossy(&ill.stdout).into_owned();
    for name in ["CLASSIMIZE_LOG_FORMAT", "CLASSIMIZE_PUBLIC_URL", "2 things"] {
        assert!(words.contains(name), "{name}: {words}");
    }
}

#[test]
fn keys_and_data_are_never_kept_in_one_database() {
    let folder = TempDir::new().expect("a folder");
    school(folder.path());
    let url = |name: &str| format!("sqlite://{}", folder.path().join(name).display());
    let refused = |data: &str, keys: &str| {
        let (data, keys) = (url(data), url(keys));
        let variables = [
            ("CLASSIMIZE_DATABASE_URL", data.as_str()),
            ("CLASSIMIZE_KEYS_URL", keys.as_str()),
        ];
        let ended = run_with(folder.path(), &variables, &["migrate"]);
        assert!(!ended.status.success(), "{variables:?}");
        String::from_utf8_lossy(&ended.stderr).into_owned()
    };
    let words = refused("classimize.db", "./classimize.db");
    assert!(words.contains("CLASSIMIZE_KEYS_URL"), "{words}");
    let words = refused("keys.db", "other.db");
    assert!(words.contains("CLASSIMIZE_DATABASE_URL"), "{words}");
    let words = refused("other.db", "classimize.db");
    assert!(words.contains("a school's data"), "{words}");
    assert!(run(folder.path(), &["migrate"]).status.success());
}

#[test]
fn an_import_waits_for_the_declaration() {
    let folder = TempDir::new().expect("a folder");
    let made = run(
        folder.path(),
        &["school", "create", "--code", "NORTH", "--name", "Northgate"],
    );
    assert!(made.status.success());
    let package = folder.path().join("north.zip");
    std::fs::write(&package, Roster::five_people().bytes()).expect("it can be written");
    let package = package.to_str().expect("a path of letters");
    let locked = run(
        folder.path(),
        &["import", package, "--school", "NORTH", "--json"],
    );
    assert_eq!(locked.status.code(), Some(2));
    assert_eq!(printed(&locked)["created"], 0);
}

#[test]
fn the_doctor_says_what_is_wrong_in_plain_words() {
    let folder = TempDir::new().expect("a folder");
    school(folder.path());
    let well = run(folder.path(), &["doctor"]);
    let words = String::from_utf8_lossy(&well.stdout).into_owned();
    assert_eq!(well.status.code(), Some(0), "{words}");
    assert!(!words.contains("WRONG"), "{words}");
    let variable = (
        "CLASSIMIZE_DATABASE_URL",
        "postgres://nobody@127.0.0.1:1/none",
    );
    let ill = run_with(folder.path(), &[variable], &["doctor"]);
    let words = String::from_utf8_lossy(&ill.stdout).into_owned();
    assert_eq!(ill.status.code(), Some(1), "{words}");
    assert!(
        words.contains("WRONG") && words.contains("database"),
        "{words}"
    );
}

/// The one line with which the doctor says that this is wrong.
fn wrong_line(ill: &Output, of: &str) -> String {
    let words = String::from_utf8_lossy(&ill.stdout).into_owned();
    assert_eq!(ill.status.code(), Some(1), "{words}");
    assert!(words.contains("One thing is wrong."), "{words}");
    let line = words.lines().find(|line| line.starts_with("WRONG"));
    let line = line.unwrap_or_else(|| panic!("nothing is wrong: {words}"));
    assert_eq!(line.split_whitespace().nth(1), Some(of), "{words}");
    line.to_owned()
}

#[test]
fn the_doctor_finds_a_file_where_the_folder_of_files_belongs() {
    let folder = TempDir::new().expect("a folder");
    school(folder.path());
    let files = folder.path().join("files");
    assert!(!files.exists(), "nothing was kept yet");
    std::fs::write(&files, "no folder").expect("it can be written");
    let line = wrong_line(&run(folder.path(), &["doctor"]), "storage");
    assert!(line.contains(&files.display().to_string()), "{line}");
    let kept = std::fs::read_to_string(&files).expect("it is still there");
    assert_eq!(kept, "no folder", "the doctor takes away only its own");

    std::fs::remove_file(&files).expect("it can be taken away");
    std::fs::create_dir(&files).expect("it can be made");
    let well = run(folder.path(), &["doctor"]);
    let words = String::from_utf8_lossy(&well.stdout).into_owned();
    assert_eq!(well.status.code(), Some(0), "{words}");
    assert!(words.contains("Files are kept in"), "{words}");
    let left = std::fs::read_dir(&files).expect("it can be listed").count();
    assert_eq!(left, 0, "the doctor takes its own away");
}

#[test]
fn the_doctor_finds_a_mail_server_that_nobody_answers_for_and_does_not_wait() {
    let folder = TempDir::new().expect("a folder");
    school(folder.path());
    // A port that was free a moment ago, and that nobody answers at now.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
        .port()
        .to_string();
    for security in ["tls", "starttls"] {
        let variables = [
            ("CLASSIMIZE_SMTP_HOST", "127.0.0.1"),
            ("CLASSIMIZE_SMTP_PORT", port.as_str()),
            ("CLASSIMIZE_SMTP_FROM", "no-reply@school.example"),
            ("CLASSIMIZE_SMTP_SECURITY", security),
        ];
        let began = Instant::now();
        let ill = run_with(folder.path(), &variables, &["doctor"]);
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "a closed port is known at once"
        );
        let line = wrong_line(&ill, "mail");
        let place = format!("127.0.0.1 at port {port}: the mail server does not answer");
        assert!(line.contains(&place), "{security}: {line}");
        assert!(line.ends_with("Mail waits until it does."), "{line}");
    }
}

#[test]
fn a_key_store_of_other_data_stops_every_start_and_the_doctor_says_so() {
    let folder = TempDir::new().expect("a folder");
    demo(folder.path());
    let url = format!("sqlite://{}", folder.path().join("other.db").display());
    let variable = [("CLASSIMIZE_KEYS_URL", url.as_str())];
    let is_refused = |asked: &str| {
        let output = run_with(folder.path(), &variable, &[asked]);
        let words = [output.stdout, output.stderr].concat();
        let words = String::from_utf8_lossy(&words).into_owned();
        assert_eq!(output.status.code(), Some(1), "{words}");
        assert!(words.contains("CLASSIMIZE_KEYS_URL"), "{words}");
    };
    is_refused("doctor");
    is_refused("migrate");
    // By now an empty store lies there.
    is_refused("doctor");
    is_refused("migrate");
    let well = run(folder.path(), &["doctor"]);
    let words = String::from_utf8_lossy(&well.stdout).into_owned();
    assert_eq!(well.status.code(), Some(0), "{words}");
}

fn terminate(id: u32) {
    // The shell's own: there need not be a program of that name.
    let told = Command::new("sh")
        .args(["-c", "kill -TERM \"$1\"", "sh", &id.to_string()])
        .status()
        .expect("a shell is there");
    assert!(told.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_told_to_stop_finishes_what_is_in_flight() {
    let folder = TempDir::new().expect("a folder");
    let accounts = demo(folder.path());
    let mut process = Process::start(folder.path());
    let student = accounts
        .iter()
        .find(|account| account.role == "student")
        .expect("the demo has one");
    let cookie = process.sign_in(student).await.expect("let in");
    let body = "theme=dark&back=/home";
    let (early, late) = body.split_at(6);
    let mut slow = TcpStream::connect(&process.address)
        .await
        .expect("it answers");
    let head = format!(
        "POST /theme HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\nCookie: {cookie}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{early}",
        process.address,
        body.len()
    );
    slow.write_all(head.as_bytes()).await.expect("sent");
    // The server has begun with it once it has answered somebody who came later.
    ask(&process.address, "GET", "/healthz", "", "")
        .await
        .expect("it answers");
    terminate(process.child.id());
    // It takes nobody new from some moment on.
    while TcpStream::connect(&process.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    slow.write_all(late.as_bytes())
        .await
        .expect("it still listens");
    let mut answer = String::new();
    slow.read_to_string(&mut answer)
        .await
        .expect("it still answers");
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    let ended = process.child.wait().expect("it ends by itself");
    assert_eq!(ended.code(), Some(0));
}

/// A server with the demo that logs at this level, and the demo's admin with their cookies.
async fn for_the_admin(
    data: &Path,
    level: &str,
) -> (Process, JoinHandle<Vec<String>>, Account, String) {
    let accounts = demo(data);
    let (process, log) = Process::start_logged(data, level);
    let admin = accounts
        .into_iter()
        .find(|account| account.role == "school_admin")
        .expect("the demo has one");
    let cookie = process.sign_in(&admin).await.expect("let in");
    (process, log, admin, cookie)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_tells_what_was_asked_and_nothing_about_anybody() {
    let folder = TempDir::new().expect("a folder");
    let (process, log, admin, cookie) = for_the_admin(folder.path(), "info").await;
    for path in [
        "/people?q=unmistakable",
        "/people/unmistakable",
        "/unmistakable-name",
        "/invitation/unmistakable",
        "/home",
    ] {
        ask(&process.address, "GET", path, &cookie, "")
            .await
            .expect("it answers");
    }
    let wrong = format!(
        "school={}&username={}&password=unmistakable",
        admin.school, admin.username
    );
    ask(&process.address, "POST", "/sign-in", "", &wrong)
        .await
        .expect("it answers");
    terminate(process.child.id());
    let log = log.join().expect("the whole log").join("\n");
    assert!(log.contains("answered") && log.contains("/people"), "{log}");
    let token = cookie.split('=').nth(1).expect("a token");
    let log: String = log
        .lines()
        .filter(|line| !line.starts_with("Classimize answers on"))
        .collect();
    for personal in ["unmistakable", admin.username.as_str(), token, "127.0.0.1"] {
        assert!(!log.contains(personal), "{personal} in {log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_link_stands_in_the_log_however_little_else_it_says() {
    let folder = TempDir::new().expect("a folder");
    let (process, log, _, cookie) = for_the_admin(folder.path(), "error").await;
    let (path, form) = (
        "/people/new",
        "given_name=Gia&family_name=Garden&role=guardian",
    );
    for (path, form) in [(path, form), ("/people/invitations/guardian", "")] {
        ask(&process.address, "POST", path, &cookie, form)
            .await
            .expect("it answers");
    }
    terminate(process.child.id());
    let log = log.join().expect("the whole log").join("\n");
    assert_eq!(log.matches("/invitation/").count(), 1, "{log}");
    assert!(!log.contains("answered"), "{log}");
}

#[test]
fn the_operator_invites_somebody_with_a_link_that_ends_the_one_before() {
    let folder = TempDir::new().expect("a folder");
    school(folder.path());
    let invite = |username: &str| {
        let named = [
            "user",
            "invite",
            "--school",
            "NORTH",
            "--username",
            username,
            "--json",
        ];
        run(folder.path(), &named)
    };
    let first = printed(&invite("admin"));
    let second = printed(&invite("admin"));
    let link = |printed: &serde_json::Value| printed["invitation"].as_str().map(str::to_owned);
    assert!(link(&first).is_some_and(|link| link.contains("/invitation/")));
    assert_ne!(link(&first), link(&second));
    assert!(second["expires_at"].is_string() && second["name"].is_string());
    let nobody = invite("nobody.here");
    assert_ne!(nobody.status.code(), Some(0));
    let said = String::from_utf8_lossy(&nobody.stderr).into_owned();
    assert!(
        said.contains("nobody in Northgate has the username nobody.here"),
        "{said}"
    );
}

#[test]
fn whoever_runs_the_platform_ends_a_schools_use_thirty_days_ahead_and_takes_it_back() {
    let folder = TempDir::new().expect("a folder");
    school(folder.path());
    let leave = |arguments: &[&str]| {
        let named = ["school", "leave", "--school", "north"];
        run(folder.path(), &[&named[..], arguments].concat())
    };
    let now = domain::Clock::system().now();
    let in_days = |days| {
        let day = now + chrono::TimeDelta::days(days);
        day.date_naive().to_string()
    };
    let said = |output: &Output| String::from_utf8_lossy(&output.stderr).into_owned();
    let soon = leave(&["--last-day", &in_days(10)]);
    assert_eq!(soon.status.code(), Some(1));
    let words = said(&soon);
    assert!(
        words.contains("--last-day") && words.contains("Choose a day from"),
        "{words}"
    );
    let nothing = leave(&["--call-off"]);
    assert_eq!(nothing.status.code(), Some(1));
    let words = said(&nothing);
    assert!(words.contains("Northgate is not leaving"), "{words}");

    let day = in_days(60);
    let ended = leave(&["--last-day", &day]);
    assert!(ended.status.success(), "{}", said(&ended));
    let words = String::from_utf8_lossy(&ended.stdout).into_owned();
    assert!(
        words.contains(&format!("Northgate leaves: {day} is its last day.")),
        "{words}"
    );
    let later = in_days(90);
    let again = leave(&["--last-day", &later]);
    let words = String::from_utf8_lossy(&again.stdout).into_owned();
    assert!(
        words.contains(&format!("Northgate leaves: {later} is its last day.")),
        "another day takes the place of the first: {words}"
    );
    let stays = leave(&["--call-off"]);
    assert!(stays.status.success(), "{}", said(&stays));
    let words = String::from_utf8_lossy(&stays.stdout).into_owned();
    assert!(words.contains("Northgate stays."), "{words}");
    assert!(leave(&["--last-day", &day]).status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_set_up_page_makes_the_first_school_with_the_code_from_the_log_and_then_closes() {
    let folder = TempDir::new().expect("a folder");
    let process = Process::start(folder.path());
    let code = process
        .first_lines
        .iter()
        .find_map(|line| line.split_once("enter the code "))
        .map(|(_, code)| code.trim().to_owned())
        .expect("the code stands in the log");
    let page = ask(&process.address, "GET", "/set-up", "", "")
        .await
        .expect("it answers");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(!loads_from_elsewhere(&page) && page.contains("default-src 'self'"));
    let post = async |fields: &str| {
        ask(&process.address, "POST", "/set-up", "", fields)
            .await
            .expect("it answers")
    };
    let fields = |code: &str, name: &str| {
        format!(
            "setup_code={code}&school_name={name}&school_code=NORTH&phase=secondary\
             &time_zone=Europe/London&given_name=Olive&family_name=Office&username=olive\
             &password=four+plain+words+here"
        )
    };
    let guessed = fields("WRONG1", "").replace("four+plain+words+here", "manchesterunited");
    let wrong = post(&guessed).await;
    assert!(wrong.starts_with("HTTP/1.1 422"), "{wrong}");
    for expected in [
        "#setup_code",
        "#school_name",
        "too easy to guess",
        "value=\"olive\"",
    ] {
        assert!(wrong.contains(expected), "{expected}");
    }
    assert!(
        !wrong.contains("manchesterunited"),
        "a password is never shown"
    );
    let typed_well = post(&fields("WRONG1", "Northgate")).await;
    assert!(typed_well.contains("Type your password again"));
    let made = post(&fields(&code, "Northgate")).await;
    assert!(made.starts_with("HTTP/1.1 303"), "{made}");
    let again = post(&fields(&code, "Westgate")).await;
    assert!(again.starts_with("HTTP/1.1 404"), "it works once: {again}");
}
