//! What the build needs beyond Rust itself, installed when it is missing: the WASM
//! target and lint components through rustup, wasm-opt and Playwright through npm, and
//! the gate's own tools through cargo. All of it is pinned, comes from package registries, and
//! lies inside the project's folders.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::sh;

/// What the browser's side is compiled to.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// Adds the WASM target if the toolchain does not have it.
pub(crate) fn wasm_target() -> Result<()> {
    let folder =
        sh::output(sh::command("rustc").args(["--print", "target-libdir", "--target", WASM]))?;
    if Path::new(folder.trim()).is_dir() {
        return Ok(());
    }
    sh::run(sh::command("rustup").args(["target", "add", WASM]))
        .context("the WASM target is missing, and rustup could not add it")
}

/// Adds rustfmt and clippy where the toolchain was installed without them.
pub(crate) fn lint_components() -> Result<()> {
    for (component, question) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if sh::output(sh::cargo().args([question, "--version"])).is_err() {
            sh::run(sh::command("rustup").args(["component", "add", component]))?;
        }
    }
    Ok(())
}

/// wasm-opt from npm's `binaryen`. None where npm is absent or cannot install it: the
/// site is then whole but larger, and we say so.
pub(crate) fn wasm_opt() -> Result<Option<PathBuf>> {
    if sh::find_program(&["npm"]).is_none() {
        sh::say("npm is not there: going on without wasm-opt, the WASM will be larger");
        return Ok(None);
    }
    let folder = sh::tools().join("npm");
    std::fs::create_dir_all(&folder)?;
    for name in ["package.json", "package-lock.json"] {
        let pinned = std::fs::read(sh::root().join("xtask/tools").join(name))?;
        sh::write_if_changed(&folder.join(name), &pinned)?;
    }
    if let Err(error) = npm_ci(&folder) {
        sh::say(format!(
            "{error:#}: going on without wasm-opt, the WASM will be larger"
        ));
        return Ok(None);
    }
    Ok(Some(folder.join("node_modules/.bin/wasm-opt")))
}

/// Whether wasm-opt was installed before.
pub(crate) fn has_wasm_opt() -> bool {
    sh::tools().join("npm/node_modules/.bin/wasm-opt").exists()
}

/// Installs exactly what a folder's lock file names, once per lock file.
pub(crate) fn npm_ci(folder: &Path) -> Result<()> {
    let lock = std::fs::read(folder.join("package-lock.json"))
        .with_context(|| format!("{} has no package-lock.json", folder.display()))?;
    let stamp = folder.join("node_modules/.installed-lock");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    sh::run(
        sh::command("npm")
            .args([
                "ci",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--prefer-offline",
            ])
            .current_dir(folder)
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"),
    )?;
    Ok(std::fs::write(stamp, lock)?)
}

/// A program that cargo installs from crates.io, at the version that the gate was
/// written for.
pub(crate) struct CargoTool {
    package: &'static str,
    program: &'static str,
    version: &'static str,
}

pub(crate) const DENY: CargoTool = CargoTool {
    package: "cargo-deny",
    program: "cargo-deny",
    version: "0.20.2",
};
pub(crate) const MACHETE: CargoTool = CargoTool {
    package: "cargo-machete",
    program: "cargo-machete",
    version: "0.9.2",
};
pub(crate) const TYPOS: CargoTool = CargoTool {
    package: "typos-cli",
    program: "typos",
    version: "1.52.0",
};

/// The tool, compiled once into the tools folder. It is optimised little: it runs for
/// a second, and compiling it is what costs.
pub(crate) fn cargo_tool(tool: &CargoTool) -> Result<PathBuf> {
    let installed = sh::tools().join("bin").join(tool.program);
    let is_ours = |program: &Path| {
        sh::output(sh::command(program).arg("--version"))
            .is_ok_and(|version| version.split_whitespace().any(|word| word == tool.version))
    };
    if is_ours(&installed) {
        return Ok(installed);
    }
    if let Some(program) = sh::find_program(&[tool.program]).filter(|found| is_ours(found)) {
        return Ok(program);
    }
    sh::say(format!("compiling {}, once", tool.package));
    let build = sh::tools().join("build");
    sh::run(
        sh::cargo()
            .args([
                "install",
                tool.package,
                "--locked",
                "--force",
                "--version",
                tool.version,
                "--root",
            ])
            .arg(sh::tools())
            .arg("--target-dir")
            .arg(&build)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    )?;
    if !installed.is_file() {
        bail!(
            "cargo install said it was done, but there is no {}",
            tool.program
        );
    }
    // The program is all that is needed from now on; its build folder is large.
    std::fs::remove_dir_all(&build)?;
    Ok(installed)
}
