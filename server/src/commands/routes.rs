//! `classimize routes`: the addresses of all pages, as the program knows them. The browser
//! tests read them, so that no page goes unlooked at. It needs no database.

use std::process::ExitCode;

use super::CommandError;
use crate::router;

pub(super) fn print() -> Result<ExitCode, CommandError> {
    let text = serde_json::to_string_pretty(&router::page_paths()).map_err(CommandError::said)?;
    println!("{text}");
    Ok(ExitCode::SUCCESS)
}
