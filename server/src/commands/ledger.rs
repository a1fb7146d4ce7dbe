//! `classimize verify-ledger`: reads records of consents again and says whether every
//! entry is as it was written.

use std::process::ExitCode;

use domain::{consent, schools};
use serde_json::json;

use super::{CommandError, open, signer};
use crate::config::Config;

const TAMPERED: u8 = 2;

pub(super) async fn verify(
    config: &Config,
    code: Option<String>,
    as_json: bool,
) -> Result<ExitCode, CommandError> {
    let (db, signer) = (open(config).await?, signer(config)?);
    let is_of_one = code.is_some();
    let mut of = schools::all(db.read()).await?;
    if let Some(code) = code {
        let code = vocab::schools::spell_code(&code);
        of.retain(|school| school.code == code);
        if of.is_empty() {
            return Err(CommandError::Said(format!(
                "there is no school with the code {code}"
            )));
        }
    }
    let mut all_hold = true;
    let mut printed = Vec::with_capacity(of.len());
    for school in of {
        let report = consent::verify(db.read(), school.id, &signer).await?;
        all_hold &= report.broken.is_none();
        if !as_json {
            let found = match &report.broken {
                None => "every entry is as it was written".to_owned(),
                Some(broken) => format!("BROKEN at entry {}: {}", broken.seq, broken.why),
            };
            println!(
                "{}: {} entries, {} signed statements: {found}",
                school.code, report.entries, report.checkpoints
            );
        }
        printed.push(json!({
            "school": school.code,
            "entries": report.entries,
            "checkpoints": report.checkpoints,
            "broken": report.broken.map(|broken| json!({ "entry": broken.seq, "why": broken.why })),
        }));
    }
    if !is_of_one {
        let report = domain::visitors::verify(db.read()).await?;
        all_hold &= report.broken.is_none();
        if !as_json {
            let found = match &report.broken {
                None => "every entry is as it was written".to_owned(),
                Some(broken) => format!("BROKEN at entry {}: {}", broken.seq, broken.why),
            };
            println!(
                "choices on the public pages: {} entries: {found}",
                report.entries
            );
        }
        printed.push(json!({
            "school": null,
            "entries": report.entries,
            "checkpoints": 0,
            "broken": report.broken.map(|broken| json!({ "entry": broken.seq, "why": broken.why })),
        }));
    }
    if as_json {
        println!("{}", json!(printed));
    }
    Ok(if all_hold {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(TAMPERED)
    })
}
