//! What the kernel tells about the server's process and the machine: processor time in
//! clock ticks, resident memory, load. Linux only; elsewhere the figures are an error.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::sh;

/// A process to watch.
pub(crate) struct Process {
    pid: u32,
    tick: Duration,
}

impl Process {
    pub(crate) fn new(pid: u32) -> Result<Self> {
        let ticks = sh::output(sh::command("getconf").arg("CLK_TCK"))?;
        let ticks: u32 = ticks.trim().parse().context("clock ticks a second")?;
        Ok(Self {
            pid,
            tick: Duration::from_secs(1) / ticks,
        })
    }

    /// Processor time in user and system mode since the process began.
    pub(crate) fn processor_time(&self) -> Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid))?;
        ticks_of(&stat)
            .map(|ticks| self.tick * ticks)
            .context("reading the process's times")
    }

    /// Processor time since an earlier look.
    pub(crate) fn spent_since(&self, earlier: Duration) -> Result<Duration> {
        Ok(self.processor_time()?.saturating_sub(earlier))
    }

    /// Resident memory now and at its highest, in MB of 1,024 KB.
    pub(crate) fn memory_mb(&self) -> Result<(f64, f64)> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let of = |name: &str| field_mb(&status, name).with_context(|| format!("no {name}"));
        Ok((of("VmRSS:")?, of("VmHWM:")?))
    }
}

/// User and system ticks: the 14th and 15th field, counted after the name in brackets,
/// which may itself hold spaces.
fn ticks_of(stat: &str) -> Option<u32> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let user: u32 = fields.get(11)?.parse().ok()?;
    let system: u32 = fields.get(12)?.parse().ok()?;
    Some(user + system)
}

fn field_mb(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find(|line| line.starts_with(name))?;
    let kb: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kb / 1024.0)
}

/// The machine in one line: processors, cores and its load over the last minute.
pub(crate) fn machine() -> String {
    let model = fs::read_to_string("/proc/cpuinfo").ok().and_then(|info| {
        let line = info.lines().find(|line| line.starts_with("model name"))?;
        line.split_once(':').map(|(_, name)| name.trim().to_owned())
    });
    let load = fs::read_to_string("/proc/loadavg")
        .ok()
        .and_then(|load| load.split_whitespace().next().map(str::to_owned));
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    format!(
        "{cores} cores ({}), load before the run {}",
        model.as_deref().unwrap_or("unknown processor"),
        load.as_deref().unwrap_or("unknown")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_found_behind_a_name_with_spaces() {
        let stat = "7 (a (b) c) S 1 7 7 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 4 0";
        assert_eq!(ticks_of(stat), Some(300));
    }

    #[test]
    fn memory_is_read_in_megabytes() {
        assert_eq!(
            field_mb("VmHWM:\t  2048 kB\nVmRSS:\t1024 kB", "VmRSS:"),
            Some(1.0)
        );
    }
}
