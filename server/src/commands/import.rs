//! `classimize import`: reads a roster package into a school, or says what it
//! would change. The exit code tells scripts how it went: 0 it is (or would be)
//! in, 2 it was refused, 1 something broke.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bytes::Bytes;
use domain::rosters::{self, Outcome, Wish};
use interop::archive::{ArchiveError, Limits};
use serde::Serialize;
use vocab::ids::ImportId;
use vocab::rosters::{Counts, Losses, RosterKind, RosterProblem};

use super::{CommandError, clock, open, school_by_code};
use crate::config::Config;

const REFUSED: u8 = 2;

/// What was asked for.
pub(super) struct Ask {
    /// The package.
    pub(super) file: PathBuf,
    /// The school's code.
    pub(super) school: String,
    /// Only say what would change.
    pub(super) dry_run: bool,
    /// Go on although more than a tenth of the people would leave, lose their last role or be
    /// locked out, or more than a tenth of the places in classes would go.
    pub(super) leavers_are_right: bool,
}

/// What `--json` prints.
#[derive(Debug, Default, Serialize)]
struct Printed {
    created: u64,
    changed: u64,
    ended: u64,
    unchanged: u64,
    problems: Vec<RosterProblem>,
    by_kind: Vec<KindCounts>,
    import: Option<ImportId>,
}

#[derive(Debug, Serialize)]
struct KindCounts {
    kind: RosterKind,
    #[serde(flatten)]
    counts: Counts,
}

/// How it went.
struct Answer {
    printed: Printed,
    is_refused: bool,
}

pub(super) async fn import(
    config: &Config,
    ask: &Ask,
    json: bool,
) -> Result<ExitCode, CommandError> {
    let answer = match read(&ask.file)? {
        Ok(bytes) => bring_in(config, ask, bytes).await?,
        Err(problem) => Answer::refused(vec![problem]),
    };
    if json {
        println!(
            "{}",
            serde_json::to_string(&answer.printed).map_err(CommandError::said)?
        );
    } else {
        answer.say(ask);
    }
    Ok(if answer.is_refused {
        ExitCode::from(REFUSED)
    } else {
        ExitCode::SUCCESS
    })
}

/// The file, unless it is larger than any package.
fn read(file: &Path) -> Result<Result<Bytes, RosterProblem>, CommandError> {
    let broken = |error| CommandError::File(file.to_owned(), error);
    let most = Limits::roster().archive_bytes;
    if std::fs::metadata(file).map_err(broken)?.len() > most {
        let error = ArchiveError::TooLarge {
            what: "The package".to_owned(),
            limit_mib: most >> 20,
        };
        return Ok(Err(whole_package(error.code(), error.to_string())));
    }
    Ok(Ok(std::fs::read(file).map_err(broken)?.into()))
}

fn whole_package(code: &str, reason: String) -> RosterProblem {
    RosterProblem {
        file: String::new(),
        row: None,
        field: None,
        code: code.to_owned(),
        reason,
    }
}

fn too_many_leavers(losses: Losses) -> RosterProblem {
    let reason =
        format!("{losses}. That is more than a tenth: if it is right, say --leavers-are-right.");
    whole_package("school.too_many_leavers", reason)
}

async fn bring_in(config: &Config, ask: &Ask, bytes: Bytes) -> Result<Answer, CommandError> {
    let db = open(config).await?;
    let (school, _) = school_by_code(&db, &ask.school).await?;
    let name = ask
        .file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let wish = match (ask.dry_run, ask.leavers_are_right) {
        (true, _) => Wish::Look,
        (false, true) => Wish::BringInWithLeavers,
        (false, false) => Wish::BringIn,
    };
    match rosters::import_now(&db, &school, &name, bytes, wish, clock().now()).await {
        Ok(outcome) => Ok(Answer::of(outcome, ask)),
        Err(rosters::Error::TooManyLeavers(losses)) => {
            Ok(Answer::refused(vec![too_many_leavers(losses)]))
        }
        Err(error) if error.is_refusal() => Ok(Answer::refused(error.problems())),
        Err(error) => Err(CommandError::said(error)),
    }
}

impl Answer {
    fn refused(problems: Vec<RosterProblem>) -> Self {
        Self {
            printed: Printed {
                problems,
                ..Printed::default()
            },
            is_refused: true,
        }
    }

    fn of(outcome: Outcome, ask: &Ask) -> Self {
        // A dry run says what a run with the same options would do.
        let is_refused = ask.dry_run && outcome.asks_about_leavers && !ask.leavers_are_right;
        let mut problems = outcome.problems;
        if is_refused {
            problems.push(too_many_leavers(outcome.losses));
        }
        let Counts {
            created,
            changed,
            ended,
            unchanged,
        } = outcome.counts;
        let by_kind = outcome
            .by_kind
            .into_iter()
            .map(|(kind, counts)| KindCounts { kind, counts })
            .collect();
        Self {
            printed: Printed {
                created,
                changed,
                ended,
                unchanged,
                problems,
                by_kind,
                import: outcome.id,
            },
            is_refused,
        }
    }

    /// For people: the people's numbers first, then the rest, then every problem.
    fn say(&self, ask: &Ask) {
        let printed = &self.printed;
        for line in lines(&printed.by_kind, printed.problems.len()) {
            println!("{line}");
        }
        for problem in &printed.problems {
            println!("{}", problem_line(problem));
        }
        println!(
            "{}",
            match (self.is_refused, ask.dry_run) {
                (true, _) => "Refused. Nothing was written.",
                (false, true) => "This was a dry run. Nothing was written.",
                (false, false) => "Imported. It can be undone for 30 days, on the page of imports.",
            }
        );
    }
}

/// "412 new, 37 changed, 6 leavers, 3 problems", then a line for each other kind.
fn lines(by_kind: &[KindCounts], problems: usize) -> Vec<String> {
    let problems = match problems {
        1 => "1 problem".to_owned(),
        many => format!("{many} problems"),
    };
    let people = by_kind
        .iter()
        .find(|of| of.kind == RosterKind::People)
        .map(|of| of.counts);
    let first = match people {
        Some(Counts {
            created,
            changed,
            ended,
            ..
        }) => {
            let leavers = if ended == 1 { "leaver" } else { "leavers" };
            format!("{created} new, {changed} changed, {ended} {leavers}, {problems}")
        }
        None => problems,
    };
    let others = by_kind
        .iter()
        .filter(|of| of.kind != RosterKind::People)
        .map(|of| {
            let Counts {
                created,
                changed,
                ended,
                unchanged,
            } = of.counts;
            format!(
                "{}: {created} new, {changed} changed, {ended} ended, {unchanged} the same",
                of.kind
            )
        });
    std::iter::once(first).chain(others).collect()
}

/// "users.csv, row 208, email: …".
fn problem_line(problem: &RosterProblem) -> String {
    let place = [
        Some(problem.file.clone()).filter(|file| !file.is_empty()),
        problem.row.map(|row| format!("row {row}")),
        problem.field.clone(),
    ];
    let place = place.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let reason = &problem.reason;
    if place.is_empty() {
        format!("  {reason}")
    } else {
        format!("  {place}: {reason}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_people_are_told_first() {
        let by_kind = vec![
            KindCounts {
                kind: RosterKind::People,
                counts: Counts {
                    created: 412,
                    changed: 37,
                    ended: 6,
                    unchanged: 704,
                },
            },
            KindCounts {
                kind: RosterKind::Classrooms,
                counts: Counts {
                    created: 1,
                    ..Counts::default()
                },
            },
        ];
        assert_eq!(
            lines(&by_kind, 3),
            [
                "412 new, 37 changed, 6 leavers, 3 problems",
                "classrooms: 1 new, 0 changed, 0 ended, 0 the same"
            ]
        );
    }

    #[test]
    fn scripts_read_the_named_keys() {
        let answer = Answer::refused(vec![whole_package(
            "school.not_declared",
            "Not signed.".to_owned(),
        )]);
        let json = serde_json::to_value(&answer.printed).expect("it is plain data");
        assert_eq!(json["created"], 0);
        assert_eq!(json["problems"][0]["code"], "school.not_declared");
        assert!(json["problems"][0]["row"].is_null());
        assert!(answer.is_refused);
    }

    #[test]
    fn a_problem_says_where_it_is() {
        let problem = RosterProblem {
            file: "users.csv".into(),
            row: Some(208),
            field: Some("email".into()),
            ..whole_package("x", "Twice.".into())
        };
        assert_eq!(
            problem_line(&problem),
            "  users.csv, row 208, email: Twice."
        );
        assert_eq!(
            problem_line(&whole_package("x", "No zip.".into())),
            "  No zip."
        );
    }
}
