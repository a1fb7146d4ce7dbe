//! Texts that the program makes of its own lists, committed beside the tests, so that a
//! change of one is seen by whoever reads the commit.

use std::fs;
use std::path::Path;

/// Compares a text with the file of this name in `tests/it/snapshots` of the package whose
/// folder this is. `UPDATE_SNAPSHOTS=1` writes the file anew. Ends of lines do not count.
///
/// # Panics
/// If the file says something else, or is not there.
pub fn compare_with_snapshot(package: &str, name: &str, now: &str) {
    let folder = Path::new(package).join("tests/it/snapshots");
    let file = folder.join(name);
    let now = now.replace("\r\n", "\n");
    if std::env::var("UPDATE_SNAPSHOTS").is_ok_and(|value| value == "1") {
        fs::create_dir_all(&folder).expect("the folder of snapshots can be made");
        fs::write(&file, &now).expect("the snapshot can be written");
    }
    compare(&file, &now);
}

fn compare(file: &Path, now: &str) {
    let kept = fs::read_to_string(file).unwrap_or_else(|error| {
        panic!(
            "{} is not there ({error}): run with UPDATE_SNAPSHOTS=1",
            file.display()
        )
    });
    assert_eq!(
        kept.replace("\r\n", "\n"),
        now,
        "{} differs: look at it, then run with UPDATE_SNAPSHOTS=1",
        file.display()
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "nowhere.txt is not there")]
    fn a_snapshot_that_nobody_committed_is_a_failure() {
        compare(Path::new("nowhere.txt"), "");
    }
}
