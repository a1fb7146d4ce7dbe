//! `classimize usage`: how often which kind of page is opened, over all schools.

use std::process::ExitCode;

use serde_json::json;

use super::{CommandError, clock, open};
use crate::config::Config;

pub(super) async fn run(config: &Config, as_json: bool) -> Result<ExitCode, CommandError> {
    let db = open(config).await?;
    let lines = domain::usage::of_all(db.read(), clock().now()).await?;
    if as_json {
        println!("{}", json!(lines));
        return Ok(ExitCode::SUCCESS);
    }
    if lines.is_empty() {
        println!("Nothing was counted in the last 28 days.");
    }
    for line in lines {
        let times = line.times.map_or_else(
            || "too few to say".to_owned(),
            |times| format!("about {times}"),
        );
        println!("{}, {}: {times}", line.page.label(), line.role.label());
    }
    Ok(ExitCode::SUCCESS)
}
