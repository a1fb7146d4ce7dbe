//! `cargo xtask bench`: the release server on a made-up school of 1,200 students, asked
//! over the loopback address by signed-in students and teachers. A plain axum page with
//! one indexed database read is measured in the same run, so that each figure is also a
//! ratio that does not depend on the machine. The result goes to `docs/performance.md`.

use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use clap::Args;

mod browser;
mod crowd;
mod http;
mod load;
mod privacy;
mod process;
mod report;
mod roster;
mod school;

use http::{Connection, Request};
use load::Figures;
use process::Process;
use school::{Person, School};

use crate::postgres::Cluster;
use crate::{serve, server, sh};

#[derive(Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
pub(crate) struct Options {
    /// How long each page is loaded at each number of connections, in seconds
    #[arg(long, default_value_t = 6)]
    secs: u64,
    /// One second each and nothing written: to see whether it works
    #[arg(long)]
    quick: bool,
    /// Measure the record of consents, a copy of very much and the erasure of a year group instead
    #[arg(long, conflicts_with_all = ["browser", "secs"])]
    privacy: bool,
    /// What people wait for in a browser on the slowed profile, and nothing else
    #[arg(long, conflicts_with_all = ["quick", "secs"])]
    browser: bool,
    /// The same with the server that was built last
    #[arg(long, requires = "browser")]
    built: bool,
}

/// Connections at once.
const CONNECTIONS: [usize; 3] = [1, 8, 32];

/// How many people do the same thing at the same moment: one classroom.
pub(crate) const CLASS_SIZE: usize = 30;

/// The page that every figure is compared with: the server's own, one indexed read.
const PLAIN_PATH: &str = "/bench/plain";

/// One page's figures.
struct Measured {
    name: &'static str,
    /// How many signed-in people the connections were shared out among.
    sessions: usize,
    /// At 1, 8 and 32 connections.
    loads: Vec<Figures>,
    /// Database queries for one request, where the server tells.
    queries: Option<u32>,
    raw_bytes: usize,
    gzip_bytes: usize,
}

impl Measured {
    /// Processor time for one request at 8 connections, in milliseconds.
    fn processor_ms(&self) -> f64 {
        self.loads[1].processor_ms
    }

    fn p99_at_32_ms(&self) -> f64 {
        self.loads[2].p99_ms
    }
}

/// Everything that a run found.
struct Findings {
    machine: String,
    /// The roster of the school, and the same once more, by the database's name.
    imports: Vec<(&'static str, [roster::Import; 2])>,
    seconds: u64,
    plain: Measured,
    pages: Vec<Measured>,
    /// The form with a right password, each time a new session.
    signing_in: Measured,
    sign_in: crowd::SignIn,
    hand_in: crowd::HandIn,
    /// Resident memory at the end and at its highest, in MB.
    memory_mb: (f64, f64),
    /// What a first visit loads: the sign-in page, a student's home, and a piece of their
    /// work, the only one of the three with WASM.
    sign_in_visit: Visit,
    student_visit: Visit,
    work_visit: Visit,
}

/// A page with all that it links to, compressed with brotli where the server does.
struct Visit {
    html_bytes: usize,
    files: Vec<(String, usize)>,
}

impl Visit {
    fn total_bytes(&self) -> usize {
        self.html_bytes + self.files.iter().map(|(_, bytes)| bytes).sum::<usize>()
    }
}

/// Builds, measures and writes the table.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.privacy {
        return privacy::run(options.quick);
    }
    if options.browser {
        return browser::run(options.built);
    }
    let seconds = if options.quick { 1 } else { options.secs };
    let machine = process::machine();
    serve::build()?;
    let folder = tempfile::tempdir()?;
    let package = server::make_roster(folder.path())?
        .context("the school of 1,200 is made by ../shared/tools/make_school.py and python3")?;
    let imports = sh::step(
        "import the school of 1,200, twice into each database",
        || {
            let cluster = Cluster::start()?;
            let url = cluster.url();
            Ok(vec![
                ("SQLite", roster::twice(&package, None)?),
                ("PostgreSQL", roster::twice(&package, Some(&url))?),
            ])
        },
    )?;
    let running = sh::step("make the school of 1,200 and start the server", || {
        let settings = [("CLASSIMIZE_BENCH", "1"), ("CLASSIMIZE_COUNT_QUERIES", "1")];
        server::start(&server::release_binary(), Some(&package), &settings)
    })?;
    let school = School::read(&running.accounts)?;
    let process = Process::new(running.pid())?;
    let findings = measure(
        &process,
        &running.address,
        &school,
        (machine, imports),
        seconds,
    )?;
    let table = report::write(&findings);
    println!("\n{table}");
    if options.quick {
        sh::say("a quick run: docs/performance.md is left as it is");
        return Ok(());
    }
    report::save(&table, &report::SERVER)
}

fn measure(
    process: &Process,
    address: &str,
    school: &School,
    (machine, imports): (String, Vec<(&'static str, [roster::Import; 2])>),
    seconds: u64,
) -> Result<Findings> {
    let students = sh::step("sign in the students", || {
        school.sign_in(address, "student", 40)
    })?;
    let teachers = sh::step("sign in the teachers", || {
        school.sign_in(address, "teacher", 8)
    })?;
    let nobody = [Person::nobody()];

    let duration = Duration::from_secs(seconds);
    let load = |name: &'static str, path: &str, people: &[Person]| {
        sh::step(name, || {
            page(process, address, name, path, people, duration)
        })
    };
    let plain = load("plain page", PLAIN_PATH, &nobody)?;
    let pages = vec![
        load("sign-in page", "/sign-in", &nobody)?,
        load("student's home", &school.pages.student_home, &students)?,
        load("classroom", &school.pages.classroom, &students)?,
        load("assignment", &school.pages.assignment, &students)?,
        load(
            "submission being marked",
            &school.pages.submission,
            &teachers,
        )?,
        load("teacher's list", &school.pages.teacher_list, &teachers)?,
    ];
    let signing_in = sh::step("signing in", || {
        let forms = school.sign_in_forms(address, "student", 40);
        posted(process, address, "signing in", &forms, duration)
    })?;
    let sign_in_visit = visit(address, "/sign-in", "")?;
    let student = students.first().context("no student could sign in")?;
    let student_visit = visit(address, &school.pages.student_home, &student.cookie)?;
    let writers = who_may_see(address, &school.pages.assignment, &students)?;
    let writer = writers.first().map_or("", |one| one.cookie.as_str());
    let work_visit = visit(address, &school.pages.assignment, writer)?;

    let sign_in = sh::step("30 sign-ins at once", || {
        crowd::sign_in(process, address, school, &students)
    })?;
    let hand_in = sh::step("30 hand-ins at once", || {
        crowd::hand_in(process, address, &school.pages.assignment, &students)
    })?;
    let memory_mb = process.memory_mb()?;
    Ok(Findings {
        machine,
        imports,
        seconds,
        plain,
        pages,
        signing_in,
        sign_in,
        hand_in,
        memory_mb,
        sign_in_visit,
        student_visit,
        work_visit,
    })
}

fn page(
    process: &Process,
    address: &str,
    name: &'static str,
    path: &str,
    people: &[Person],
    duration: Duration,
) -> Result<Measured> {
    let people = who_may_see(address, path, people)?;
    let cookie = people.first().map_or("", |person| person.cookie.as_str());
    let mut connection = Connection::open(address)?;
    let plain = Request::get(address, path, cookie, "identity");
    // The first may read what is kept for a minute or an hour; the second is what counts.
    connection.ask(&plain)?;
    let raw = connection.ask(&plain)?;
    let gzip = connection.ask(&Request::get(address, path, cookie, "gzip"))?;
    ensure!(gzip.status == 200, "{path} answered {}", gzip.status);

    let requests: Vec<Request> = people
        .iter()
        .map(|person| Request::get(address, path, &person.cookie, "gzip"))
        .collect();
    Ok(Measured {
        name,
        sessions: people
            .iter()
            .filter(|person| !person.cookie.is_empty())
            .count(),
        loads: loads(process, address, &requests, duration)?,
        queries: raw.header("server-timing").and_then(queries),
        raw_bytes: raw.body.len(),
        gzip_bytes: gzip.body.len(),
    })
}

/// A form that is sent again and again, by another person on each connection.
fn posted(
    process: &Process,
    address: &str,
    name: &'static str,
    forms: &[Request],
    duration: Duration,
) -> Result<Measured> {
    let form = forms.first().context("nobody sends a form")?;
    let answer = Connection::open(address)?.ask(form)?;
    ensure!(answer.status == form.status, "answered {}", answer.status);
    Ok(Measured {
        name,
        sessions: 0,
        loads: loads(process, address, forms, duration)?,
        queries: answer.header("server-timing").and_then(queries),
        raw_bytes: answer.body.len(),
        gzip_bytes: answer.body.len(),
    })
}

/// The same load at each number of connections.
fn loads(
    process: &Process,
    address: &str,
    requests: &[Request],
    duration: Duration,
) -> Result<Vec<Figures>> {
    CONNECTIONS
        .iter()
        .map(|connections| load::run(process, address, requests, *connections, duration))
        .collect()
}

/// Those of these people who may see a page. It is an error if nobody may.
fn who_may_see(address: &str, path: &str, people: &[Person]) -> Result<Vec<Person>> {
    let mut connection = Connection::open(address)?;
    let mut seers = Vec::new();
    let mut refused = 0;
    for person in people {
        let answer = connection.ask(&Request::get(address, path, &person.cookie, "gzip"))?;
        if answer.status == 200 {
            seers.push(person.clone());
        } else {
            refused = answer.status;
        }
    }
    if seers.is_empty() {
        return Err(anyhow!("{path} answered {refused} to everybody"));
    }
    sh::say(format!("{path}, {} sessions", seers.len()));
    Ok(seers)
}

/// The number in `db;desc="4"`, which may stand among other entries.
fn queries(server_timing: &str) -> Option<u32> {
    let entry = server_timing
        .split(',')
        .map(str::trim)
        .find(|entry| entry.starts_with("db;"))?;
    let (_, text) = entry.split_once("desc=")?;
    text.trim_matches('"').split('"').next()?.parse().ok()
}

/// Loads a page and everything it names that is the same for everybody.
fn visit(address: &str, path: &str, cookie: &str) -> Result<Visit> {
    let mut connection = Connection::open(address)?;
    let page = connection.ask(&Request::get(address, path, cookie, "identity"))?;
    let html = String::from_utf8_lossy(&page.body).into_owned();
    let mut load = |path: &str| -> Result<usize> {
        let answer = connection.ask(&Request::get(address, path, cookie, "br, gzip"))?;
        ensure!(answer.status == 200, "{path} answered {}", answer.status);
        Ok(answer.body.len())
    };
    let html_bytes = load(path)?;
    let files = linked_files(&html)
        .into_iter()
        .map(|file| load(&file).map(|bytes| (file, bytes)))
        .collect::<Result<Vec<_>>>()?;
    Ok(Visit { html_bytes, files })
}

/// The files under `/pkg/` that a page names, each once. What `data-offline` names is loaded
/// only where something lies on the device already.
fn linked_files(html: &str) -> Vec<String> {
    let mut files: Vec<String> = html
        .match_indices("\"/pkg/")
        .filter(|(at, _)| !html[..*at].ends_with("data-offline="))
        .filter_map(|(at, _)| html[at + 1..].split(['"', '#', '?']).next())
        .map(str::to_owned)
        .collect();
    files.sort();
    files.dedup();
    files
}

/// Waits a moment, so that load that was started beside has begun.
fn let_it_begin() {
    thread::sleep(Duration::from_millis(300));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_read_among_other_timings() {
        assert_eq!(queries("total;dur=1.2, db;desc=\"4\""), Some(4));
        assert_eq!(queries("total;dur=1.2"), None);
    }

    #[test]
    fn a_file_that_is_named_twice_is_loaded_once_and_one_for_later_not_at_all() {
        let html = "<link href=\"/pkg/main-1.css\"><use href=\"/pkg/icons-1.svg#home\">\
                    <use href=\"/pkg/icons-1.svg#bell\"><a href=\"/home\">\
                    <script data-offline=\"/pkg/offline-1.js\">";
        assert_eq!(linked_files(html), ["/pkg/icons-1.svg", "/pkg/main-1.css"]);
    }
}
