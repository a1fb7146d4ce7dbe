//! `classimize`: the server and its commands in one binary.
#![recursion_limit = "256"]

use std::process::ExitCode;

fn main() -> ExitCode {
    server::commands::main()
}
