//! Holds `docs/promises.toml` and the other lists of claims against the tests that ran: an
//! entry that names a test which does not exist, did not run or failed is a claim
//! without proof. One that was skipped, because data beside the repository is not there,
//! is said and is no problem. It does not judge whether a test proves enough.

use std::fs;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::cases::ON_POSTGRES;
use crate::sh;
use crate::test::Case;

const CLAIMS: [&str; 4] = [
    "docs/promises.toml",
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
}

/// True where every claim is proven. Claims on browser tests are left out if those were
/// not asked for.
pub(crate) fn hold(cases: &[Case], browser_ran: bool) -> Result<bool> {
    let mut all_proven = true;
    for file in CLAIMS {
        let text = fs::read_to_string(sh::root().join(file))
            .with_context(|| format!("{file} is missing"))?;
        let claims: Claims = toml::from_str(&text).with_context(|| format!("reading {file}"))?;
        let problems = unproven(&claims, cases, browser_ran);
        for problem in &problems {
            sh::say(format!("{file}: {problem}"));
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
            if test.starts_with("end2end: ") && !browser_ran {
                continue;
            }
            let runs: Vec<_> = cases
                .iter()
                .filter(|case| is_named(&case.name, test))
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

fn is_named(ran: &str, named: &str) -> bool {
    let ran = ran.strip_suffix(ON_POSTGRES).unwrap_or(ran);
    if ran == named {
        return true;
    }
    match named.strip_prefix("end2end: ") {
        Some(title) => ran.starts_with("end2end: ") && ran.ends_with(&format!(" › {title}")),
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
        assert!(unproven(&claim("end2end: a piece"), &cases, false).is_empty());
    }
}
