//! `classimize breach report`: whoever runs the platform tells the schools concerned of
//! a breach, within 24 hours after they learnt of it.

use std::process::ExitCode;

use domain::{Time, breaches, schools};
use vocab::breaches::BreachForm;
use vocab::schools::spell_code;

use super::{CommandError, clock, open};
use crate::config::Config;

/// What is told, and to whom.
pub(super) struct Report {
    /// Codes of the schools concerned.
    pub(super) schools: Vec<String>,
    /// Since when it is known here, as RFC 3339; now where it is not said.
    pub(super) known_since: Option<String>,
    /// What went wrong.
    pub(super) form: BreachForm,
}

/// Writes the breach into the register of every school that is named, or of none.
pub(super) async fn report(config: &Config, told: Report) -> Result<ExitCode, CommandError> {
    let now = clock().now();
    let known: Time = match &told.known_since {
        Some(text) => text
            .parse()
            .map_err(|_| CommandError::said("--known-since: use 2026-11-28T09:00:00Z"))?,
        None => now,
    };
    let breach = told.form.validate().map_err(|errors| {
        let words: Vec<String> = errors
            .into_iter()
            .map(|error| format!("--{}: {}", error.field, error.message))
            .collect();
        CommandError::Said(words.join("\n            "))
    })?;
    let db = open(config).await?;
    let tx = db.write().await?;
    for code in &told.schools {
        let code = spell_code(code);
        let school = schools::find_by_code(&*tx, &code).await?.ok_or_else(|| {
            CommandError::Said(format!("there is no school with the code {code}"))
        })?;
        breaches::report_by_operator(&tx, school.id, breach.clone(), known, now)
            .await
            .map_err(CommandError::said)?;
        println!("{} has it in its register of breaches.", school.name);
    }
    tx.commit().await?;
    if now > breaches::school_due(known) {
        println!("This is later than 24 hours after it was known; the register says so.");
    }
    Ok(ExitCode::SUCCESS)
}
