//! Holds `docs/promises.toml` and the other lists of claims against the tests that ran: an
//! entry that names a test which does not exist, did not run or failed is a claim
//! without proof. One that was skipped, because data beside the repository is not there,
//! is said and is no problem, and so are browser tests where they were not asked for. It does
//! not judge whether a test proves enough.
//!
//! Each promise also names its section of the policy and a short hash of every sentence
//! that it comes from, which have to stand in the policy's text beside the repository.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::sh;
use crate::test::Case;

const PROMISES: &str = "docs/promises.toml";
const CLAIMS: [&str; 4] = [
    PROMISES,
    "docs/features.toml",
    "docs/childrens-code.toml",
    "docs/asvs.toml",
];

#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    kept: Vec<Claim>,
}

/// An id that is kept, and the tests that prove it: `package::path::name` (or the end of
/// it, from a `::` on), or `end2end: title`.
#[derive(Deserialize)]
struct Claim {
    id: String,
    tests: Vec<String>,
    #[serde(flatten)]
    origin: Option<Origin>,
}

/// Where in the policy a promise stands: the section, 0 before the first, and a hash of
/// each sentence.
#[derive(Deserialize)]
struct Origin {
    section: usize,
    sentences: Vec<String>,
}

/// True where every claim is proven. Claims on browser tests are left out if those were
/// not asked for, and it is said which.
pub(crate) fn hold(cases: &[Case], browser_ran: bool) -> Result<bool> {
    let mut all_proven = true;
    for file in CLAIMS {
        let text = fs::read_to_string(sh::root().join(file))
            .with_context(|| format!("{file} is missing"))?;
        let claims: Claims = toml::from_str(&text).with_context(|| format!("reading {file}"))?;
        let mut problems = unproven(&claims, cases, browser_ran);
        if file == PROMISES {
            problems.extend(unfounded(&claims)?);
        }
        for problem in &problems {
            sh::say(format!("{file}: {problem}"));
        }
        let not_held = not_held(&claims, browser_ran);
        if !not_held.is_empty() {
            sh::say(format!(
                "{file}: the browser tests did not run, so what these say of them was held \
                 against nothing: {}",
                not_held.join(", ")
            ));
        }
        sh::say(format!(
            "{file}: {} entries, {} problems",
            claims.kept.len(),
            problems.len()
        ));
        all_proven &= problems.is_empty();
    }
    Ok(all_proven)
}

fn unproven(claims: &Claims, cases: &[Case], browser_ran: bool) -> Vec<String> {
    let mut problems = Vec::new();
    for claim in &claims.kept {
        if claim.tests.is_empty() {
            problems.push(format!("{}: no test is named", claim.id));
        }
        for test in &claim.tests {
            if is_of_the_browser(test) && !browser_ran {
                continue;
            }
            let runs: Vec<_> = cases
                .iter()
                .filter(|case| is_named(case.own_name(), test))
                .collect();
            if runs.is_empty() {
                problems.push(format!(
                    "{}: `{test}` does not exist or did not run",
                    claim.id
                ));
            } else if runs.iter().all(|case| case.was_skipped) {
                sh::say(format!("{}: `{test}` was skipped here", claim.id));
            } else if runs.iter().any(|case| !case.ok) {
                problems.push(format!("{}: `{test}` failed", claim.id));
            }
        }
    }
    problems
}

/// The claims that name a browser test although none ran.
fn not_held(claims: &Claims, browser_ran: bool) -> Vec<&str> {
    let rests_on_one = |claim: &&Claim| claim.tests.iter().any(|test| is_of_the_browser(test));
    let named = claims.kept.iter().filter(rests_on_one);
    named
        .filter(|_| !browser_ran)
        .map(|claim| claim.id.as_str())
        .collect()
}

fn is_of_the_browser(test: &str) -> bool {
    test.starts_with("end2end: ")
}

/// The policy that the promises are taken from.
const POLICY: &str = "../shared/spec/policy-2021.txt";

fn unfounded(claims: &Claims) -> Result<Vec<String>> {
    let policy = sh::root().join(POLICY);
    if !policy.exists() {
        sh::say(format!(
            "skipped: {POLICY} is not here, so no sentence was compared"
        ));
        return Ok(Vec::new());
    }
    let policy = fs::read_to_string(policy).with_context(|| format!("reading {POLICY}"))?;
    Ok(changed(claims, &policy))
}

/// Promises whose sentences the policy does not have in their section.
fn changed(claims: &Claims, policy: &str) -> Vec<String> {
    let known = sentences(policy);
    let mut problems = Vec::new();
    for claim in &claims.kept {
        match &claim.origin {
            Some(origin) if !origin.sentences.is_empty() => {
                for hash in &origin.sentences {
                    if !known.contains(&(origin.section, hash.clone())) {
                        problems.push(format!(
                            "{}: section {} of the policy has no sentence with the hash {hash} any more",
                            claim.id, origin.section
                        ));
                    }
                }
            }
            _ => problems.push(format!("{}: no sentence of the policy is named", claim.id)),
        }
    }
    problems
}

/// Every sentence of the policy by its section and hash. A section begins with a line
/// like `3. HOW LONG`; a sentence ends with its line, or with a full stop and a space.
fn sentences(policy: &str) -> BTreeSet<(usize, String)> {
    let mut section = 0;
    let mut all = BTreeSet::new();
    for line in policy.lines() {
        if let Some((number, title)) = line.split_once(". ")
            && title.starts_with(char::is_uppercase)
            && let Ok(number) = number.parse()
        {
            section = number;
        }
        for sentence in line.split_inclusive(". ") {
            let mut hash = format!("{:x}", Sha256::digest(sentence.trim()));
            hash.truncate(12);
            all.insert((section, hash));
        }
    }
    all
}

fn is_named(ran: &str, named: &str) -> bool {
    if ran == named {
        return true;
    }
    match named.strip_prefix("end2end: ") {
        Some(title) => is_of_the_browser(ran) && ran.ends_with(&format!(" › {title}")),
        None => ran.ends_with(&format!("::{named}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(name: &str, ok: bool) -> Case {
        Case::ran(name, ok)
    }

    fn claim(test: &str) -> Claims {
        Claims {
            kept: vec![Claim {
                id: "P-001".to_owned(),
                tests: vec![test.to_owned()],
                origin: None,
            }],
        }
    }

    #[test]
    fn a_test_is_found_by_the_end_of_its_path_on_either_database() {
        let cases = [ran("server::it::sign_in::is_revoked (PostgreSQL)", true)];
        assert!(unproven(&claim("it::sign_in::is_revoked"), &cases, true).is_empty());
        assert_eq!(unproven(&claim("in::is_revoked"), &cases, true).len(), 1);
    }

    #[test]
    fn a_claim_fails_where_its_test_failed_on_one_database() {
        let cases = [
            ran("domain::it::a", true),
            ran("domain::it::a (PostgreSQL)", false),
        ];
        assert_eq!(
            unproven(&claim("it::a"), &cases, true),
            ["P-001: `it::a` failed"]
        );
    }

    #[test]
    fn a_browser_test_is_found_inside_its_group() {
        let cases = [ran("end2end: marking › returns a piece", true)];
        assert!(unproven(&claim("end2end: returns a piece"), &cases, true).is_empty());
        assert_eq!(unproven(&claim("end2end: a piece"), &cases, true).len(), 1);
    }

    #[test]
    fn a_claim_on_a_browser_test_that_did_not_run_is_said_to_be_held_against_nothing() {
        let (of_browser, other) = (claim("end2end: returns a piece"), claim("it::a"));
        assert!(unproven(&of_browser, &[], false).is_empty());
        assert_eq!(not_held(&of_browser, false), ["P-001"]);
        assert_eq!(not_held(&of_browser, true), [""; 0]);
        assert_eq!(not_held(&other, false), [""; 0]);
    }

    #[test]
    fn a_changed_sentence_of_the_policy_names_its_promise() {
        let policy = "We value you. Nothing is sold.\n1. KEEPING Data is kept. Then it goes.";
        let told = |policy: &str| {
            let claims = r#"
                [[kept]]
                id = "P-001"
                tests = []
                section = 0
                sentences = ["bf37b117a996"]
                [[kept]]
                id = "P-002"
                tests = []
                section = 1
                sentences = ["0b2a571d0d74"]
            "#;
            changed(&toml::from_str(claims).expect("claims"), policy)
        };
        assert_eq!(told(policy), [""; 0]);
        let other = told(&policy.replace("Then it goes", "Some of it goes"));
        assert_eq!(other.len(), 1);
        assert!(other[0].starts_with("P-002: section 1"), "{other:?}");
        let moved = told(&policy.replace("1. KEEPING", "2. KEEPING"));
        assert!(moved[0].starts_with("P-002"), "{moved:?}");
    }

    #[test]
    fn a_promise_without_a_sentence_is_named() {
        assert_eq!(
            changed(&claim("it::a"), "We value you."),
            ["P-001: no sentence of the policy is named"]
        );
    }

    #[test]
    fn every_promise_stands_in_the_policy_where_that_is_here() {
        if !sh::root().join(POLICY).exists() {
            println!("skipped: {POLICY} is not here");
            return;
        }
        let text = fs::read_to_string(sh::root().join(PROMISES)).expect("the promises");
        let claims: Claims = toml::from_str(&text).expect("they can be read");
        assert_eq!(unfounded(&claims).expect("read"), [""; 0]);
    }
}
