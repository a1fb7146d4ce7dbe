//! The whole build and gate of Classimize: `serve`, `build`, `site`, `dev`, `test`
//! and `bench`. It is a plain, synchronous program whose libraries are pinned by the
//! workspace's lock file, so that nothing is fetched but from the package
//! registries. It knows nothing of schools: that is the server's business.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod arrows;
mod bench;
mod browser;
mod cases;
mod dev;
mod front;
mod postgres;
mod promises;
mod ran;
mod script;
mod serve;
mod server;
mod setup;
mod sh;
mod site;
mod style;
mod test;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Builds, serves, tests and measures Classimize"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Do all the set-up, build for release and serve on 127.0.0.1:3000
    Serve(serve::Options),
    /// The same without starting the server
    Build,
    /// Only the browser's files: WASM, style and public files, into target/site
    Site,
    /// The developer's loop: rebuild the side that changed, reload the browser
    Dev,
    /// Everything CI runs; ends with one line that counts passed and failed
    Test(test::Options),
    /// Take the pictures of the app anew, into public/screenshots
    Photos,
    /// Measure the release server on a school of 1,200; writes docs/performance.md
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Serve(options) => serve::serve(&options),
        Command::Build => serve::build().map(|_| true),
        Command::Site => serve::site_only().map(|()| true),
        Command::Dev => dev::watch().map(|()| true),
        Command::Test(options) => test::run(&options),
        Command::Photos => browser::photograph(),
        Command::Bench(options) => bench::run(&options).map(|()| true),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
