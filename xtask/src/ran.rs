//! When the tests of exactly this source last ran, all of them and without a failure. The
//! release build takes that moment in, and `/trust` shows it. It says nothing where the
//! source differs from the commit that was tested, or where git is not here.

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

/// Keeps that a whole run of this source has just ended well.
pub(crate) fn keep() -> Result<()> {
    let Some(commit) = commit() else {
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

/// When this source was tested, if it was.
pub(crate) fn last() -> Option<String> {
    of_commit(&fs::read_to_string(file()).ok()?, &commit()?)
}

fn of_commit(kept: &str, commit: &str) -> Option<String> {
    let (tested, seconds) = kept.split_once(' ')?;
    (tested == commit).then(|| seconds.to_owned())
}

/// The commit, where nothing was changed since.
fn commit() -> Option<String> {
    let changed = sh::output(sh::command("git").args(["status", "--porcelain"])).ok()?;
    let commit = sh::output(sh::command("git").args(["rev-parse", "HEAD"])).ok()?;
    changed.is_empty().then(|| commit.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::of_commit;

    #[test]
    fn a_run_of_another_commit_is_no_run_of_this_one() {
        assert_eq!(
            of_commit("abc 1795900000", "abc").as_deref(),
            Some("1795900000")
        );
        assert_eq!(of_commit("abc 1795900000", "abcdef"), None);
        assert_eq!(of_commit("", "abc"), None);
    }
}
