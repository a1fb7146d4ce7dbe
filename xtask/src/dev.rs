//! The developer's loop: build both sides quickly, start the server, look at the
//! sources a few times a second, and rebuild only the side that changed. The server is
//! told to offer `/dev/reload`; an open page notices there that it talks to a new server
//! and loads itself again. While something does not compile, the old server stays.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result};

use crate::front::Purpose;
use crate::{sh, site};

/// How often the sources are looked at.
const GLANCE: Duration = Duration::from_millis(300);

/// What is watched, and which side it belongs to.
const SOURCES: [(&str, Side); 9] = [
    ("app", Side::Both),
    ("Cargo.toml", Side::Both),
    ("Cargo.lock", Side::Both),
    ("frontend", Side::Browser),
    ("scanner", Side::Browser),
    ("style", Side::Browser),
    ("public", Side::Browser),
    ("server", Side::Server),
    (".cargo/config.toml", Side::Both),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Browser,
    Server,
    Both,
}

/// When each source was last changed.
type Snapshot = BTreeMap<PathBuf, (Side, SystemTime)>;

/// Runs until it is interrupted.
pub(crate) fn watch() -> Result<()> {
    println!("The first build takes about 8 minutes on 2 cores, an edit some seconds.");
    let mut seen = look()?;
    // The side that did not compile the last time: it is owed until it does.
    let mut owed = None;
    let mut server = None;
    if rebuild(Side::Both) {
        server = Some(start()?);
    } else {
        owed = Some(Side::Both);
    }
    loop {
        std::thread::sleep(GLANCE);
        let now = look()?;
        let Some(side) = changed(&seen, &now) else {
            continue;
        };
        seen = now;
        let side = owed.map_or(side, |owed| together(owed, side));
        owed = Some(side);
        let start_of_build = Instant::now();
        if rebuild(side) {
            if let Some(mut old) = server.take() {
                // It has nothing to finish that a developer would miss.
                let _ = old.kill();
                let _ = old.wait();
            }
            server = Some(start()?);
            owed = None;
            let seconds = start_of_build.elapsed().as_secs_f64();
            sh::say(format!("reloaded after {seconds:.1} s"));
        }
    }
}

fn look() -> Result<Snapshot> {
    let mut snapshot = Snapshot::new();
    for (name, side) in SOURCES {
        let path = sh::root().join(name);
        let files = if path.is_dir() {
            site::files_under(&path)?
        } else {
            vec![path]
        };
        for file in files {
            if is_scratch(&file) {
                continue;
            }
            // A file that vanished since it was listed is seen as gone next time.
            if let Ok(time) = file.metadata().and_then(|file| file.modified()) {
                snapshot.insert(file, (side, time));
            }
        }
    }
    Ok(snapshot)
}

/// Files that editors and snapshot tests leave behind for a moment.
fn is_scratch(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('.') && name != ".cargo" || name.ends_with('~') || name.ends_with(".new")
}

/// The side whose sources differ, if any.
fn changed(before: &Snapshot, now: &Snapshot) -> Option<Side> {
    let differs = |one: &Snapshot, other: &Snapshot| -> Vec<Side> {
        one.iter()
            .filter(|(path, state)| other.get(*path) != Some(*state))
            .map(|(_, (side, _))| *side)
            .collect()
    };
    let mut sides = differs(before, now);
    sides.extend(differs(now, before));
    sides.into_iter().reduce(together)
}

fn together(one: Side, other: Side) -> Side {
    if one == other { one } else { Side::Both }
}

/// Rebuilds a side; false, with the reason shown, where it does not compile.
fn rebuild(side: Side) -> bool {
    let mut result = Ok(());
    if side != Side::Server {
        result = site::build(Purpose::Development);
    }
    if side != Side::Browser && result.is_ok() {
        result = sh::step("compile the server", || {
            sh::run(sh::cargo_server("build").args(["--bin", "classimize"]))
        });
    }
    if let Err(error) = &result {
        sh::say(format!("{error:#}"));
        sh::say("waiting for the next change");
    }
    result.is_ok()
}

fn start() -> Result<Child> {
    let spawned = server().spawn();
    spawned.context("starting target/debug/classimize")
}

/// It starts in the workspace's root, where its own default is `./data`: a variable of ours
/// would win over a configuration file.
fn server() -> Command {
    let mut server = sh::command(sh::target().join("debug/classimize"));
    server
        .arg("serve")
        .env("CLASSIMIZE_SITE", site::folder(Purpose::Development))
        .env("CLASSIMIZE_DEV_RELOAD", "1")
        .stdin(Stdio::null());
    server
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64, files: &[(&str, Side)]) -> Snapshot {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let entry = |(name, side): &(&str, Side)| (PathBuf::from(name), (*side, time));
        files.iter().map(entry).collect()
    }

    #[test]
    fn only_the_side_that_changed_is_rebuilt() {
        let none = at(1, &[]);
        let style = at(1, &[("style/main.css", Side::Browser)]);
        assert!(changed(&style, &style).is_none());
        assert!(changed(&none, &style) == Some(Side::Browser));
        assert!(changed(&style, &none) == Some(Side::Browser));
        let later = at(
            2,
            &[
                ("style/main.css", Side::Browser),
                ("server/a.rs", Side::Server),
            ],
        );
        assert!(changed(&style, &later) == Some(Side::Both));
    }

    #[test]
    fn nothing_of_ours_wins_over_the_data_of_a_configuration_file() {
        let server = server();
        assert_eq!(server.get_current_dir(), Some(sh::root().as_path()));
        let names: Vec<_> = server.get_envs().map(|(name, _)| name).collect();
        assert_eq!(names, ["CLASSIMIZE_DEV_RELOAD", "CLASSIMIZE_SITE"]);
    }
}
