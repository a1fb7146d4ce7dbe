//! When the tests of exactly this source last ran, all of them and without a failure. The
//! release build takes that moment in, and `/trust` shows it. It says nothing where the
//! source differs from the commit that was tested, where it changed while the tests ran, or
//! where git is not here.

use std::fs;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;

use crate::sh;

/// The variable by which the build learns of it, in seconds since 1970.
pub(crate) const VARIABLE: &str = "CLASSIMIZE_TESTS_RAN";

fn file() -> PathBuf {
    sh::target().join("tests-ran.txt")
}

/// Keeps that every test of this source has just passed: of the commit that stood here when
/// the run began, if it still does.
pub(crate) fn keep(at_the_start: Option<&str>) -> Result<()> {
    let Some(commit) = unchanged(at_the_start, commit().as_deref()) else {
        sh::say("not kept for /trust: what was tested is no commit, or changed meanwhile");
        return Ok(());
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "the moment of the run is what is kept"
    )]
    let now = SystemTime::now();
    let seconds = now.duration_since(UNIX_EPOCH)?.as_secs();
    sh::write_if_changed(&file(), format!("{commit} {seconds}").as_bytes())
}

/// Takes back what is kept of a commit in which something has just failed.
pub(crate) fn forget(at_the_start: Option<&str>) -> Result<()> {
    let kept = fs::read_to_string(file()).unwrap_or_default();
    if at_the_start.is_some_and(|commit| of_commit(&kept, commit).is_some()) {
        fs::remove_file(file())?;
    }
    Ok(())
}

/// When this source was tested, if it was.
pub(crate) fn last() -> Option<String> {
    of_commit(&fs::read_to_string(file()).ok()?, &commit()?)
}

fn of_commit(kept: &str, commit: &str) -> Option<String> {
    let (tested, seconds) = kept.split_once(' ')?;
    (tested == commit).then(|| seconds.to_owned())
}

/// The commit that was tested from the beginning to the end.
fn unchanged(at_the_start: Option<&str>, at_the_end: Option<&str>) -> Option<String> {
    at_the_start
        .filter(|commit| at_the_end == Some(*commit))
        .map(str::to_owned)
}

/// The commit, where nothing was changed since.
pub(crate) fn commit() -> Option<String> {
    let changed = sh::output(sh::command("git").args(["status", "--porcelain"])).ok()?;
    let commit = sh::output(sh::command("git").args(["rev-parse", "HEAD"])).ok()?;
    changed.is_empty().then(|| commit.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::{of_commit, unchanged};

    #[test]
    fn a_run_of_another_commit_is_no_run_of_this_one() {
        assert_eq!(
            of_commit("abc 1795900000", "abc").as_deref(),
            Some("1795900000")
        );
        assert_eq!(of_commit("abc 1795900000", "abcdef"), None);
        assert_eq!(of_commit("", "abc"), None);
    }

    #[test]
    fn a_source_that_changed_while_the_tests_ran_was_not_tested() {
        assert_eq!(unchanged(Some("abc"), Some("abc")).as_deref(), Some("abc"));
        for (at_the_start, at_the_end) in [
            (Some("abc"), Some("def")),
            (Some("abc"), None),
            (None, Some("abc")),
            (None, None),
        ] {
            assert_eq!(unchanged(at_the_start, at_the_end), None);
        }
    }
}
