//! `cargo xtask test`: everything CI runs, cheapest first, every step even after one has
//! failed. Test cases are counted one by one, every other gate as one; the last line
//! says how many passed and failed. The names of the tests that ran are written to
//! `target/test-report.json` and held against what `docs/` claims of them.

use std::collections::BTreeSet;
use std::time::Instant;

use anyhow::{Result, ensure};
use clap::Args;
use serde::Serialize;

use crate::cases::{self, Database, ON_POSTGRES, TestBinary};
use crate::front::{self, Purpose};
use crate::postgres::Cluster;
use crate::{arrows, browser, promises, ran, server, setup, sh, site};

#[derive(Args)]
pub(crate) struct Options {
    /// Leave the browser tests out
    #[arg(long)]
    skip_browser: bool,
    /// Only the steps whose name contains this, for example `clippy` or `browser`
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
}

/// How much of the gate a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    Everything,
    WithoutTheBrowser,
    SomeSteps,
}

impl Options {
    fn extent(&self) -> Extent {
        if self.only.is_some() {
            Extent::SomeSteps
        } else if self.skip_browser {
            Extent::WithoutTheBrowser
        } else {
            Extent::Everything
        }
    }
}

/// One test that ran: `package::path::name`, or `end2end: title`.
#[derive(Clone, Serialize)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) ok: bool,
    /// It said that what it needs is not here, and proved nothing.
    pub(crate) was_skipped: bool,
    /// The first lines of what was wrong, where the step tells them.
    #[serde(skip)]
    pub(crate) why: Vec<String>,
}

impl Case {
    pub(crate) fn ran(name: impl Into<String>, ok: bool) -> Self {
        Self {
            name: name.into(),
            ok,
            was_skipped: false,
            why: Vec::new(),
        }
    }

    /// Its name on either database.
    pub(crate) fn own_name(&self) -> &str {
        self.name.strip_suffix(ON_POSTGRES).unwrap_or(&self.name)
    }
}

/// What a step found: a plain gate, or test cases.
enum Found {
    Gate(bool),
    Cases(Vec<Case>),
}

type Gate = fn() -> Result<bool>;

/// The whole run's count, a line per step, and every case.
#[derive(Default)]
struct Tally {
    passed: usize,
    failed: usize,
    lines: Vec<String>,
    cases: Vec<Case>,
}

/// Runs the gate; true where nothing failed.
pub(crate) fn run(options: &Options) -> Result<bool> {
    let source = ran::commit();
    let extent = options.extent();
    let mut tally = Tally::default();
    let wants = |name: &str| {
        options
            .only
            .as_ref()
            .is_none_or(|only| name.contains(only.as_str()))
    };
    let mut binaries: Option<Vec<TestBinary>> = None;

    let gates: [(&str, Gate); 8] = [
        ("fmt", fmt),
        ("arrows", arrows::hold),
        ("spelling", spelling),
        ("dependencies that nobody uses", unused_dependencies),
        ("types of the browser tests", browser::types),
        ("clippy", clippy),
        ("clippy of the browser's side", || {
            front::lint().map(|()| true)
        }),
        ("site within its budgets", || {
            site::build(Purpose::Release)?;
            site::within_budgets()
        }),
    ];
    for (name, gate) in gates {
        if wants(name) {
            tally.step(name, || gate().map(Found::Gate));
        }
    }

    let databases = [
        ("tests on SQLite", Database::Sqlite),
        ("tests on PostgreSQL", Database::Postgres),
    ];
    for (name, database) in databases {
        if wants(name) {
            tally.step(name, || {
                let binaries = match &mut binaries {
                    Some(built) => built,
                    none => none.insert(cases::build()?),
                };
                on_database(database, binaries).map(Found::Cases)
            });
        }
    }
    if wants("tests of xtask") {
        tally.step("tests of xtask", || cases::run_own().map(Found::Cases));
    }
    if wants("doc tests") {
        tally.step("doc tests", || cases::run_doc_tests().map(Found::Cases));
    }
    if wants("browser") && !options.skip_browser {
        tally.step("browser", in_the_browser);
    }
    if wants("deny") {
        tally.step("deny", || deny().map(Found::Gate));
    }
    if extent != Extent::SomeSteps {
        let cases = tally.cases.clone();
        let browser_ran = extent == Extent::Everything;
        tally.step("promises and features name tests that ran", || {
            promises::hold(&cases, browser_ran).map(Found::Gate)
        });
    }
    tally.close(extent, source.as_deref())
}

impl Tally {
    fn step(&mut self, name: &str, work: impl FnOnce() -> Result<Found>) {
        println!("\n==> {name}");
        let start = Instant::now();
        let result = work();
        let seconds = start.elapsed().as_secs_f64();
        let (passed, failed) = match result {
            Ok(Found::Gate(ok)) => (usize::from(ok), usize::from(!ok)),
            Ok(Found::Cases(cases)) => {
                let failed = cases.iter().filter(|case| !case.ok).count();
                let skipped = cases.iter().filter(|case| case.was_skipped).count();
                let passed = cases.len() - failed - skipped;
                self.cases.extend(cases);
                (passed, failed)
            }
            Err(error) => {
                println!("  {error:#}");
                (0, 1)
            }
        };
        self.passed += passed;
        self.failed += failed;
        let verdict = if failed == 0 { "ok" } else { "FAILED" };
        let line = format!("{verdict:6} {name}: {passed} passed, {failed} failed, {seconds:.0} s");
        sh::say(&line);
        self.lines.push(line);
    }

    /// What is missing for a proof that every test ran and passed, if anything is.
    fn lacks(&self, extent: Extent) -> Option<String> {
        let skipped = skipped_everywhere(&self.cases).len();
        match extent {
            Extent::SomeSteps => Some("only some steps were asked for".to_owned()),
            Extent::WithoutTheBrowser => Some("the browser tests were left out".to_owned()),
            Extent::Everything if self.failed > 0 => Some("not everything passed".to_owned()),
            Extent::Everything if skipped > 0 => {
                Some(format!("tests that were skipped everywhere: {skipped}"))
            }
            Extent::Everything => None,
        }
    }

    /// Writes the report, keeps for `/trust` what this run has proven of the source that it
    /// began with, and prints the summary, the count as the very last line.
    fn close(self, extent: Extent, source: Option<&str>) -> Result<bool> {
        ensure!(!self.lines.is_empty(), "no step has such a name");
        if extent != Extent::SomeSteps {
            let report = serde_json::to_vec_pretty(&self.cases)?;
            sh::write_if_changed(&sh::target().join("test-report.json"), &report)?;
        }
        if self.failed > 0 {
            ran::forget(source)?;
        }
        println!("\n==> summary");
        for line in &self.lines {
            sh::say(line);
        }
        for case in self.cases.iter().filter(|case| !case.ok) {
            sh::say(format!("failed: {}", case.name));
            for line in &case.why {
                sh::say(format!("    {line}"));
            }
        }
        for case in self.cases.iter().filter(|case| case.was_skipped) {
            sh::say(format!("skipped: {}", case.name));
        }
        if let Some(what) = self.lacks(extent) {
            sh::say(format!("not kept for /trust: {what}"));
        } else {
            ran::keep(source)?;
        }
        println!("{} passed, {} failed", self.passed, self.failed);
        Ok(self.failed == 0)
    }
}

/// The tests that ran nowhere, because what they need is not here. One that has nothing to
/// prove on one database ran on the other.
fn skipped_everywhere(cases: &[Case]) -> BTreeSet<&str> {
    let (skipped, played): (Vec<&Case>, Vec<&Case>) =
        cases.iter().partition(|case| case.was_skipped);
    let played: BTreeSet<&str> = played.into_iter().map(Case::own_name).collect();
    skipped
        .into_iter()
        .map(Case::own_name)
        .filter(|name| !played.contains(name))
        .collect()
}

fn fmt() -> Result<bool> {
    setup::lint_components()?;
    sh::succeeds(sh::cargo().args(["fmt", "--all", "--check"]))
}

fn clippy() -> Result<bool> {
    setup::lint_components()?;
    let houses =
        sh::succeeds(sh::cargo_server("clippy").args(["--all-targets", "--", "-D", "warnings"]))?;
    let own =
        sh::succeeds(sh::cargo_own("clippy").args(["--all-targets", "--", "-D", "warnings"]))?;
    Ok(houses && own)
}

fn spelling() -> Result<bool> {
    let typos = setup::cargo_tool(&setup::TYPOS)?;
    sh::succeeds(&mut sh::command(typos))
}

fn unused_dependencies() -> Result<bool> {
    let machete = setup::cargo_tool(&setup::MACHETE)?;
    sh::succeeds(sh::command(machete).args(["app", "frontend", "scanner", "server", "xtask"]))
}

fn deny() -> Result<bool> {
    let deny = setup::cargo_tool(&setup::DENY)?;
    sh::succeeds(sh::command(deny).args(["--locked", "check", "bans", "licenses", "sources"]))
}

fn on_database(database: Database, binaries: &[TestBinary]) -> Result<Vec<Case>> {
    match database {
        Database::Sqlite => cases::run(binaries, database, None),
        Database::Postgres => {
            let cluster = Cluster::start()?;
            cases::run(binaries, database, Some(&cluster.url()))
        }
    }
}

fn in_the_browser() -> Result<Found> {
    site::build(Purpose::Release)?;
    let binary = sh::step("compile the server for tests", server::build_for_tests)?;
    let outcome = browser::run(&binary)?;
    let mut cases = outcome.cases;
    let told = cases.iter().any(|case| !case.ok);
    if !outcome.succeeded && !told {
        // For example no story was found, or Playwright itself broke.
        cases.push(Case::ran("end2end: the run as a whole", false));
    }
    Ok(Found::Cases(cases))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(words: &[&str]) -> Extent {
        Options {
            skip_browser: words.contains(&"--skip-browser"),
            only: words.contains(&"--only").then(|| "clippy".to_owned()),
        }
        .extent()
    }

    fn skipped(name: &str) -> Case {
        Case {
            was_skipped: true,
            ..Case::ran(name, true)
        }
    }

    fn tally(cases: Vec<Case>) -> Tally {
        Tally {
            failed: cases.iter().filter(|case| !case.ok).count(),
            cases,
            ..Tally::default()
        }
    }

    #[test]
    fn only_a_run_of_every_step_is_kept_for_trust() {
        let passed = tally(vec![Case::ran("domain::it::a", true)]);
        assert_eq!(passed.lacks(asked(&[])), None);
        for words in [
            &["--skip-browser"][..],
            &["--only"][..],
            &["--only", "--skip-browser"][..],
        ] {
            assert!(passed.lacks(asked(words)).is_some(), "{words:?}");
        }
    }

    #[test]
    fn a_run_with_a_failure_or_a_test_that_ran_nowhere_is_not_kept_for_trust() {
        let failed = tally(vec![Case::ran("domain::it::a", false)]);
        assert!(failed.lacks(Extent::Everything).is_some());
        let lacking = tally(vec![
            Case::ran("domain::it::a", true),
            skipped("server::it::b"),
        ]);
        assert!(lacking.lacks(Extent::Everything).is_some());
    }

    #[test]
    fn a_test_that_was_skipped_on_one_database_ran_on_the_other() {
        let ran_once = tally(vec![
            skipped("server::it::b"),
            Case::ran("server::it::b (PostgreSQL)", true),
        ]);
        assert_eq!(ran_once.lacks(Extent::Everything), None);
        let skipped_twice = tally(vec![
            skipped("server::it::b"),
            skipped("server::it::b (PostgreSQL)"),
        ]);
        assert!(skipped_twice.lacks(Extent::Everything).is_some());
    }
}
