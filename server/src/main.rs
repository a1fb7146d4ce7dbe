//! `classimize`: the server and its commands in one binary.
#![recursion_limit = "256"]

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    server::commands::run(server::commands::Cli::parse())
}
