//! `classimize`: the server and its commands in one binary.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    server::commands::run(server::commands::Cli::parse())
}
