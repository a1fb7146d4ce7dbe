//! `classimize provider`: the register of providers, led by whoever runs the platform.

use std::process::ExitCode;

use chrono::{NaiveDate, NaiveTime};
use clap::Subcommand;
use domain::Time;
use domain::providers::{self, NewProvider, NewTransfer};
use serde_json::json;
use vocab::providers::{Clause, Mechanism, ProviderPurpose, ProviderRole};

use super::{CommandError, clock, open};
use crate::config::Config;

/// What is done with the register.
#[derive(Debug, Subcommand)]
pub(super) enum ProviderCommand {
    /// Write a provider down. Nothing is given to it yet.
    Propose {
        /// Its name, by which the other commands know it.
        #[arg(long)]
        name: String,
        /// `hosting`, `mail`, `analytics`, `advertising`, `marketing` or `search`.
        #[arg(long)]
        purpose: String,
        /// `subprocessor`, `processor` or `controller`.
        #[arg(long, default_value = "subprocessor")]
        role: String,
        /// Kinds of data that it may be given, with commas: for mail `contact,credential,activity,history`.
        #[arg(long, value_delimiter = ',', required = true)]
        kinds: Vec<String>,
        /// About whom.
        #[arg(long, default_value = "staff and guardians")]
        subjects: String,
        /// Where it works: two letters, such as GB.
        #[arg(long, default_value = "GB")]
        country: String,
        /// Where its own privacy policy stands.
        #[arg(long)]
        policy: String,
        /// The contract's reference.
        #[arg(long)]
        contract: Option<String>,
        /// The contract's day, like 2026-11-24; today where it is left out.
        #[arg(long)]
        contract_day: Option<NaiveDate>,
        /// What the contract says of Article 28(3), with commas: all of instructions, confidentiality,
        /// security, subprocessors, rights, assistance, deletion, audits are needed before it is used.
        #[arg(long, value_delimiter = ',')]
        clauses: Vec<String>,
        /// It sells data. It is refused then.
        #[arg(long)]
        sells_data: bool,
    },
    /// Tell every school that a provider will be used in 30 days.
    Notify {
        /// Which.
        name: String,
    },
    /// Let a provider be used, 30 days after the schools were told.
    Activate {
        /// Which.
        name: String,
        /// Do not wait for the 30 days, because of this.
        #[arg(long, value_name = "REASON")]
        emergency: Option<String>,
    },
    /// Write down what allows data to go to a provider's country.
    Transfer {
        /// Which.
        name: String,
        /// `uk_adequacy`, `idta`, `addendum` or `derogation`.
        #[arg(long)]
        mechanism: String,
        /// The assessment behind it.
        #[arg(long)]
        assessment: String,
        /// Until which day, like 2027-11-24.
        #[arg(long)]
        until: NaiveDate,
    },
    /// Give a provider nothing for now.
    Suspend {
        /// Which.
        name: String,
    },
    /// Give a provider nothing any more.
    End {
        /// Which.
        name: String,
    },
    /// Print the register.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

pub(super) async fn run(
    config: &Config,
    command: ProviderCommand,
) -> Result<ExitCode, CommandError> {
    let db = open(config).await?;
    let now = clock().now();
    if let ProviderCommand::List { json } = command {
        return print(&db, json, now).await;
    }
    let tx = db.write().await?;
    let said = change(&tx, command, now).await?;
    tx.commit().await?;
    println!("{said}");
    Ok(ExitCode::SUCCESS)
}

async fn change(
    tx: &domain::Write,
    command: ProviderCommand,
    now: Time,
) -> Result<String, CommandError> {
    let said = |error: providers::Error| CommandError::said(error);
    Ok(match command {
        ProviderCommand::Propose {
            name,
            purpose,
            role,
            kinds,
            subjects,
            country,
            policy,
            contract,
            contract_day,
            clauses,
            sells_data,
        } => {
            let contract_at = contract_day.map_or(now, midnight);
            let new = NewProvider {
                name,
                purpose: word::<ProviderPurpose>(&purpose)?,
                role: word::<ProviderRole>(&role)?,
                kinds,
                subjects,
                country,
                policy_url: policy,
                contract: contract.map(|reference| (reference, contract_at)),
                clauses: clauses
                    .iter()
                    .map(|clause| word::<Clause>(clause))
                    .collect::<Result<_, _>>()?,
                sells_data,
            };
            providers::propose(tx, new, now).await.map_err(said)?;
            "Written down. Tell the schools with `classimize provider notify`.".to_owned()
        }
        ProviderCommand::Notify { name } => {
            let people = providers::notify(tx, &name, now).await.map_err(said)?;
            format!(
                "{people} people are written to. It can be used after {} days.",
                providers::NOTICE_DAYS
            )
        }
        ProviderCommand::Activate { name, emergency } => {
            providers::activate(tx, &name, emergency.as_deref(), now)
                .await
                .map_err(said)?;
            "It is in use.".to_owned()
        }
        ProviderCommand::Transfer {
            name,
            mechanism,
            assessment,
            until,
        } => {
            let new = NewTransfer {
                mechanism: word::<Mechanism>(&mechanism)?,
                assessment_ref: assessment,
                valid_until: midnight(until),
            };
            providers::record_transfer(tx, &name, new, now)
                .await
                .map_err(said)?;
            "Written down.".to_owned()
        }
        ProviderCommand::Suspend { name } => {
            providers::suspend(tx, &name, now).await.map_err(said)?;
            "It is paused.".to_owned()
        }
        ProviderCommand::End { name } => {
            providers::end(tx, &name, now).await.map_err(said)?;
            "It has ended.".to_owned()
        }
        ProviderCommand::List { .. } => String::new(),
    })
}

fn word<T: std::str::FromStr>(text: &str) -> Result<T, CommandError> {
    text.trim().parse().map_err(|_| {
        CommandError::Said(format!(
            "{text} is none of the words that are known here; see --help"
        ))
    })
}

fn midnight(day: NaiveDate) -> Time {
    day.and_time(NaiveTime::MIN).and_utc()
}

async fn print(db: &domain::Db, as_json: bool, now: Time) -> Result<ExitCode, CommandError> {
    let lines = providers::list(db.read(), now).await?;
    if as_json {
        println!("{}", json!(lines));
        return Ok(ExitCode::SUCCESS);
    }
    if lines.is_empty() {
        println!("The register is empty.");
    }
    for line in lines {
        println!(
            "{}: {}, {}, {} since {}",
            line.name,
            line.purpose,
            line.country,
            line.state.label().to_lowercase(),
            line.since
        );
    }
    Ok(ExitCode::SUCCESS)
}
