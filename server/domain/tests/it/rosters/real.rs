//! Real packages: those of another maker with the verdict each must get, an export
//! of the older edition, and a whole school of 1,200 students. They lie beside the
//! repository; where they do not, these tests say so and pass.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use bytes::Bytes;
use domain::rosters::{self, Wish};
use test_kit::School;
use vocab::rosters::RosterKind;

use super::{codes, door, everything, of, try_import};

/// Data that lies beside the repository, if it does.
fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared")
        .join(path);
    if !path.exists() {
        println!("skipped: {} is not here", path.display());
        return None;
    }
    Some(path)
}

#[tokio::test]
async fn packages_of_another_maker_get_the_verdict_they_must() {
    let Some(folder) = shared("data/oneroster/LongsightGroup__oneroster") else {
        return;
    };
    let index = std::fs::read(folder.join("index-give.json")).expect("the index is there");
    let index: Vec<serde_json::Value> = serde_json::from_slice(&index).expect("the index is JSON");
    let school = School::new().await;
    for entry in index {
        let name = entry["file"].as_str().expect("a file");
        let bytes = Bytes::from(std::fs::read(folder.join(name)).expect("the package is there"));
        let before = everything(&school).await;
        let outcome = try_import(&school, bytes, Wish::BringInWithLeavers).await;
        if entry["expect"] == "accept" {
            assert!(outcome.is_ok(), "{name}: {outcome:?}");
        } else {
            let error = outcome.expect_err(name);
            assert!(error.is_refusal() && !error.problems().is_empty(), "{name}");
            assert_eq!(before, everything(&school).await, "{name}");
        }
    }
}

#[tokio::test]
async fn hostile_archives_are_refused_and_nothing_is_written() {
    let Some(folder) = shared("data/security/made-here") else {
        return;
    };
    let school = School::new().await;
    let before = everything(&school).await;
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("the folder can be listed").path();
        if path.extension().is_none_or(|kind| kind != "zip") {
            continue;
        }
        let bytes = Bytes::from(std::fs::read(&path).expect("the archive is there"));
        let error = try_import(&school, bytes, Wish::BringInWithLeavers)
            .await
            .expect_err("a hostile archive is refused");
        assert!(error.is_refusal() && !error.problems().is_empty());
    }
    assert_eq!(before, everything(&school).await);
}

#[tokio::test]
async fn an_export_of_the_older_edition_with_two_schools_comes_in() {
    let Some(folder) = shared("data/oneroster/oat-sa__oneroster-import/OneRosterv1p1BaseCSV")
    else {
        return;
    };
    let school = School::new().await;
    let bytes = test_kit::zip_folder(&folder);
    let outcome = try_import(&school, bytes.clone(), Wish::BringIn)
        .await
        .expect("it goes in");
    assert_eq!(of(&outcome, RosterKind::People), (2, 0, 0, 0));
    assert_eq!(of(&outcome, RosterKind::Classrooms), (3, 0, 0, 0));
    assert_eq!(of(&outcome, RosterKind::Enrolments), (3, 0, 0, 0));
    assert!(codes(&outcome).contains(&"org.several_schools"));
    let again = try_import(&school, bytes, Wish::BringIn)
        .await
        .expect("it goes in");
    assert_eq!(again.counts.unchanged, 8);
}

#[tokio::test]
async fn a_school_of_1200_comes_in_and_a_second_time_changes_nothing() {
    let Some(maker) = shared("tools/make_school.py") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("school.zip");
    let made = Command::new("python3").arg(maker).arg(&file).output();
    if !made.is_ok_and(|output| output.status.success()) {
        println!("skipped: python3 is not here");
        return;
    }
    let school = School::new().await;
    let bytes = Bytes::from(std::fs::read(&file).expect("the package is there"));
    let begun = Instant::now();
    let first = try_import(&school, bytes.clone(), Wish::BringIn)
        .await
        .expect("it goes in");
    let first_time = begun.elapsed();
    assert_eq!(of(&first, RosterKind::Classrooms).0, 462);
    assert_eq!(of(&first, RosterKind::Enrolments).0, 13_629);
    assert_eq!(codes(&first), ["user.no_role"]);
    let begun = Instant::now();
    let again = try_import(&school, bytes, Wish::BringIn)
        .await
        .expect("it goes in");
    let again_time = begun.elapsed();
    assert_eq!(again.counts.unchanged, first.counts.created);
    assert_eq!(
        (
            again.counts.created,
            again.counts.changed,
            again.counts.ended
        ),
        (0, 0, 0)
    );
    let begun = Instant::now();
    // The second changed nothing, so it does not stand in the way.
    let undone = first.id.expect("it is in");
    rosters::undo(&school.db, &door(&school), undone, school.now())
        .await
        .expect("it can be undone");
    println!(
        "1,200 students: {first_time:.2?}, again {again_time:.2?}, undone {:.2?}",
        begun.elapsed()
    );
}
