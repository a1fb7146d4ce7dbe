//! `cargo xtask bench --browser`: what people wait for on a cheap tablet. The measuring
//! itself is `end2end/bench`, which plays visits and taps in a slowed browser; this starts
//! the server on the school of 1,200, and writes what came of it.

use std::fmt::Write;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::process;
use super::report::{self, Goal};
use crate::{browser, serve, server, sh};

/// One page's medians, as `end2end/bench` writes them.
#[derive(Deserialize)]
struct Timing {
    page: String,
    paint_ms: f64,
    plain_paint_ms: f64,
    tap_ms: f64,
    shift: f64,
}

/// Measures and writes the table; the server that was built last is good enough if `is_built`.
pub(super) fn run(is_built: bool) -> Result<()> {
    let machine = process::machine();
    if !is_built {
        serve::build()?;
    }
    let folder = tempfile::tempdir()?;
    let package = server::make_roster(folder.path())?
        .context("the school of 1,200 is made by ../shared/tools/make_school.py and python3")?;
    let running = sh::step("make the school of 1,200 and start the server", || {
        server::start(&server::release_binary(), Some(&package), &[])
    })?;
    let found = folder.path().join("timings.json");
    let (mut playwright, _) = browser::playwright(&running)?;
    playwright
        .args(["--config", "bench.config.ts"])
        .env("TIMINGS_JSON", &found);
    ensure!(
        sh::succeeds(&mut playwright)?,
        "the visits could not be measured"
    );
    let timings: Vec<Timing> = serde_json::from_slice(&std::fs::read(&found)?)
        .context("the timings are not what we know")?;
    let table = table(&timings, &machine);
    println!("\n{table}");
    report::save(&table, &report::BROWSER)
}

fn table(timings: &[Timing], machine: &str) -> String {
    let mut text = String::new();
    // Writing into a String cannot fail.
    let _ = writeln!(
        text,
        "Measured by `cargo xtask bench --browser`: the first visit with an empty cache, in a window \
         of 820 by 1180 pixels, and taps and keys that lead to no other page; the school of 1,200, \
         browser and server on one machine. Slowed means a processor 4 times slower, 9 Mbit/s down, \
         3 Mbit/s up and 100 ms for each request. Each figure is the median of five visits. \
         Machine: {machine}.\n"
    );
    let _ = writeln!(
        text,
        "| page | largest paint, slowed | largest paint, plain | slowest tap, slowed | layout shift |\n\
         |---|--:|--:|--:|--:|"
    );
    for timing in timings {
        let _ = writeln!(
            text,
            "| {} | {:.0} ms | {:.0} ms | {:.0} ms | {:.3} |",
            timing.page, timing.paint_ms, timing.plain_paint_ms, timing.tap_ms, timing.shift
        );
    }
    text.push('\n');
    report::list_goals(&mut text, timings.iter().flat_map(goals_of));
    text
}

fn goals_of(timing: &Timing) -> [Goal; 4] {
    let page = &timing.page;
    [
        Goal::at_most(
            format!("{page}: largest paint, slowed"),
            timing.paint_ms,
            1200.0,
            "ms",
        ),
        Goal::at_most(
            format!("{page}: largest paint, plain"),
            timing.plain_paint_ms,
            500.0,
            "ms",
        ),
        Goal::at_most(
            format!("{page}: slowest tap, slowed"),
            timing.tap_ms,
            100.0,
            "ms",
        ),
        Goal::at_most(
            format!("{page}: layout shift"),
            timing.shift,
            0.02,
            "of the window",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_too_slow_is_told_as_missed() {
        let told =
            r#"[{"page":"sign-in","paint_ms":1300,"plain_paint_ms":200,"tap_ms":40,"shift":0}]"#;
        let timings: Vec<Timing> = serde_json::from_str(told).expect("is read");
        let text = table(&timings, "2 cores");
        assert!(text.contains("| sign-in | 1300 ms | 200 ms | 40 ms | 0.000 |"));
        assert_eq!(text.matches("**missed**").count(), 1);
        assert_eq!(text.matches("| met |").count(), 3);
    }
}
