//! `classimize transfer`: the platform changes hands, announced 30 days before.

use std::process::ExitCode;

use domain::transfers;
use vocab::transfers::TransferDraft;

use super::{CommandError, clock, open};
use crate::config::Config;

/// What is done.
pub(super) enum Step {
    /// Write down what will be announced.
    Draft(TransferDraft),
    /// Show it to everybody.
    Announce,
    /// It has happened.
    Complete,
    /// It is called off.
    Cancel,
}

pub(super) async fn transfer(config: &Config, step: Step) -> Result<ExitCode, CommandError> {
    let db = open(config).await?;
    let (tx, now) = (db.write().await?, clock().now());
    let done = match step {
        Step::Draft(draft) => {
            let draft = draft.validate().map_err(|errors| {
                let words: Vec<String> = errors
                    .into_iter()
                    .map(|error| format!("--{}: {}", error.field, error.message))
                    .collect();
                CommandError::Said(words.join("\n            "))
            })?;
            transfers::draft(&tx, draft, now)
                .await
                .map_err(CommandError::said)?;
            "It is written down. Nobody sees it before it is announced.".to_owned()
        }
        Step::Announce => {
            let from = transfers::announce(&tx, now)
                .await
                .map_err(CommandError::said)?;
            format!(
                "Everybody sees it now, on every page. It cannot be completed before {}.",
                from.to_rfc3339()
            )
        }
        Step::Complete => {
            transfers::complete(&tx, now)
                .await
                .map_err(CommandError::said)?;
            "It is complete.".to_owned()
        }
        Step::Cancel => {
            transfers::cancel(&tx, now)
                .await
                .map_err(CommandError::said)?;
            "It is called off, and shown to nobody any more.".to_owned()
        }
    };
    tx.commit().await?;
    println!("{done}");
    Ok(ExitCode::SUCCESS)
}
