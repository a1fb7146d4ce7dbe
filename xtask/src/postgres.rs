//! A throw-away PostgreSQL cluster for the tests: its own folder, a free port on the
//! loopback address, no care for crashes, gone at the end. The server binaries are the
//! system's; they refuse to run as root, so root lends them the `postgres` user. Data of
//! a real installation is never touched.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::sh;

const PATIENCE: Duration = Duration::from_mins(1);

/// A running cluster; dropping it stops the server and removes its folder.
pub(crate) struct Cluster {
    server: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Cluster {
    /// Finds or installs the server binaries and starts a fresh cluster.
    pub(crate) fn start() -> Result<Self> {
        let binaries = binaries()?;
        if sh::is_root() {
            let user = sh::output(sh::command("id").args(["-u", USER])).ok();
            let setpriv = sh::find_program(&[SETPRIV]);
            if let Some(lacking) = root_lacks(user.as_deref(), setpriv.as_deref()) {
                bail!("PostgreSQL refuses to run as root, {lacking}, or run this as another user");
            }
        }
        let folder = tempfile::Builder::new()
            .prefix("classimize-postgres-")
            .tempdir_in(home())?;
        if sh::is_root() {
            sh::run(sh::command("chown").arg(USER).arg(folder.path()))?;
        }
        let data = folder.path().join("data");
        sh::output(
            unprivileged(&binaries.join("initdb"))
                .current_dir(folder.path())
                .arg("--pgdata")
                .arg(&data)
                .args(["--username=classimize", "--auth=trust", "--encoding=UTF8"])
                .args(["--locale=C", "--no-sync"]),
        )?;
        let port = sh::free_port()?;
        let log = std::fs::File::create(folder.path().join("log"))?;
        let server = unprivileged(&binaries.join("postgres"))
            .current_dir(folder.path())
            .arg("-D")
            .arg(&data)
            .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-k"])
            .arg(folder.path())
            .args(settings())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("postgres could not be started")?;
        let mut cluster = Self {
            server,
            port,
            folder,
        };
        cluster.wait_until_ready(&binaries)?;
        Ok(cluster)
    }

    /// The address of the cluster's first database, for a user who may make more.
    pub(crate) fn url(&self) -> String {
        format!("postgres://classimize@127.0.0.1:{}/postgres", self.port)
    }

    fn wait_until_ready(&mut self, binaries: &Path) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        let port = self.port.to_string();
        while Instant::now() < deadline && self.server.try_wait()?.is_none() {
            let ask = ["--host=127.0.0.1", "--port", &port, "--dbname=postgres"];
            if sh::output(sh::command(binaries.join("pg_isready")).args(ask)).is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let log = std::fs::read_to_string(self.folder.path().join("log"))?;
        bail!("PostgreSQL did not start; its log:\n{log}")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // SIGINT is PostgreSQL's fast shutdown; a plain kill would leave its children
        // and shared memory behind. It may already have ended, hence no complaint.
        let pid = self.server.id().to_string();
        // The shell's own: there need not be a program of that name.
        let told = sh::output(sh::command("sh").args(["-c", "kill -INT \"$1\"", "sh", &pid]));
        if told.is_err() {
            let _ = self.server.kill();
        }
        let _ = self.server.wait();
    }
}

/// Memory, where there is room for it. Each test makes a database of 700 files and drops
/// it, and ext4 looks past every name that was deleted in the last minutes before it makes
/// a new one: on a disk that is half of the time.
fn home() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if free_kilobytes(memory).is_some_and(|free| free >= NEEDED_KILOBYTES) {
        memory.to_owned()
    } else {
        std::env::temp_dir()
    }
}

/// The cluster itself, its log of changes and the databases of the tests that run.
const NEEDED_KILOBYTES: u64 = 3 * 1024 * 1024;

/// What `df` says is free; none where there is no such folder.
fn free_kilobytes(folder: &Path) -> Option<u64> {
    let told = sh::output(sh::command("df").arg("-Pk").arg(folder)).ok()?;
    told.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}

/// Fast and forgetful; 300 connections, because every test has a database and a pool of
/// its own.
fn settings() -> impl Iterator<Item = String> {
    [
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "max_connections=300",
        "shared_buffers=256MB",
        "max_wal_size=1GB",
        "autovacuum=off",
        "max_parallel_workers_per_gather=0",
    ]
    .into_iter()
    .flat_map(|setting| ["-c".to_owned(), setting.to_owned()])
}

/// The folder with initdb and postgres, newest version first; installed if we may.
fn binaries() -> Result<PathBuf> {
    sh::find_or_install(
        find_binaries,
        "postgresql",
        "no PostgreSQL server binaries (initdb, postgres) were found in the search path or under \
         /usr/lib/postgresql; install the system's package `postgresql`",
    )
}

fn find_binaries() -> Option<PathBuf> {
    let mut folders: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    folders.sort();
    let from_path = sh::find_program(&["initdb"])
        .and_then(|initdb| initdb.canonicalize().ok())
        .and_then(|initdb| Some(initdb.parent()?.to_path_buf()));
    let mut candidates = from_path
        .into_iter()
        .chain(folders.into_iter().rev().map(|(_, folder)| folder));
    candidates.find(|folder| {
        ["initdb", "postgres", "pg_isready"]
            .iter()
            .all(|program| folder.join(program).is_file())
    })
}

/// Whom root runs the server as, and with what.
const USER: &str = "postgres";
const SETPRIV: &str = "setpriv";

/// What root lacks to run the server as somebody else, and what to do about it. PostgreSQL
/// in the search path need not have come with a user, as the system's package does.
fn root_lacks(user: Option<&str>, setpriv: Option<&Path>) -> Option<&'static str> {
    if user.is_none() {
        return Some(
            "and there is no user `postgres` to run it as: make one with \
             `useradd --system --user-group postgres`",
        );
    }
    setpriv.is_none().then_some(
        "and there is no program `setpriv` to run it as the user `postgres`: install the \
         system's package `util-linux`",
    )
}

/// A command as an unprivileged user: ourselves, or `postgres` where we are root. It is
/// told to end when we do, so that even a killed run leaves no server behind. Without
/// `setpriv` it runs as we do; root has been told by then.
fn unprivileged(program: &Path) -> Command {
    let Some(setpriv) = sh::find_program(&[SETPRIV]) else {
        return Command::new(program);
    };
    let mut command = Command::new(setpriv);
    if sh::is_root() {
        command
            .arg(format!("--reuid={USER}"))
            .arg(format!("--regid={USER}"))
            .arg("--init-groups");
    }
    command.args(["--pdeathsig", "INT"]).arg(program);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_answers_and_is_gone_when_it_is_dropped() {
        let Some(binaries) = find_binaries() else {
            println!("skipped: no PostgreSQL server binaries");
            return;
        };
        let cluster = Cluster::start().expect("a cluster");
        assert!(
            cluster
                .url()
                .starts_with("postgres://classimize@127.0.0.1:")
        );
        let folder = cluster.folder.path().to_path_buf();
        let port = cluster.port.to_string();
        drop(cluster);
        let ask = ["--host=127.0.0.1", "--port", &port];
        assert!(sh::output(sh::command(binaries.join("pg_isready")).args(ask)).is_err());
        assert!(!folder.exists());
    }

    #[test]
    fn root_is_told_what_is_missing_to_run_the_server_as_somebody_else() {
        let setpriv = Some(Path::new("/usr/bin/setpriv"));
        assert_eq!(root_lacks(Some("104"), setpriv), None);
        let told = |user, setpriv| root_lacks(user, setpriv).expect("something is missing");
        assert!(told(None, setpriv).contains("`useradd"));
        assert!(told(Some("104"), None).contains("`util-linux`"));
    }
}
