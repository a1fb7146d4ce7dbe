//! Running other programs and showing what happens: every command is printed before
//! it runs and every step with the time it took. Also where things lie: the
//! workspace, its target folder and the tools inside it. Nothing here decides what
//! is built.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// The workspace's root: cargo names our own folder when it runs us.
pub(crate) fn root() -> PathBuf {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let named = manifest.and_then(|dir| dir.parent().map(Path::to_path_buf));
    named.unwrap_or_else(|| {
        let here = std::env::current_dir().expect("a current folder exists");
        here.ancestors()
            .find(|dir| dir.join("xtask/Cargo.toml").is_file())
            .unwrap_or(&here)
            .to_path_buf()
    })
}

/// The server's target folder; the WASM build and xtask have folders inside it.
pub(crate) fn target() -> PathBuf {
    root().join("target")
}

/// Programs that the build installs for itself, kept with the build's cache.
pub(crate) fn tools() -> PathBuf {
    target().join("tools")
}

/// A command that starts in the workspace's root.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// Cargo, as the one that runs us, without what `cargo run` added to the
/// environment: build scripts that watch those variables would run again.
pub(crate) fn cargo() -> Command {
    let mut cargo = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(name.as_ref());
        }
    }
    cargo
}

/// Cargo for the server's side of the house, in the default target folder whatever
/// the environment says, so that switching between commands rebuilds nothing.
pub(crate) fn cargo_server(verb: &str) -> Command {
    let mut cargo = cargo();
    cargo.arg(verb).arg("--target-dir").arg(target());
    cargo
}

/// Cargo for xtask itself, in the folder that the alias uses.
pub(crate) fn cargo_own(verb: &str) -> Command {
    let mut cargo = cargo();
    cargo.args([verb, "--package", "xtask", "--target-dir"]);
    cargo.arg(target().join("xtask"));
    cargo
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let root = format!("{}/", root().display());
    words
        .enumerate()
        .map(|(index, word)| {
            let word = word.to_string_lossy();
            let word = word.strip_prefix(&root).unwrap_or(&word).to_owned();
            if index == 0 {
                word.rsplit('/').next().unwrap_or(&word).to_owned()
            } else {
                word
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// A line about what is going on.
pub(crate) fn say(text: impl AsRef<str>) {
    println!("  {}", text.as_ref());
    // A closed pipe on the other side is no reason to stop building.
    let _ = std::io::stdout().flush();
}

/// Runs a named step and says how long it took.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("==> {name}");
    let start = Instant::now();
    let result = work().with_context(|| format!("{name} failed"));
    let seconds = start.elapsed().as_secs_f64();
    match &result {
        Ok(_) => say(format!("done in {seconds:.1} s")),
        Err(_) => say(format!("FAILED after {seconds:.1} s")),
    }
    result
}

/// Runs a command with its output shown; an unsuccessful end is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    if succeeds(command)? {
        return Ok(());
    }
    bail!("`{}` did not succeed", shown(command))
}

/// Runs a command with its output shown and tells whether it succeeded.
pub(crate) fn succeeds(command: &mut Command) -> Result<bool> {
    say(format!("$ {}", shown(command)));
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("`{}` could not be started", shown(command)))?;
    Ok(status.success())
}

/// Runs a command quietly and gives what it printed; an unsuccessful end is an error
/// that holds what it complained about.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("`{}` could not be started", shown(command)))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!("`{}`: {}", shown(command), complaint.trim());
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("`{}` printed something other than text", shown(command)))
}

/// Runs a command, shows each line that it prints and hands it on. Tells whether it
/// succeeded.
pub(crate) fn each_line(command: &mut Command, mut heard: impl FnMut(&str)) -> Result<bool> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{}` could not be started", shown(command)))?;
    let stdout = child.stdout.take().expect("stdout was asked for");
    let mut lines = BufReader::new(stdout);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        print!("{text}");
        heard(text.trim_end());
        line.clear();
    }
    Ok(child.wait()?.success())
}

/// The first of these programs that is found in the search path or, with a slash in
/// its name, on the disk.
pub(crate) fn find_program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    names.iter().find_map(|name| {
        if name.contains('/') {
            return Some(PathBuf::from(name)).filter(|file| file.is_file());
        }
        std::env::split_paths(&path)
            .map(|dir| dir.join(name))
            .find(|file| file.is_file())
    })
}

/// Something of the system: as it is here, or after its package was installed where we may.
/// Where it is not there in the end, the last words are `missing`, which name the package.
pub(crate) fn find_or_install<T>(
    find: impl Fn() -> Option<T>,
    package: &str,
    missing: &str,
) -> Result<T> {
    let install = may_install_packages().then_some(|| install_packages(&[package]));
    find_or(find, install, missing)
}

fn find_or<T>(
    find: impl Fn() -> Option<T>,
    install: Option<impl FnOnce() -> Result<()>>,
    missing: &str,
) -> Result<T> {
    if let Some(found) = find() {
        return Ok(found);
    }
    let tried = install.map_or(Ok(()), |install| install());
    match (find(), tried) {
        (Some(found), _) => Ok(found),
        (None, Err(error)) => bail!("{error:#}; {missing}"),
        (None, Ok(())) => bail!("{missing}"),
    }
}

/// Whether we may install the system's packages: root on a system with `apt-get`.
fn may_install_packages() -> bool {
    is_root() && find_program(&["apt-get"]).is_some()
}

/// Whether this process runs as root (asked of the kernel; false elsewhere).
pub(crate) fn is_root() -> bool {
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|status| {
            let line = status.lines().find(|line| line.starts_with("Uid:"))?;
            line.split_whitespace().nth(2).map(|uid| uid == "0")
        })
        .unwrap_or(false)
}

/// Installs packages of the system, without questions and without starting services.
fn install_packages(packages: &[&str]) -> Result<()> {
    say(format!("installing the system's {}", packages.join(", ")));
    let apt = || {
        let mut apt = command("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq");
        apt
    };
    // `policy-rc.d` answering 101 is how a package is told not to start its service.
    let policy = Path::new("/usr/sbin/policy-rc.d");
    let ours = !policy.exists();
    if ours {
        std::fs::write(policy, "#!/bin/sh\nexit 101\n")?;
        run(command("chmod").arg("755").arg(policy))?;
    }
    let installed = fetch(apt, packages);
    if ours {
        std::fs::remove_file(policy)?;
    }
    installed
}

/// A list of packages that cannot be read anew, for example because one source of several
/// is away, may still hold what is wanted.
fn fetch(apt: impl Fn() -> Command, packages: &[&str]) -> Result<()> {
    if let Err(error) = run(apt().arg("update")) {
        say(format!(
            "{error:#}: trying with the list of packages that is here"
        ));
    }
    run(apt()
        .args(["install", "--yes", "--no-install-recommends"])
        .args(packages))
}

/// A port on the loopback address that nobody listens on at the moment.
pub(crate) fn free_port() -> Result<u16> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    Ok(listener.local_addr()?.port())
}

/// Writes a file unless it already holds exactly this, so that what watches its time
/// of change is not woken for nothing.
pub(crate) fn write_if_changed(path: &Path, content: &[u8]) -> Result<()> {
    if std::fs::read(path).is_ok_and(|present| present == content) {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    std::fs::write(path, content).with_context(|| format!("writing {}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    const MISSING: &str = "no lamp was found; install the system's package `lamp`";

    fn told(answer: Result<PathBuf>) -> String {
        let error = answer.expect_err("it is not there");
        format!("{error:#}")
    }

    #[test]
    fn what_could_not_be_installed_is_named_last_with_its_package() {
        let no_network = || -> Result<()> { bail!("`apt-get install lamp` did not succeed") };
        let nothing = || None::<PathBuf>;
        assert_eq!(
            told(find_or(nothing, Some(no_network), MISSING)),
            format!("`apt-get install lamp` did not succeed; {MISSING}")
        );
        let in_vain = || -> Result<()> { Ok(()) };
        assert_eq!(told(find_or(nothing, Some(in_vain), MISSING)), MISSING);
        let may_not = None::<fn() -> Result<()>>;
        assert_eq!(told(find_or(nothing, may_not, MISSING)), MISSING);
    }

    #[test]
    fn nothing_is_installed_that_is_there_and_what_was_installed_is_found() {
        let is_lit = Cell::new(false);
        let find = || is_lit.get().then_some("lamp");
        let light = || -> Result<()> {
            is_lit.set(true);
            Ok(())
        };
        assert_eq!(find_or(find, Some(light), MISSING).expect("lit"), "lamp");
        let never = || -> Result<()> { bail!("it was there") };
        assert_eq!(find_or(find, Some(never), MISSING).expect("lit"), "lamp");
    }

    #[test]
    fn a_list_of_packages_that_cannot_be_read_anew_does_not_keep_from_installing() {
        let refusing = |verb: &'static str| {
            move || {
                let mut apt = command("sh");
                apt.args(["-c", &format!("test \"$1\" != {verb}"), "apt-get"]);
                apt
            }
        };
        assert!(fetch(refusing("update"), &["lamp"]).is_ok());
        assert!(fetch(refusing("install"), &["lamp"]).is_err());
    }
}
