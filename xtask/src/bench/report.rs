//! The findings as Markdown: every figure with its ratio to the plain page, then the
//! goals with what was met and what was missed. The text between two markers of
//! `docs/performance.md` is replaced; what people wrote around it stays.

use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result};

use super::{CONNECTIONS, Findings, Measured, Visit};
use crate::sh;
use crate::site::kb;

/// Where a table stands in `docs/performance.md`.
pub(super) struct Markers {
    start: &'static str,
    end: &'static str,
}

/// What the server was measured to do.
pub(super) const SERVER: Markers = Markers {
    start: "<!-- bench:start -->",
    end: "<!-- bench:end -->",
};

/// What was measured in a browser.
pub(super) const BROWSER: Markers = Markers {
    start: "<!-- browser:start -->",
    end: "<!-- browser:end -->",
};

/// What privacy was measured to cost.
pub(super) const PRIVACY: Markers = Markers {
    start: "<!-- privacy:start -->",
    end: "<!-- privacy:end -->",
};

/// Pages whose processor time has a goal.
const LIGHT_PAGES: [&str; 3] = ["student's home", "classroom", "assignment"];

/// Whether a goal was met.
pub(super) struct Goal {
    what: String,
    limit: String,
    measured: String,
    met: bool,
}

impl Goal {
    pub(super) fn at_most(what: impl Into<String>, measured: f64, limit: f64, unit: &str) -> Self {
        Self {
            what: what.into(),
            limit: format!("at most {limit} {unit}"),
            measured: format!("{measured:.2} {unit}"),
            met: measured <= limit,
        }
    }
}

/// The whole table.
pub(crate) fn write(findings: &Findings) -> String {
    let mut text = String::new();
    intro(&mut text, findings);
    pages(&mut text, findings);
    crowds(&mut text, findings);
    visits(&mut text, findings);
    list_goals(&mut text, all_goals(findings));
    text
}

/// Replaces the text between the markers; without them, it is added at the end.
pub(super) fn save(table: &str, markers: &Markers) -> Result<()> {
    let path = sh::root().join("docs/performance.md");
    let present = fs::read_to_string(&path).unwrap_or_else(|_| "# Performance\n".to_owned());
    sh::write_if_changed(&path, between_markers(&present, table, markers).as_bytes())
        .context("writing docs/performance.md")
}

fn between_markers(document: &str, table: &str, markers: &Markers) -> String {
    let Markers { start, end } = markers;
    let split = document
        .split_once(start)
        .and_then(|(before, rest)| rest.split_once(end).map(|(_, after)| (before, after)));
    let (before, after) = split.unwrap_or((document, "\n"));
    let gap = if split.is_some() { "" } else { "\n" };
    format!("{before}{gap}{start}\n{}\n{end}{after}", table.trim())
}

// Writing into a String cannot fail, which is why the results below are not looked at.

fn intro(text: &mut String, findings: &Findings) {
    let _ = writeln!(
        text,
        "Measured by `cargo xtask bench`: the release server with SQLite on a school of 1,200 \
         students, client and server on the same machine over the loopback address, {} s for each \
         page and number of connections. The connections are shared out among as many signed-in \
         people as the column \"sessions\" says. Processor time is user and system time of the \
         server's process for one request, at 8 connections. In brackets: the ratio to the plain \
         page (axum, one indexed database read) in the same run. \"Signing in\" is the form with a \
         right password. Machine: {}.\n",
        findings.seconds, findings.machine
    );
}

fn pages(text: &mut String, findings: &Findings) {
    let _ = writeln!(
        text,
        "| page | sessions | processor ms | queries | raw KB | gzip KB |{}",
        CONNECTIONS
            .map(|n| format!(" {n}: req/s | {n}: p50 ms | {n}: p99 ms |"))
            .concat()
    );
    let _ = writeln!(text, "|---|{}", "--:|".repeat(5 + 3 * CONNECTIONS.len()));
    let rows = [&findings.plain]
        .into_iter()
        .chain(&findings.pages)
        .chain([&findings.signing_in]);
    for page in rows {
        let _ = writeln!(text, "{}", page_row(page, &findings.plain));
    }
    text.push('\n');
}

fn page_row(page: &Measured, plain: &Measured) -> String {
    let queries = page
        .queries
        .map_or_else(|| "-".to_owned(), |queries| queries.to_string());
    let mut row = format!(
        "| {} | {} | {} | {queries} | {} | {} |",
        page.name,
        page.sessions,
        with_ratio(page.processor_ms(), plain.processor_ms(), 3),
        with_ratio(bytes_kb(page.raw_bytes), bytes_kb(plain.raw_bytes), 1),
        with_ratio(bytes_kb(page.gzip_bytes), bytes_kb(plain.gzip_bytes), 1),
    );
    for (load, reference) in page.loads.iter().zip(&plain.loads) {
        let _ = write!(
            row,
            " {} | {} | {} |",
            with_ratio(load.requests_per_second, reference.requests_per_second, 0),
            with_ratio(load.p50_ms, reference.p50_ms, 2),
            with_ratio(load.p99_ms, reference.p99_ms, 2),
        );
    }
    row
}

fn with_ratio(value: f64, reference: f64, digits: usize) -> String {
    if reference > 0.0 {
        format!("{value:.digits$} ({:.2})", value / reference)
    } else {
        format!("{value:.digits$}")
    }
}

fn bytes_kb(bytes: usize) -> f64 {
    kb(bytes as u64)
}

fn crowds(text: &mut String, findings: &Findings) {
    let plain_ms = findings.plain.processor_ms();
    let sign_in = &findings.sign_in;
    let hand_in = &findings.hand_in;
    let _ = writeln!(
        text,
        "- **Signing in**, {} at once: all answered after {:.0} ms, half of them after {:.0} ms; \
         meanwhile the pages of others had a p99 of {:.0} ms.\n- **Handing in a text**, {} at \
         once: all answered after {:.0} ms, half of them after {:.0} ms; form and POST together \
         took {} ms of processor time each.\n- **Memory of the server**: {:.0} MB at the end, {:.0} \
         MB at its highest.",
        sign_in.people,
        sign_in.all_ms,
        sign_in.p50_ms,
        sign_in.others_p99_ms,
        hand_in.people,
        hand_in.all_ms,
        hand_in.p50_ms,
        with_ratio(hand_in.processor_ms, plain_ms, 2),
        findings.memory_mb.0,
        findings.memory_mb.1,
    );
}

fn visits(text: &mut String, findings: &Findings) {
    let visits = [
        ("sign-in page", &findings.sign_in_visit),
        ("student's home", &findings.student_visit),
        ("assignment", &findings.work_visit),
    ];
    for (name, visit) in visits {
        let files: Vec<String> = visit
            .files
            .iter()
            .map(|(path, bytes)| format!("{} {:.1}", kind(path), bytes_kb(*bytes)))
            .collect();
        let _ = writeln!(
            text,
            "- **First visit**, {name}: {:.1} KB compressed (HTML {:.1}, {}).",
            bytes_kb(visit.total_bytes()),
            bytes_kb(visit.html_bytes),
            files.join(", ")
        );
    }
    text.push('\n');
}

/// What a file is, by its name without the hash: `main.css`, `draft.wasm`.
fn kind(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    match (name.rsplit_once('-'), name.rsplit_once('.')) {
        (Some((stem, _)), Some((_, ending))) => format!("{stem}.{ending}"),
        _ => name.to_owned(),
    }
}

/// One line for each goal, with what was met and what was missed.
pub(super) fn list_goals(text: &mut String, goals: impl IntoIterator<Item = Goal>) {
    let _ = writeln!(text, "| goal | limit | measured | |\n|---|---|---|---|");
    for goal in goals {
        let verdict = if goal.met { "met" } else { "**missed**" };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {verdict} |",
            goal.what, goal.limit, goal.measured
        );
    }
}

fn all_goals(findings: &Findings) -> Vec<Goal> {
    let mut goals = Vec::new();
    let plain_ms = findings.plain.processor_ms();
    for page in &findings.pages {
        if LIGHT_PAGES.contains(&page.name) {
            let name = format!("{}: processor time", page.name);
            goals.push(Goal::at_most(name.clone(), page.processor_ms(), 1.0, "ms"));
            let ratio = page.processor_ms() / plain_ms;
            goals.push(Goal::at_most(name, ratio, 10.0, "plain pages"));
        }
        let p99 = format!("{}: p99 at 32 connections", page.name);
        goals.push(Goal::at_most(p99, page.p99_at_32_ms(), 50.0, "ms"));
        if page.name != "sign-in page" {
            goals.push(queries_goal(page));
        }
    }
    let (at_end, highest) = findings.memory_mb;
    goals.push(Goal::at_most(
        "memory of the server",
        at_end.max(highest),
        150.0,
        "MB",
    ));
    let visit_kb = |visit: &Visit| bytes_kb(visit.total_bytes());
    for (name, visit) in [
        ("student's home", &findings.student_visit),
        ("assignment", &findings.work_visit),
    ] {
        let whole = format!("first visit, {name}");
        goals.push(Goal::at_most(&*whole, visit_kb(visit), 200.0, "KB"));
        let aim = format!("{whole}, aimed at");
        goals.push(Goal::at_most(aim, visit_kb(visit), 130.0, "KB"));
    }
    let sign_in_kb = visit_kb(&findings.sign_in_visit);
    goals.push(Goal::at_most(
        "first visit without WASM (sign-in)",
        sign_in_kb,
        22.0,
        "KB",
    ));
    let sign_in = &findings.sign_in;
    goals.push(Goal::at_most(
        "30 sign-ins at once",
        sign_in.all_ms,
        2000.0,
        "ms",
    ));
    goals.push(Goal::at_most(
        "pages of others meanwhile, p99",
        sign_in.others_p99_ms,
        100.0,
        "ms",
    ));
    let hand_in = &findings.hand_in;
    goals.push(Goal::at_most(
        "30 hand-ins at once",
        hand_in.all_ms,
        500.0,
        "ms",
    ));
    goals.push(Goal::at_most(
        "handing in: processor time",
        hand_in.processor_ms,
        4.0,
        "ms",
    ));
    let limits = [("first import", 5.0), ("the same import again", 2.0)];
    for (database, imports) in &findings.imports {
        for ((name, most_seconds), import) in limits.into_iter().zip(imports) {
            let time = format!("school of 1,200: {name}, {database}");
            goals.push(Goal::at_most(time, import.seconds, most_seconds, "s"));
            let memory = format!(
                "school of 1,200: memory of the {}, {database}",
                name.trim_start_matches("the ")
            );
            goals.push(Goal::at_most(memory, import.memory_mb, 300.0, "MB"));
        }
    }
    goals
}

fn queries_goal(page: &Measured) -> Goal {
    let told = page.queries.map(|queries| queries.to_string());
    Goal {
        what: format!("{}: queries", page.name),
        limit: "at most 6".to_owned(),
        measured: told.unwrap_or_else(|| "not told by the server".to_owned()),
        met: page.queries.is_some_and(|queries| queries <= 6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_text_between_the_markers_is_replaced() {
        let once = between_markers("# Performance\nWords.\n", "first", &SERVER);
        assert!(once.starts_with("# Performance\nWords.\n"));
        let twice = between_markers(&format!("{once}More words.\n"), "second", &SERVER);
        assert!(twice.contains("second") && !twice.contains("first"));
        assert!(twice.ends_with("More words.\n"));
        let both = between_markers(&twice, "third", &BROWSER);
        assert!(both.contains("second") && both.contains("third"));
    }

    #[test]
    fn a_file_is_named_without_its_hash() {
        assert_eq!(kind("/pkg/main-0a1b2c3d4e5f.css"), "main.css");
    }
}
