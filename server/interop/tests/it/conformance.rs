//! The packages of another maker get the verdict that their index gives them.

use std::fs;

use interop::oneroster;
use serde_json::Value;

use crate::packages::{codes, sample};

#[test]
fn every_package_gets_the_verdict_of_the_index() {
    let Some(folder) = sample("data/oneroster/LongsightGroup__oneroster") else {
        return;
    };
    let index = fs::read(folder.join("index-give.json")).expect("the index is there");
    let index: Vec<Value> = serde_json::from_slice(&index).expect("the index is JSON");
    assert!(!index.is_empty());
    for entry in index {
        let file = entry["file"].as_str().expect("a file");
        let bytes = fs::read(folder.join(file)).expect("the package is there");
        match (entry["expect"].as_str(), oneroster::read(&bytes)) {
            (Some("accept"), read) => {
                let package = read.unwrap_or_else(|problems| panic!("{file}: {problems:#?}"));
                assert_eq!(package.warnings, [], "{file}");
            }
            (_, Ok(_)) => panic!("{file} was accepted"),
            (_, Err(problems)) => {
                let found = codes(&problems);
                for code in entry["expectedCodes"].as_array().into_iter().flatten() {
                    let code = code.as_str().expect("a code");
                    assert!(found.contains(&code), "{file}: {code} not in {problems:#?}");
                }
                for wanted in entry["diagnostics"].as_array().into_iter().flatten() {
                    let is_found = problems.iter().any(|problem| {
                        wanted["code"] == problem.code
                            && wanted["fileName"] == problem.file.as_str()
                            && wanted["rowNumber"].as_u64() == problem.row
                            && wanted["field"].as_str() == problem.field.as_deref()
                    });
                    assert!(is_found, "{file}: {wanted} not in {problems:#?}");
                }
            }
        }
    }
}

#[test]
fn a_package_that_lacks_one_record_is_told_which() {
    let Some(folder) = sample("data/oneroster/LongsightGroup__oneroster/invalid") else {
        return;
    };
    for (file, table, field, reason) in [
        (
            "missingreferencerecord-roles-orgsourcedid.zip",
            "roles.csv",
            "orgSourcedId",
            "The organisation \"org-missing\" is not in orgs.csv.",
        ),
        (
            "missingreferencerecord-userprofiles-usersourcedid.zip",
            "userProfiles.csv",
            "userSourcedId",
            "The person \"user-missing\" is not in users.csv.",
        ),
        (
            "missingreferencerecord-academicsessions-parentsourcedid.zip",
            "academicSessions.csv",
            "parentSourcedId",
            "The year or term \"as-missing\" is not in academicSessions.csv.",
        ),
    ] {
        let bytes = fs::read(folder.join(file)).expect("the package is there");
        let problems = oneroster::read(&bytes).expect_err("refused");
        // These packages have no manifest either, which does not hide the rest.
        let [no_manifest, problem] = problems.as_slice() else {
            panic!("{file}: {problems:#?}");
        };
        assert_eq!(no_manifest.code, "manifest.missing");
        assert_eq!(problem.code, "reference.missing_record");
        assert_eq!(problem.file, table);
        assert_eq!(problem.field.as_deref(), Some(field));
        assert_eq!(problem.reason, reason);
    }
}
