//! Rust's tests: compiled once, then each test program is run by hand, so that nothing
//! is rebuilt between the databases and every case is known by its package. Doc tests
//! and xtask's own tests go through `cargo test` as usual. What libtest prints is shown
//! and read for the names.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::sh;
use crate::test::Case;

/// The database that the tests shall use.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

/// Packages whose integration tests speak to a database, hence run on both.
const ON_BOTH: [&str; 3] = ["domain", "migration", "server"];

/// Tests that start the program itself: it keeps its data in a file, whatever database the
/// tests are given.
const OF_THE_PROGRAM: [&str; 4] = ["process::", "command_line::", "restoring::", "hourly::"];

/// At least so many tests of a program run at the same time: with one for each of two
/// processors, much of the time is spent waiting for the database.
const FEWEST_AT_ONCE: usize = 4;

/// A compiled test program.
pub(crate) struct TestBinary {
    package: String,
    /// `it` for the integration tests, None for the unit tests inside a package.
    integration: Option<String>,
    program: PathBuf,
    manifest_dir: PathBuf,
}

impl TestBinary {
    /// What stands before a case's own name: `domain`, or `domain::it`.
    fn prefix(&self) -> String {
        let package = self.package.replace('-', "_");
        match &self.integration {
            Some(target) => format!("{package}::{target}"),
            None => package,
        }
    }
}

/// Compiles all tests of the server's side and lists their programs.
pub(crate) fn build() -> Result<Vec<TestBinary>> {
    sh::run(sh::cargo_server("test").arg("--no-run").args(TESTS))?;
    // The second, silent call compiles nothing: it only tells where the programs are.
    let messages = sh::output(
        sh::cargo_server("test")
            .args(["--no-run", "--quiet", "--message-format=json"])
            .args(TESTS),
    )?;
    let mut found: BTreeMap<(String, Option<String>), TestBinary> = BTreeMap::new();
    for line in messages.lines() {
        let message: Value = serde_json::from_str(line).context("cargo's message is not JSON")?;
        if let Some(binary) = test_binary(&message) {
            found.insert((binary.package.clone(), binary.integration.clone()), binary);
        }
    }
    Ok(found.into_values().collect())
}

/// Libraries, programs and integration tests; examples and benches are none of it.
const TESTS: [&str; 3] = ["--lib", "--bins", "--tests"];

fn test_binary(message: &Value) -> Option<TestBinary> {
    let program = message.get("executable")?.as_str()?;
    if !message["profile"]["test"].as_bool()? {
        return None;
    }
    let manifest_dir = Path::new(message["manifest_path"].as_str()?).parent()?;
    let target = &message["target"];
    let kind = target["kind"].as_array()?.first()?.as_str()?;
    let name = target["name"].as_str()?;
    let integration = match kind {
        "test" => Some(name.to_owned()),
        "bin" => Some("bin".to_owned()),
        _ => None,
    };
    Some(TestBinary {
        package: package_name(message["package_id"].as_str()?),
        integration,
        program: PathBuf::from(program),
        manifest_dir: manifest_dir.to_path_buf(),
    })
}

/// `path+file:///house/server/domain#0.1.0` or `...#domain@0.1.0` is the package `domain`.
fn package_name(id: &str) -> String {
    let (path, version) = id.rsplit_once('#').unwrap_or((id, ""));
    match version.split_once('@') {
        Some((name, _)) => name.to_owned(),
        None => path.rsplit('/').next().unwrap_or(path).to_owned(),
    }
}

/// Runs the test programs on a database; PostgreSQL only those that use one.
pub(crate) fn run(
    binaries: &[TestBinary],
    database: Database,
    postgres_url: Option<&str>,
) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    let wanted = binaries.iter().filter(|binary| {
        database == Database::Sqlite
            || (binary.integration.is_some() && ON_BOTH.contains(&binary.package.as_str()))
    });
    for binary in wanted {
        let mut command = sh::command(&binary.program);
        command
            .arg("--show-output")
            .current_dir(&binary.manifest_dir)
            .env("CARGO_MANIFEST_DIR", &binary.manifest_dir)
            .env("INSTA_UPDATE", "no")
            .env("RUST_TEST_THREADS", at_once().to_string())
            .env_remove("CLASSIMIZE_TEST_POSTGRES_URL")
            .env(
                "CLASSIMIZE_TEST_DATABASE",
                match database {
                    Database::Sqlite => "sqlite",
                    Database::Postgres => "postgres",
                },
            );
        if let Some(url) = postgres_url {
            command.env("CLASSIMIZE_TEST_POSTGRES_URL", url);
            for tests in OF_THE_PROGRAM {
                command.args(["--skip", tests]);
            }
        }
        println!("\n  {}", binary.prefix());
        let mut ran = listen(&mut command, &binary.prefix())?;
        if database == Database::Postgres {
            for case in &mut ran {
                case.name.push_str(ON_POSTGRES);
            }
        }
        cases.append(&mut ran);
    }
    Ok(cases)
}

fn at_once() -> usize {
    std::thread::available_parallelism()
        .map_or(1, NonZeroUsize::get)
        .max(FEWEST_AT_ONCE)
}

/// What the name of a case ends with where it ran on PostgreSQL.
pub(crate) const ON_POSTGRES: &str = " (PostgreSQL)";

/// xtask's own tests, in its own target folder.
pub(crate) fn run_own() -> Result<Vec<Case>> {
    listen(
        sh::cargo_own("test")
            .arg("--quiet")
            .args(["--", "--format=pretty", "--show-output"]),
        "xtask",
    )
}

/// The examples in the documentation.
pub(crate) fn run_doc_tests() -> Result<Vec<Case>> {
    listen(sh::cargo_server("test").arg("--doc"), "doc")
}

/// Runs a test program and gives its cases. One that ends badly without a failed case
/// (it crashed, or did not compile) counts as one failed case of its own.
fn listen(command: &mut std::process::Command, prefix: &str) -> Result<Vec<Case>> {
    let mut heard = Heard::default();
    let succeeded = sh::each_line(command, |line| heard.line(line))?;
    let mut cases: Vec<Case> = heard
        .verdicts
        .into_iter()
        .map(|(name, ok)| Case {
            was_skipped: heard.skipped.contains(&name),
            ..Case::ran(format!("{prefix}::{name}"), ok)
        })
        .collect();
    if !succeeded && cases.iter().all(|case| case.ok) {
        cases.push(Case::ran(format!("{prefix}: the run as a whole"), false));
    }
    Ok(cases)
}

/// What a test program has said so far.
#[derive(Default)]
struct Heard {
    verdicts: Vec<(String, bool)>,
    /// Those that passed only because what they need is not here.
    skipped: BTreeSet<String>,
    /// Whose words are being shown.
    speaker: Option<String>,
}

impl Heard {
    fn line(&mut self, line: &str) {
        if let Some((name, ok)) = read_line(line) {
            self.verdicts.push((name.to_owned(), ok));
        } else if let Some(name) = line
            .strip_prefix("---- ")
            .and_then(|rest| rest.strip_suffix(" stdout ----"))
        {
            self.speaker = Some(name.to_owned());
        } else if line.starts_with("skipped: ") {
            self.skipped.extend(self.speaker.take());
        }
    }
}

/// `test path::name ... ok` gives the name and whether it passed; an ignored test did
/// not run.
fn read_line(line: &str) -> Option<(&str, bool)> {
    let (name, verdict) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
    let name = name.strip_suffix(" - should panic").unwrap_or(name);
    match verdict.split([',', ' ', '<']).next()? {
        "ok" => Some((name, true)),
        "FAILED" => Some((name, false)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_read_from_its_line() {
        assert_eq!(
            read_line("test sign_in::works ... ok"),
            Some(("sign_in::works", true))
        );
        assert_eq!(
            read_line("test a - should panic ... FAILED"),
            Some(("a", false))
        );
        assert_eq!(read_line("test a ... ignored, too slow"), None);
        assert_eq!(read_line("test result: ok. 3 passed; 0 failed"), None);
    }

    #[test]
    fn a_test_that_says_it_was_skipped_is_known() {
        let mut heard = Heard::default();
        for line in [
            "test real::a_school ... ok",
            "test real::a_class ... ok",
            "---- real::a_school stdout ----",
            "skipped: the sample data is not here",
            "---- real::a_class stdout ----",
            "read in 3 ms",
        ] {
            heard.line(line);
        }
        assert_eq!(heard.verdicts.len(), 2);
        assert_eq!(heard.skipped, BTreeSet::from(["real::a_school".to_owned()]));
    }

    #[test]
    fn a_package_is_known_by_its_id() {
        assert_eq!(
            package_name("path+file:///house/server/domain#0.1.0"),
            "domain"
        );
        assert_eq!(
            package_name("path+file:///house/tests#test-kit@0.1.0"),
            "test-kit"
        );
    }
}
