//! `classimize policy …`: the versions of the policy documents, in the hands of two
//! people. Whatever the program says today that people are not told is said here first.

use std::path::PathBuf;
use std::process::ExitCode;

use chrono::NaiveDate;
use clap::Subcommand;
use domain::Db;
use domain::policies::{self, Drift, Proposal};
use serde_json::json;
use vocab::policies::{PolicyDocument, Semver};

use super::{CommandError, clock, open};
use crate::config::Config;

#[derive(Debug, Subcommand)]
pub(super) enum PolicyCommand {
    /// Freeze a text as a draft: the one that this program makes from the data map today, or a file's.
    Propose {
        /// `privacy_notice`, `childrens_notice`, `terms` or `cookies`.
        #[arg(long)]
        document: String,
        /// Its number, such as 1.1.0.
        #[arg(long)]
        number: String,
        /// It changes what people may expect: it is announced 30 days ahead, and terms are asked again.
        #[arg(long)]
        material: bool,
        /// What changed, in plain words.
        #[arg(long)]
        change_log: String,
        /// Who wrote it.
        #[arg(long)]
        author: String,
        /// A file with the text, in place of the text that this program makes.
        #[arg(long, value_name = "FILE")]
        text: Option<PathBuf>,
    },
    /// Say as a second person that a draft is right. Its text is fixed from then on.
    Approve {
        /// `privacy_notice`, `childrens_notice`, `terms` or `cookies`.
        #[arg(long)]
        document: String,
        /// Its number.
        #[arg(long)]
        number: String,
        /// Who approves; not who wrote it.
        #[arg(long)]
        approver: String,
    },
    /// Set the day from which an approved version holds (from 00:00 UTC).
    Schedule {
        /// `privacy_notice`, `childrens_notice`, `terms` or `cookies`.
        #[arg(long)]
        document: String,
        /// Its number.
        #[arg(long)]
        number: String,
        /// The day, such as 2027-01-15; `now` for a small change.
        #[arg(long)]
        from: String,
    },
    /// Every version and where it stands. Exit code 2: the program says something today that people are not told.
    List {
        /// Print JSON: `[{"document","number","state","from","material","author","approver","sha256"}]`.
        #[arg(long)]
        json: bool,
    },
}

pub(super) async fn policy(
    config: &Config,
    command: PolicyCommand,
) -> Result<ExitCode, CommandError> {
    let db = open(config).await?;
    match command {
        PolicyCommand::Propose {
            document,
            number,
            material,
            change_log,
            author,
            text,
        } => {
            let (document, semver) = which(&document, &number)?;
            let text = text
                .map(|file| {
                    std::fs::read_to_string(&file)
                        .map_err(|error| CommandError::File(file.clone(), error))
                })
                .transpose()?;
            let proposal = Proposal {
                document,
                semver,
                is_material: material,
                change_log,
                author,
                text,
            };
            let tx = db.write().await?;
            policies::propose(&tx, proposal, clock().now())
                .await
                .map_err(CommandError::said)?;
            tx.commit().await?;
            println!(
                "{} {semver} is a draft. Somebody else approves it.",
                document.label()
            );
            Ok(ExitCode::SUCCESS)
        }
        PolicyCommand::Approve {
            document,
            number,
            approver,
        } => {
            let (document, semver) = which(&document, &number)?;
            let tx = db.write().await?;
            policies::approve(&tx, (document, semver), &approver, clock().now())
                .await
                .map_err(CommandError::said)?;
            tx.commit().await?;
            println!(
                "{} {semver} is approved. Set its day with `classimize policy schedule`.",
                document.label()
            );
            Ok(ExitCode::SUCCESS)
        }
        PolicyCommand::Schedule {
            document,
            number,
            from,
        } => {
            let (document, semver) = which(&document, &number)?;
            let now = clock().now();
            let from = if from == "now" {
                now
            } else {
                from.parse::<NaiveDate>()
                    .map_err(|_| {
                        CommandError::Said(format!("{from} is no day such as 2027-01-15"))
                    })?
                    .and_time(chrono::NaiveTime::MIN)
                    .and_utc()
            };
            let tx = db.write().await?;
            policies::schedule(&tx, (document, semver), from, now)
                .await
                .map_err(CommandError::said)?;
            tx.commit().await?;
            println!(
                "{} {semver} holds from {}.",
                document.label(),
                domain::moments::day(from)
            );
            Ok(ExitCode::SUCCESS)
        }
        PolicyCommand::List { json } => list(&db, json).await,
    }
}

async fn list(db: &Db, as_json: bool) -> Result<ExitCode, CommandError> {
    const UNANNOUNCED: u8 = 2;
    let now = clock().now();
    let all = policies::list(db.read()).await?;
    let lines: Vec<_> = all
        .iter()
        .map(|version| {
            json!({
                "document": version.document,
                "number": version.semver,
                "state": policies::state_of(version, &all, now),
                "from": version.effective_from,
                "material": version.is_material,
                "author": version.author,
                "approver": version.approver,
                "sha256": version.text_sha256,
            })
        })
        .collect();
    if as_json {
        println!("{}", json!(lines));
    } else {
        for version in &all {
            println!(
                "{:<18} {:<8} {:<11} {:<18} {}, {}",
                version.document.as_str(),
                version.semver,
                policies::state_of(version, &all, now).label(),
                version
                    .effective_from
                    .map_or_else(|| "no day yet".to_owned(), domain::moments::day),
                version.author,
                version.approver.as_deref().unwrap_or("not approved"),
            );
        }
    }
    let drift = policies::drift(db.read(), now).await?;
    for drift in &drift {
        eprintln!("{}", in_words(drift));
    }
    Ok(if drift.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(UNANNOUNCED)
    })
}

/// What the operator has to know about a text that is not the one people are told.
pub(super) fn in_words(drift: &Drift) -> String {
    let name = drift.document.label();
    let holds = drift.in_force.as_deref().map_or_else(
        || format!("{name}: no version is in force"),
        |semver| {
            format!(
                "{name}: version {semver}, which is in force, is not what this program does today"
            )
        },
    );
    match &drift.on_its_way {
        Some((semver, state)) => {
            format!(
                "{holds}. Version {semver} says it and is {}.",
                state.label().to_lowercase()
            )
        }
        None => format!(
            "{holds}. Announce it: classimize policy propose --document {} --number …",
            drift.document
        ),
    }
}

fn which(document: &str, number: &str) -> Result<(PolicyDocument, Semver), CommandError> {
    let of = document.parse().map_err(|_| {
        let known: Vec<&str> = PolicyDocument::ALL
            .iter()
            .map(|document| document.as_str())
            .collect();
        CommandError::Said(format!("{document} is none of {}", known.join(", ")))
    })?;
    let semver = number
        .parse()
        .map_err(|_| CommandError::Said(format!("{number} is no version such as 1.1.0")))?;
    Ok((of, semver))
}
