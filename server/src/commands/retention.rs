//! `classimize retention`: what is due in a school, or with `--dry-run` only the counts.

use std::process::ExitCode;

use domain::erasure::Means;
use domain::{retention, schools};
use serde_json::json;

use super::{CommandError, clock, open, signer, store};
use crate::config::Config;

const NOT_ALL: u8 = 2;

pub(super) async fn run(
    config: &Config,
    code: Option<String>,
    is_dry: bool,
    as_json: bool,
) -> Result<ExitCode, CommandError> {
    let db = open(config).await?;
    let (store, signer, now) = (store(config)?, signer(config)?, clock().now());
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
    let means = Means {
        db: &db,
        store: &store,
        signer: &signer,
    };
    let mut all_well = true;
    let mut printed = Vec::new();
    for school in of {
        let counts = if is_dry {
            retention::dry_run(&db, school.id, now).await
        } else {
            retention::sweep(means, school.id, now).await
        }
        .map_err(CommandError::said)?;
        for (rule, counted) in counts {
            all_well &= counted.failed == 0;
            if !as_json && counted.due > 0 {
                println!(
                    "{}: {rule}: {} due, {} held, {} deleted, {} failed",
                    school.code, counted.due, counted.held, counted.deleted, counted.failed
                );
            }
            printed.push(json!({
                "school": school.code,
                "rule": rule,
                "due": counted.due,
                "held": counted.held,
                "deleted": counted.deleted,
                "failed": counted.failed,
            }));
        }
    }
    if as_json {
        println!("{}", json!(printed));
    } else if is_dry {
        println!("Nothing was deleted.");
    }
    Ok(if all_well {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(NOT_ALL)
    })
}
