//! The browser tests: a headless Chromium of the system, Playwright from npm, and a
//! server with the demo schools on a free port. The stories themselves are in
//! `end2end/tests`. No browser is ever downloaded.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::server::Running;
use crate::test::Case;
use crate::{serve, server, setup, sh};

/// What a run of the browser tests gave.
pub(crate) struct Outcome {
    pub(crate) cases: Vec<Case>,
    /// Whether Playwright itself was content.
    pub(crate) succeeded: bool,
}

/// Whether the TypeScript of the browser tests holds together.
pub(crate) fn types() -> Result<bool> {
    let folder = sh::root().join("end2end");
    setup::npm_ci(&folder)?;
    sh::succeeds(sh::command(folder.join("node_modules/.bin/tsc")).current_dir(&folder))
}

/// Playwright on a server with the demo schools; the path is that of its report.
pub(crate) fn playwright(server: &Running) -> Result<(Command, PathBuf)> {
    let folder = sh::root().join("end2end");
    setup::npm_ci(&folder)?;
    let report = server.data.path().join("playwright.json");
    let mut playwright = sh::command(folder.join("node_modules/.bin/playwright"));
    playwright
        .arg("test")
        .current_dir(&folder)
        .env("BASE_URL", &server.origin)
        .env("ACCOUNTS_JSON", &server.accounts)
        .env("CHROMIUM", chromium()?)
        .env("CLASSIMIZE_BIN", &server.binary)
        .env("CLASSIMIZE_DATA", server.data.path())
        .env("PLAYWRIGHT_JSON", &report);
    Ok((playwright, report))
}

/// Takes the pictures of the app anew that browsers show before it is installed.
pub(crate) fn photograph() -> Result<bool> {
    let server = server::start(&serve::build()?, None, &[])?;
    let (mut playwright, _) = playwright(&server)?;
    sh::succeeds(playwright.env("PHOTOS", "1"))
}

/// Plays every story with this program, with scripts and without.
pub(crate) fn run(binary: &Path) -> Result<Outcome> {
    let server = server::start(binary, None, &[])?;
    let (mut playwright, report) = playwright(&server)?;
    playwright
        .env("CHROMIUM", without_windows()?)
        .env("CHROMIUM_WITH_WINDOWS", chromium()?);
    if let Some(roster) = server::make_roster(server.data.path())? {
        playwright.env("ROSTER_ZIP", roster);
    }
    let succeeded = sh::succeeds(&mut playwright)?;
    if !succeeded {
        let log = std::fs::read_to_string(server.data.path().join("server.log"))?;
        println!("--- the last lines of the server's log ---");
        let lines: Vec<_> = log.lines().collect();
        for line in &lines[lines.len().saturating_sub(40)..] {
            println!("{line}");
        }
    }
    let report = std::fs::read_to_string(report).context("Playwright wrote no report")?;
    Ok(Outcome {
        cases: read_report(&report)?,
        succeeded,
    })
}

/// The browser as people have it.
fn chromium() -> Result<PathBuf> {
    const NAMES: [&str; 6] = [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
        "chromium",
        "chromium-browser",
        "google-chrome",
    ];
    sh::find_or_install(
        || sh::find_program(&NAMES),
        "chromium",
        "no Chromium was found; install the system's package `chromium`",
    )
}

/// The same browser built without windows, which shows a page a quarter quicker: most tests
/// are played in it. Where the system has no such package, the whole one plays them.
fn without_windows() -> Result<PathBuf> {
    const NAMES: [&str; 2] = [
        "/usr/bin/chromium-headless-shell",
        "chromium-headless-shell",
    ];
    let found = sh::find_or_install(
        || sh::find_program(&NAMES),
        "chromium-headless-shell",
        "there is no `chromium-headless-shell`, which would be quicker",
    );
    found.or_else(|error| {
        sh::say(format!(
            "the tests are played in the whole browser: {error:#}"
        ));
        chromium()
    })
}

/// The parts of Playwright's JSON report that we count.
#[derive(Deserialize)]
struct Report {
    suites: Vec<Suite>,
}

#[derive(Deserialize)]
struct Suite {
    title: String,
    #[serde(default)]
    suites: Vec<Suite>,
    #[serde(default)]
    specs: Vec<Spec>,
}

#[derive(Deserialize)]
struct Spec {
    title: String,
    ok: bool,
    tests: Vec<Test>,
}

#[derive(Deserialize)]
struct Test {
    status: String,
    #[serde(default)]
    results: Vec<Played>,
}

#[derive(Deserialize)]
struct Played {
    #[serde(default)]
    errors: Vec<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    #[serde(default)]
    message: String,
}

impl Spec {
    /// What was expected, what came and where: enough to know where to look when nothing of
    /// a log is left but its end.
    fn why(&self) -> Vec<String> {
        const LINES: usize = 14;
        self.tests
            .iter()
            .flat_map(|test| &test.results)
            .flat_map(|played| &played.errors)
            .flat_map(|fault| fault.message.lines())
            .map(|line| without_colours(line).trim_end().to_owned())
            .filter(|line| !line.is_empty())
            .take(LINES)
            .collect()
    }
}

/// A line without the signs that colour it in a terminal: `ESC [ 31 m`.
fn without_colours(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + part.split_once('m').map_or("", |(_, rest)| rest)
    })
}

fn read_report(report: &str) -> Result<Vec<Case>> {
    let report: Report =
        serde_json::from_str(report).context("Playwright's report is not what we know")?;
    let mut cases = Vec::new();
    for file in &report.suites {
        collect(file, "", &mut cases);
    }
    Ok(cases)
}

/// Names are `end2end: group › title`; the file's name is left out. A skipped test did
/// not run, so it is neither passed nor failed.
fn collect(suite: &Suite, group: &str, cases: &mut Vec<Case>) {
    for spec in &suite.specs {
        if spec.tests.iter().all(|test| test.status == "skipped") {
            continue;
        }
        let name = format!("end2end: {group}{}", spec.title);
        cases.push(Case {
            why: if spec.ok { Vec::new() } else { spec.why() },
            ..Case::ran(name, spec.ok)
        });
    }
    for inner in &suite.suites {
        collect(inner, &format!("{group}{} › ", inner.title), cases);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_carry_their_group_and_skipped_tests_do_not_count() {
        let report = r#"{"suites":[{"title":"a.spec.ts","specs":[
            {"title":"signs in","ok":true,"tests":[{"status":"expected"}]},
            {"title":"later","ok":true,"tests":[{"status":"skipped"}]}],
            "suites":[{"title":"marking","specs":[
            {"title":"returns","ok":false,"tests":[{"status":"unexpected","results":[
            {"errors":[{"message":"\u001b[31mnothing\u001b[39m came\n\nin 10 s"}]}]}]}]}]}]}"#;
        let cases = read_report(report).expect("is read");
        let told: Vec<_> = cases
            .iter()
            .map(|case| (case.name.as_str(), case.ok))
            .collect();
        assert_eq!(
            told,
            [
                ("end2end: signs in", true),
                ("end2end: marking › returns", false)
            ]
        );
        assert_eq!(cases[1].why, ["nothing came", "in 10 s"]);
    }
}
