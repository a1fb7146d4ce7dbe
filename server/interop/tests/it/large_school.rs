//! A secondary school of 1,200 students, written by the project's own generator.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use interop::oneroster::{Package, RosterRole, read};

use crate::packages::sample;

fn school_of_1200() -> Option<Vec<u8>> {
    let script = sample("tools/make_school.py")?;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("school.zip");
    if !has_run(&script, &out) {
        println!("skipped: python3 could not write the school");
        return None;
    }
    Some(std::fs::read(out).expect("the school was written"))
}

fn has_run(script: &Path, out: &Path) -> bool {
    let output = Command::new("python3").arg(script).arg(out).output();
    output.is_ok_and(|output| output.status.success())
}

#[test]
fn a_school_of_1200_is_read_whole_and_without_a_warning() {
    let Some(bytes) = school_of_1200() else {
        return;
    };
    let start = Instant::now();
    let package: Package = read(&bytes).unwrap_or_else(|problems| panic!("{problems:#?}"));
    println!("read in {} ms", start.elapsed().as_millis());
    assert_eq!(package.warnings, []);
    assert_eq!(package.classes.len(), 462);
    assert_eq!(package.enrollments.len(), 13_629);
    let is_student = |role: &RosterRole| *role == RosterRole::Student;
    let students = package
        .users
        .iter()
        .filter(|user| user.roles.iter().any(|role| is_student(&role.role)));
    assert_eq!(students.count(), 1_197);
    assert!(package.users.iter().all(|user| user.roles.len() == 1));
    assert!(package.loose_roles.is_empty());
}
