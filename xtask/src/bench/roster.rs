//! How long the school of 1,200 takes to come in, and a second time, on an empty
//! database of either kind, by the command that an operator uses.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::process::Process;
use crate::{server, sh};

const SCHOOL: &str = "BENCH";

/// One import of the school's roster.
#[derive(Clone, Copy, Debug)]
pub(super) struct Import {
    pub(super) seconds: f64,
    /// Resident memory at its highest, as far as it was seen, in MB.
    pub(super) memory_mb: f64,
}

/// The first import, and the same once more: into the database at this address, or into a
/// SQLite file.
pub(super) fn twice(roster: &Path, url: Option<&str>) -> Result<[Import; 2]> {
    let data = tempfile::tempdir()?;
    let mut create = command(data.path(), url);
    create.args(["school", "create", "--code", SCHOOL, "--name", "Bench"]);
    create.args(["--declare", "--establishment-number", "100000"]);
    create.args(["--contact-name", "Bench", "--contact", "lead@bench.example"]);
    sh::output(&mut create)?;
    let first = import(command(data.path(), url), roster)?;
    let again = import(command(data.path(), url), roster)?;
    Ok([first, again])
}

fn command(data: &Path, url: Option<&str>) -> Command {
    let mut command = sh::command(server::release_binary());
    command
        .env("CLASSIMIZE_DATA", data)
        .env_remove("CLASSIMIZE_DATABASE_URL");
    if let Some(url) = url {
        command.env("CLASSIMIZE_DATABASE_URL", url);
    }
    command
}

fn import(mut command: Command, roster: &Path) -> Result<Import> {
    let begun = Instant::now();
    let mut child = command
        .args(["import", "--school", SCHOOL, "--json"])
        .arg(roster)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("starting the import")?;
    let process = Process::new(child.id())?;
    let mut memory_mb = 0.0_f64;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        // Between its last breath and here, the process has no memory any more.
        if let Ok((_, highest)) = process.memory_mb() {
            memory_mb = memory_mb.max(highest);
        }
        thread::sleep(Duration::from_millis(5));
    };
    let seconds = begun.elapsed().as_secs_f64();
    ensure!(status.success(), "the import of the school of 1,200 failed");
    Ok(Import { seconds, memory_mb })
}
