//! `classimize measure`: what `cargo xtask bench --privacy` and the stories in a browser ask
//! of the binary. It makes a school that nobody has, so it does nothing unless the server is
//! set up for measuring.

use std::pin::pin;
use std::process::ExitCode;
use std::time::Instant;

use clap::Subcommand;
use domain::consent::{self, Signer};
use domain::seal::Seal;
use domain::{Time, access, export, measure};
use futures::TryStreamExt;
use serde_json::{Value, json};
use vocab::visitors::{Ground, ThirdPartyPurpose};

use super::{CommandError, clock, open, signer, store};
use crate::config::Config;
use crate::cookies::choice::Choice;
use crate::cookies::decision::{Asking, RouteClass, decide};
use crate::cookies::parties::google_analytics;

#[derive(Debug, Subcommand)]
pub(super) enum MeasureCommand {
    /// Write so many entries into a record of consents, read it again, and decide about cookies
    /// as often.
    Ledger {
        /// How many.
        entries: usize,
    },
    /// Give one student so many rows and MB of files, and make a copy of everything.
    Copy {
        /// How many rows.
        rows: usize,
        /// How many MB.
        megabytes: u64,
    },
    /// Let so many students of the largest school have left so long ago that the next sweep
    /// erases them.
    Leavers {
        /// How many.
        people: usize,
    },
    /// Say how many people have been erased.
    Erased,
    /// Let the days be over in which whoever asked to be erased can call it off.
    CoolingOff,
}

pub(super) async fn run(
    config: &Config,
    command: MeasureCommand,
) -> Result<ExitCode, CommandError> {
    if !config.bench {
        return Err(CommandError::said(
            "this only measures: it works with CLASSIMIZE_BENCH, on data that nobody needs",
        ));
    }
    let found = match command {
        MeasureCommand::Ledger { entries } => ledger(config, entries).await?,
        MeasureCommand::Copy { rows, megabytes } => copy(config, rows, megabytes).await?,
        MeasureCommand::Leavers { people } => leavers(config, people).await?,
        MeasureCommand::Erased => {
            let db = open(config).await?;
            json!({ "erased": measure::erased(db.read()).await? })
        }
        MeasureCommand::CoolingOff => {
            let db = open(config).await?;
            json!({ "ended": measure::end_cooling_off(&db, clock().now()).await? })
        }
    };
    println!("{found}");
    Ok(ExitCode::SUCCESS)
}

async fn ledger(config: &Config, entries: usize) -> Result<Value, CommandError> {
    let (db, signer) = (open(config).await?, signer(config)?);
    let now = clock().now();
    let (school, students) = measure::largest_school(db.read())
        .await
        .map_err(CommandError::said)?;
    let begun = Instant::now();
    measure::write_answers(&db, school, &students, entries, now).await?;
    let append_seconds = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    let report = consent::verify(db.read(), school, &signer).await?;
    let verify_seconds = begun.elapsed().as_secs_f64();
    if let Some(broken) = report.broken {
        return Err(CommandError::said(format!("broken at {}", broken.seq)));
    }
    let (allowed, each) = decisions(&signer, entries, now);
    Ok(json!({
        "entries": report.entries,
        "append_seconds": append_seconds,
        "verify_seconds": verify_seconds,
        "decisions": allowed,
        "decision_us": each * 1e6,
    }))
}

async fn copy(config: &Config, rows: usize, megabytes: u64) -> Result<Value, CommandError> {
    let db = open(config).await?;
    let (store, signer, now) = (store(config)?, signer(config)?, clock().now());
    let (school, _) = measure::largest_school(db.read())
        .await
        .map_err(CommandError::said)?;
    let person = measure::fill_a_person((&db, &store), school, (rows, megabytes), now)
        .await
        .map_err(CommandError::said)?;
    let actor = measure::somebody(school, person);
    let about = access::about(db.read(), &actor, person)
        .await
        .map_err(CommandError::said)?;
    let means = export::Means {
        db: &db,
        store: &store,
        platform: &config.legal_entity,
        signer: &signer,
    };
    let begun = Instant::now();
    let copy = export::start(means, &actor, &about, now)
        .await
        .map_err(CommandError::said)?;
    let mut pieces = pin!(copy.bytes());
    let (mut bytes, mut first_seconds) = (0, None);
    while let Some(piece) = pieces.try_next().await.map_err(CommandError::said)? {
        if first_seconds.is_none() {
            first_seconds = Some(begun.elapsed().as_secs_f64());
        }
        bytes += piece.len();
    }
    let seconds = begun.elapsed().as_secs_f64();
    Ok(json!({
        "first_seconds": first_seconds,
        "seconds": seconds,
        "archive_mb": bytes / (1024 * 1024),
    }))
}

async fn leavers(config: &Config, people: usize) -> Result<Value, CommandError> {
    let db = open(config).await?;
    let (school, students) = measure::largest_school(db.read())
        .await
        .map_err(CommandError::said)?;
    // The accounts that the demo printed are those of the first; these stay.
    let last = students.len().saturating_sub(people);
    let left = measure::let_leave(&db, school, &students[last..], clock().now()).await?;
    Ok(json!({ "people": left }))
}

/// Reads the sealed cookie of a yes and decides what a public page may load, as every
/// request of one does. Answers how often it was allowed, and how long each took.
fn decisions(signer: &Signer, many: usize, now: Time) -> (usize, f64) {
    let seal = Seal::new(signer, "cookie choice");
    let mut party = google_analytics("G-MEASURED");
    party.ground = Ground::Open(Vec::new());
    let parties = [party];
    let cookie = Choice {
        browser: "measured".to_owned(),
        at: now.timestamp(),
        register: "measured".to_owned(),
        allowed: vec![ThirdPartyPurpose::Analytics],
    }
    .sealed(&seal);
    let begun = Instant::now();
    let allowed = (0..many)
        .filter(|_| {
            let choice = Choice::read(&cookie, &seal);
            let choice = choice.filter(|choice| choice.holds("measured", now));
            let asking = Asking {
                class: RouteClass::of("/trust"),
                has_session: false,
                has_gpc: false,
                choice: choice.as_ref(),
            };
            !decide(asking, &parties).loaded.is_empty()
        })
        .count();
    let each = begun.elapsed().as_secs_f64() / f64::from(u32::try_from(many).unwrap_or(u32::MAX));
    (allowed, each)
}
