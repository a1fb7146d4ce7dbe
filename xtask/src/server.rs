//! The server as browser tests and measurements need it: built, filled with the demo
//! schools in a throw-away folder, started on a free port, and ended again whatever
//! happens. What the accounts look like is told by `classimize demo --json`.
#![expect(
    clippy::disallowed_methods,
    reason = "the gate asks the server that it started"
)]

use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::{cases, ran, sh};

/// How long a server may take to say that it is ready.
const PATIENCE: Duration = Duration::from_mins(1);

/// Where the release build puts the server.
pub(crate) fn release_binary() -> PathBuf {
    sh::target().join("release/classimize")
}

/// Compiles the server for release. The site must have been built: it goes inside, as
/// does when this source was last tested.
pub(crate) fn build_release() -> Result<PathBuf> {
    let mut build = sh::cargo_server("build");
    build.args(["--release", "--bin", "classimize"]);
    if let Some(at) = ran::last() {
        build.env(ran::VARIABLE, at);
    }
    sh::run(&mut build)?;
    Ok(release_binary())
}

/// The server that the tests compile anyway: what it does is the same, a page takes ten
/// times as long, and no second build is waited for.
pub(crate) fn build_for_tests() -> Result<PathBuf> {
    cases::build()?;
    Ok(sh::target().join("debug/classimize"))
}

/// A running server; dropping it ends the process and removes its data.
pub(crate) struct Running {
    child: Child,
    /// The program that runs.
    pub(crate) binary: PathBuf,
    /// `http://127.0.0.1:PORT`, the origin that its forms expect.
    pub(crate) origin: String,
    /// The address alone, `127.0.0.1:PORT`.
    pub(crate) address: String,
    /// What `classimize demo --json` printed.
    pub(crate) accounts: PathBuf,
    /// The folder with the database, the files and the server's log.
    pub(crate) data: tempfile::TempDir,
}

impl Running {
    /// The number of the server's process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has nothing to finish for us; both fail only if it has already ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Makes the demo schools in an empty folder and starts the server on them, with these
/// settings more.
pub(crate) fn start(
    binary: &Path,
    roster: Option<&Path>,
    settings: &[(&str, &str)],
) -> Result<Running> {
    start_on(binary, make(binary, roster)?, settings)
}

/// Makes the demo schools in an empty folder.
pub(crate) fn make(binary: &Path, roster: Option<&Path>) -> Result<tempfile::TempDir> {
    let data = tempfile::Builder::new().prefix("classimize-").tempdir()?;
    let accounts = accounts_in(&data);
    let mut demo = sh::command(binary);
    demo.args(["demo", "--json"])
        .env("CLASSIMIZE_DATA", data.path());
    if let Some(roster) = roster {
        demo.arg("--roster").arg(roster);
    }
    let start = Instant::now();
    demo.stdout(File::create(&accounts)?);
    sh::run(&mut demo)?;
    sh::say(format!(
        "demo schools made in {:.1} s",
        start.elapsed().as_secs_f64()
    ));
    Ok(data)
}

/// Starts the server on a folder that [`make`] has filled.
pub(crate) fn start_on(
    binary: &Path,
    data: tempfile::TempDir,
    settings: &[(&str, &str)],
) -> Result<Running> {
    let accounts = accounts_in(&data);
    let address = format!("127.0.0.1:{}", sh::free_port()?);
    let log = File::create(data.path().join("server.log"))?;
    let child = sh::command(binary)
        .arg("serve")
        .env("CLASSIMIZE_DATA", data.path())
        .env("CLASSIMIZE_LISTEN", &address)
        .env_remove("CLASSIMIZE_DATABASE_URL")
        .env_remove("CLASSIMIZE_SITE")
        .envs(settings.iter().copied())
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
        .context("the server could not be started")?;
    let origin = format!("http://{address}");
    let mut running = Running {
        child,
        binary: binary.to_path_buf(),
        origin,
        address,
        accounts,
        data,
    };
    wait_until_ready(&mut running)?;
    Ok(running)
}

/// Where the accounts stand that were printed.
fn accounts_in(data: &tempfile::TempDir) -> PathBuf {
    data.path().join("accounts.json")
}

fn wait_until_ready(running: &mut Running) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if running.child.try_wait()?.is_some() {
            break;
        }
        if is_ready(&running.address) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let log = std::fs::read_to_string(running.data.path().join("server.log"))?;
    bail!("the server did not become ready; its log:\n{log}")
}

/// Asks `/readyz`; anything but a 200 is a no.
fn is_ready(address: &str) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(
            format!("GET /readyz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")
                .as_bytes(),
        )?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(answer.starts_with(b"HTTP/1.1 200"))
    };
    ask().unwrap_or(false)
}

/// Writes the roster of a made-up school as a OneRoster package, if the generator and
/// Python are there. None says why on the way.
pub(crate) fn make_roster(folder: &Path) -> Result<Option<PathBuf>> {
    let generator = sh::root().join("../shared/tools/make_school.py");
    if !generator.is_file() {
        sh::say("../shared/tools/make_school.py is not there: no roster can be made");
        return Ok(None);
    }
    let Some(python) = sh::find_program(&["python3"]) else {
        sh::say("python3 is not there: no roster can be made");
        return Ok(None);
    };
    let roster = folder.join("roster.zip");
    sh::output(sh::command(python).arg(generator).arg(&roster))?;
    Ok(Some(roster))
}
