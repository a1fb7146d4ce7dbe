//! `cargo xtask serve` and `build`: from a fresh clone to a running release server,
//! telling at the start how long it will take and then each step with its time. The
//! server itself takes over at the end; nothing of us stays behind it.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::front::Purpose;
use crate::{server, setup, sh, site};

#[derive(Args)]
pub(crate) struct Options {
    /// Make two demo schools and print the accounts to sign in with
    #[arg(long)]
    demo: bool,
    /// More arguments for `classimize serve`, after `--`
    #[arg(last = true)]
    extra: Vec<String>,
}

/// Builds what is needed and becomes the server.
pub(crate) fn serve(options: &Options) -> Result<bool> {
    let binary = build()?;
    println!("==> serve");
    // Only returns if the server could not be started.
    Err(started_as(&binary, options).exec().into())
}

/// It starts in the workspace's root, where its own default is `./data`: a variable of ours
/// would win over a configuration file.
fn started_as(binary: &Path, options: &Options) -> Command {
    let mut server = sh::command(binary);
    server.arg("serve");
    if options.demo {
        server.arg("--demo");
    }
    server.args(&options.extra);
    server
}

/// Builds the site and the release server that holds it.
pub(crate) fn build() -> Result<PathBuf> {
    announce();
    site::build(Purpose::Release)?;
    sh::step("compile the server for release", server::build_release)
}

/// Builds only the site.
pub(crate) fn site_only() -> Result<()> {
    site::build(Purpose::Release)?;
    site::within_budgets().map(|_| ())
}

fn announce() {
    let built_before = server::release_binary().is_file();
    let wasm_built_before = site::folder(Purpose::Release).join("assets.json").is_file();
    println!(
        "{}",
        match (built_before, wasm_built_before) {
            (true, _) =>
                "Building what changed: about 6 minutes after a change of the server, seconds if nothing \
                 changed.",
            (false, true) => "The first build of the server takes about 8 minutes on 2 cores.",
            (false, false) =>
                "The first build takes about 14 minutes on 2 cores: the browser's side first, then \
                 the server. Later builds take about 6 minutes, and seconds if nothing changed.",
        }
    );
    if sh::find_program(&["npm"]).is_none() {
        sh::say("npm is not there; it is only needed to make the WASM smaller");
    } else if !setup::has_wasm_opt() {
        sh::say("tools are installed into target/tools");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_ours_wins_over_the_data_of_a_configuration_file() {
        let options = Options {
            demo: true,
            extra: ["--config", "school.toml"].map(str::to_owned).into(),
        };
        let server = started_as(Path::new("classimize"), &options);
        assert_eq!(server.get_envs().count(), 0);
        assert_eq!(server.get_current_dir(), Some(sh::root().as_path()));
        let words: Vec<_> = server.get_args().collect();
        assert_eq!(words, ["serve", "--demo", "--config", "school.toml"]);
    }
}
