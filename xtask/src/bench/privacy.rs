//! `cargo xtask bench --privacy`: the record of consents, a copy of very much, and a year
//! group that is erased while the school works. The binary makes and times it; here it is
//! started, watched and written down.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::http::Request;
use super::load::{self, Figures};
use super::process::{self, Process};
use super::report;
use super::school::{Person, School};
use crate::{serve, server, sh};

/// What the copy of everything is made of.
const ROWS: usize = 10_000;
const MEGABYTES: usize = 2_048;
const ENTRIES: usize = 100_000;
const LEAVERS: usize = 300;
/// The goal of the erasure of a year group, in seconds.
const A_MINUTE: f64 = 60.0;
/// Longer than this nobody waits.
const PATIENCE: Duration = Duration::from_mins(30);
/// How often it is looked how far the erasure is, and how long each look at the first page
/// lasts.
const A_LOOK: Duration = Duration::from_secs(2);

#[derive(Deserialize)]
struct Ledger {
    entries: u64,
    append_seconds: f64,
    verify_seconds: f64,
    decision_us: f64,
}

#[derive(Deserialize)]
struct Copy {
    /// Until something of it is there.
    first_seconds: f64,
    seconds: f64,
    archive_mb: u64,
}

#[derive(Deserialize)]
struct Erased {
    erased: u64,
}

/// What the erasure of a year group took, and how the first page answered meanwhile.
struct Leavers {
    people: u64,
    seconds: f64,
    /// The slowest look, by its 99th in a hundred.
    meanwhile: Figures,
    afterwards: Figures,
}

/// Sizes, which a quick run makes small.
struct Sizes {
    entries: usize,
    rows: usize,
    megabytes: usize,
    leavers: usize,
}

/// Builds, measures and writes the section.
pub(super) fn run(is_quick: bool) -> Result<()> {
    let sizes = if is_quick {
        Sizes {
            entries: 2_000,
            rows: 500,
            megabytes: 60,
            leavers: 5,
        }
    } else {
        Sizes {
            entries: ENTRIES,
            rows: ROWS,
            megabytes: MEGABYTES,
            leavers: LEAVERS,
        }
    };
    let machine = process::machine();
    serve::build()?;
    let folder = tempfile::tempdir()?;
    let roster = server::make_roster(folder.path())?
        .context("the school of 1,200 is made by ../shared/tools/make_school.py and python3")?;
    let made = sh::step("make the school of 1,200", || {
        server::make(&server::release_binary(), Some(&roster))
    })?;
    let (ledger, _): (Ledger, f64) = sh::step("the record of consents", || {
        ask(made.path(), &["ledger", &sizes.entries.to_string()])
    })?;
    let (copy, copy_mb): (Copy, f64) = sh::step("a copy of everything", || {
        ask(
            made.path(),
            &[
                "copy",
                &sizes.rows.to_string(),
                &sizes.megabytes.to_string(),
            ],
        )
    })?;
    let leavers = sh::step("a year group leaves", || leave(made, sizes.leavers))?;
    let text = write(&machine, (&ledger, &copy, copy_mb, &leavers), &sizes);
    println!("\n{text}");
    if is_quick {
        sh::say("a quick run: docs/performance.md is left as it is");
        return Ok(());
    }
    report::save(&text, &report::PRIVACY)
}

/// What `classimize measure` prints, and its memory at its highest in MB.
fn ask<T: serde::de::DeserializeOwned>(data: &Path, arguments: &[&str]) -> Result<(T, f64)> {
    let mut child = sh::command(server::release_binary())
        .arg("measure")
        .args(arguments)
        .env("CLASSIMIZE_DATA", data)
        .env("CLASSIMIZE_BENCH", "1")
        .env_remove("CLASSIMIZE_DATABASE_URL")
        .stdout(Stdio::piped())
        .spawn()
        .context("starting the measurement")?;
    let process = Process::new(child.id())?;
    let mut highest_mb = 0.0_f64;
    while child.try_wait()?.is_none() {
        // Between its last breath and here, the process has no memory any more.
        if let Ok((_, highest)) = process.memory_mb() {
            highest_mb = highest_mb.max(highest);
        }
        thread::sleep(Duration::from_millis(20));
    }
    let done = child.wait_with_output()?;
    if !done.status.success() {
        bail!("`classimize measure {}` failed", arguments.join(" "));
    }
    let found = serde_json::from_slice(&done.stdout).context("it prints JSON")?;
    Ok((found, highest_mb))
}

/// The server sweeps as soon as it starts; students open their first page all the while.
fn leave(made: tempfile::TempDir, many: usize) -> Result<Leavers> {
    let _: (serde_json::Value, f64) = ask(made.path(), &["leavers", &many.to_string()])?;
    let begun = Instant::now();
    let running = server::start_on(&server::release_binary(), made, &[])?;
    let school = School::read(&running.accounts)?;
    let people = school.sign_in(&running.address, "student", 8)?;
    let requests: Vec<Request> = people
        .iter()
        .map(|person: &Person| {
            Request::get(
                &running.address,
                &school.pages.student_home,
                &person.cookie,
                "gzip",
            )
        })
        .collect();
    let process = Process::new(running.pid())?;
    let look = |long| load::run(&process, &running.address, &requests, 4, long);
    let mut slowest: Option<Figures> = None;
    let erased = loop {
        let figures = look(A_LOOK)?;
        if slowest.is_none_or(|other| figures.p99_ms > other.p99_ms) {
            slowest = Some(figures);
        }
        let (found, _): (Erased, f64) = ask(running.data.path(), &["erased"])?;
        if found.erased >= u64::try_from(many)? {
            break found.erased;
        }
        if begun.elapsed() > PATIENCE {
            bail!("{} of {many} were erased within half an hour", found.erased);
        }
    };
    let seconds = begun.elapsed().as_secs_f64();
    Ok(Leavers {
        people: erased,
        seconds,
        meanwhile: slowest.context("nothing was loaded")?,
        afterwards: look(A_LOOK)?,
    })
}

// Writing into a String cannot fail, which is why the results below are not looked at.

fn write(
    machine: &str,
    (ledger, copy, copy_mb, leavers): (&Ledger, &Copy, f64, &Leavers),
    sizes: &Sizes,
) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "Measured by `cargo xtask bench --privacy`: the release binary with SQLite on the school of \
         1,200 students. Machine: {machine}.\n\n\
         | what | figure |\n|---|--:|\n\
         | {} entries written into the record of consents, a thousand in a transaction | {:.2} s |\n\
         | the record read again, entry by entry ({} entries) | {:.2} s |\n\
         | what a public page may load: the sealed choice read and decided, for one request | {:.2} us |\n\
         | a copy of everything of a person with {} rows and {} MB of files | the first bytes after {:.2} s, all of it after {:.1} s, {} MB, at most {copy_mb:.0} MB of memory |\n\
         | {} leavers erased by the running server, searched and certified | {:.1} s |\n\
         | a student's first page meanwhile, at 4 connections: p50, p99 of the slowest two seconds | {:.1} ms, {:.1} ms |\n\
         | the same page afterwards | {:.1} ms, {:.1} ms |\n",
        sizes.entries,
        ledger.append_seconds,
        ledger.entries,
        ledger.verify_seconds,
        ledger.decision_us,
        sizes.rows,
        sizes.megabytes,
        copy.first_seconds,
        copy.seconds,
        copy.archive_mb,
        leavers.people,
        leavers.seconds,
        leavers.meanwhile.p50_ms,
        leavers.meanwhile.p99_ms,
        leavers.afterwards.p50_ms,
        leavers.afterwards.p99_ms,
    );
    let met = if leavers.seconds <= A_MINUTE {
        "met"
    } else {
        "MISSED"
    };
    let _ = writeln!(
        text,
        "Goal: {} leavers are erased within {A_MINUTE:.0} s, and the school can be used meanwhile: {met}.",
        sizes.leavers
    );
    text
}
