//! The browser's side: a package compiled to WASM, its JavaScript glue made by the
//! wasm-bindgen library, shrunk by wasm-opt and named after its content. There are two
//! packages: `frontend`, which starts the islands, and `scanner`, which one page loads where
//! it needs it. For release `frontend` is compiled once for each island, so that no page
//! loads what another needs; a WASM that is made cannot be cut, because nobody knows which of
//! its functions are only called through tables. Scripts that Rust brings along
//! (`#[wasm_bindgen(module = ...)]`) get names by content as well. Where the files go is the
//! business of `site`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::{setup, sh};

/// For whom the files are made: quick to build, or quick to load.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Development,
    Release,
}

/// The finished files of one WASM, all of them for the `pkg` folder.
#[derive(Clone)]
pub(crate) struct Front {
    /// The name that the glue and the WASM share, without an ending.
    pub(crate) name: String,
    /// Every file with its name.
    pub(crate) files: Vec<(String, Vec<u8>)>,
}

/// A package that is compiled to WASM, with which features, and the name that its files begin
/// with.
struct Source {
    package: &'static str,
    features: &'static str,
    name: &'static str,
}

/// The islands by their component. The feature of `frontend` is called as the files are.
const ISLANDS: [(&str, Source); 2] = [("DraftKeeper", island("draft")), ("Desk", island("desk"))];
/// All islands in one, which is quicker to build.
const ALL_ISLANDS: Source = Source {
    package: "frontend",
    features: "draft,desk",
    name: "islands",
};
const SCANNER: Source = Source {
    package: "scanner",
    features: "",
    name: "scanner",
};

const fn island(feature: &'static str) -> Source {
    Source {
        package: "frontend",
        features: feature,
        name: feature,
    }
}

/// Features that every browser we support has. `--all-features` would let wasm-opt
/// write what they refuse.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// As small as one pass makes it: more of them take as long again and win nothing.
const SHRINK: [&str; 1] = ["-Oz"];

/// Builds the islands, by the name of their component.
pub(crate) fn build(purpose: Purpose) -> Result<BTreeMap<&'static str, Front>> {
    match purpose {
        Purpose::Development => {
            let all = build_one(&ALL_ISLANDS, purpose)?;
            Ok(ISLANDS
                .map(|(component, _)| (component, all.clone()))
                .into())
        }
        Purpose::Release => ISLANDS
            .iter()
            .map(|(component, source)| Ok((*component, build_one(source, purpose)?)))
            .collect(),
    }
}

/// Builds the scanner: always for release, because it is small, and too slow for a camera
/// otherwise.
pub(crate) fn build_scanner() -> Result<Front> {
    build_one(&SCANNER, Purpose::Release)
}

fn build_one(source: &Source, purpose: Purpose) -> Result<Front> {
    let name = source.name;
    let compiled = sh::step(&format!("compile {name} to WASM"), || {
        compile(source, purpose)
    })?;
    let (js, snippets, wasm) = sh::step("write its JavaScript glue", || glue(name, &compiled))?;
    let wasm = match purpose {
        Purpose::Development => wasm,
        Purpose::Release => sh::step("shrink its WASM", || shrink(name, &wasm))?,
    };
    fingerprint(name, js, &snippets, wasm)
}

/// The folder of the WASM build: its own, so that the two sides never wait for or
/// rebuild each other.
pub(crate) fn target() -> PathBuf {
    sh::target().join("front")
}

fn compile(source: &Source, purpose: Purpose) -> Result<PathBuf> {
    let profile = match purpose {
        Purpose::Development => "dev",
        Purpose::Release => "wasm-release",
    };
    sh::run(
        sh::cargo()
            .args([
                "build",
                "--package",
                source.package,
                "--features",
                source.features,
                "--lib",
                "--target",
                setup::WASM,
            ])
            .args(["--profile", profile, "--target-dir"])
            .arg(target()),
    )?;
    let folder = match purpose {
        Purpose::Development => "debug",
        Purpose::Release => "wasm-release",
    };
    Ok(target()
        .join(setup::WASM)
        .join(folder)
        .join(format!("{}.wasm", source.package)))
}

/// Scripts brought along by Rust code: the specifier in the glue, and the text.
type Snippets = Vec<(String, String)>;

fn glue(name: &str, compiled: &Path) -> Result<(String, Snippets, Vec<u8>)> {
    let mut output = Bindgen::new()
        .input_path(compiled)
        .out_name(name)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()?;
    let inline = output.snippets().iter().flat_map(|(owner, texts)| {
        let named = move |(index, text): (usize, &String)| {
            (format!("./snippets/{owner}/inline{index}.js"), text.clone())
        };
        texts.iter().enumerate().map(named)
    });
    let local = output
        .local_modules()
        .iter()
        .map(|(path, text)| (format!("./snippets/{path}"), text.clone()));
    let mut snippets: Snippets = inline.chain(local).collect();
    snippets.sort();
    let js = output.js().to_owned();
    Ok((js, snippets, output.wasm_mut().emit_wasm()))
}

/// Runs wasm-opt, or gives the last result again where its input is the same.
fn shrink(name: &str, wasm: &[u8]) -> Result<Vec<u8>> {
    let Some(wasm_opt) = setup::wasm_opt()? else {
        return Ok(wasm.to_vec());
    };
    let version = std::fs::read(sh::tools().join("npm/package-lock.json"))?;
    let how = [SHRINK.as_slice(), &FEATURES].concat().join(" ");
    let key = hash(&[&version, how.as_bytes(), wasm]);
    let folder = target().join("shrunk").join(name);
    let shrunk = folder.join(format!("{key}.wasm"));
    if let Ok(present) = std::fs::read(&shrunk) {
        sh::say("unchanged since the last time");
        return Ok(present);
    }
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let input = folder.join("input.wasm");
    let written = folder.join("output.wasm");
    std::fs::write(&input, wasm)?;
    sh::run(
        sh::command(wasm_opt)
            .args(SHRINK)
            .args(FEATURES)
            .arg(&input)
            .arg("-o")
            .arg(&written),
    )?;
    std::fs::rename(&written, &shrunk)?;
    Ok(std::fs::read(&shrunk)?)
}

/// Names the files after their content. Glue and WASM share one name, because the page
/// knows only one; it changes when either does. The module name `./<own>_bg.js` is a key
/// between the two and stays.
fn fingerprint(own: &str, mut js: String, snippets: &Snippets, wasm: Vec<u8>) -> Result<Front> {
    let mut files = Vec::new();
    for (specifier, text) in snippets {
        let name = format!("{own}-{}.js", hash(&[text.as_bytes()]));
        for quote in ['\'', '"'] {
            js = js.replace(
                &format!("from {quote}{specifier}{quote}"),
                &format!("from {quote}./{name}{quote}"),
            );
        }
        files.push((name, text.clone().into_bytes()));
    }
    let name = format!("{own}-{}", hash(&[js.as_bytes(), &wasm]));
    let own_url = format!("'{own}_bg.wasm'");
    ensure!(
        js.contains(&own_url),
        "the glue names its WASM in an unknown way"
    );
    let js = js.replace(&own_url, &format!("'{name}.wasm'"));
    files.push((format!("{name}.js"), js.into_bytes()));
    files.push((format!("{name}.wasm"), wasm));
    Ok(Front { name, files })
}

/// Twelve characters that stand for the content.
pub(crate) fn hash(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    let mut digits = format!("{:x}", hasher.finalize());
    digits.truncate(12);
    digits
}

/// Lints the browser's side as the WASM target sees it, in the build's own folder and
/// profile, so that the two share what they compile for the host.
pub(crate) fn lint() -> Result<()> {
    setup::wasm_target()?;
    sh::run(
        sh::cargo()
            .args(["clippy", "--package", "frontend", "--package", "app"])
            .args(["--package", "scanner"])
            .args([
                "--features",
                "app/hydrate,app/draft,app/desk",
                "--lib",
                "--target",
                setup::WASM,
            ])
            .args(["--profile", "wasm-release", "--target-dir"])
            .arg(target())
            .args(["--", "-D", "warnings"]),
    )
    .context("the browser's side has lints")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glue_and_wasm_share_a_name_that_changes_with_either() {
        let js = "new URL('classimize_bg.wasm', import.meta.url); './classimize_bg.js'";
        let one = fingerprint("classimize", js.to_owned(), &Vec::new(), vec![1]).expect("is named");
        let two = fingerprint("classimize", js.to_owned(), &Vec::new(), vec![2]).expect("is named");
        assert_ne!(one.name, two.name);
        let glue = String::from_utf8(one.files[0].1.clone()).expect("is text");
        assert!(glue.contains(&format!("'{}.wasm'", one.name)));
        assert!(glue.contains("'./classimize_bg.js'"));
    }

    #[test]
    fn a_script_brought_along_is_found_under_its_new_name() {
        let js = "import { a } from './snippets/x/inline0.js';\n'classimize_bg.wasm'";
        let snippets = vec![("./snippets/x/inline0.js".to_owned(), "export".to_owned())];
        let front = fingerprint("classimize", js.to_owned(), &snippets, vec![]).expect("is named");
        let (name, _) = &front.files[0];
        let (_, glue) = &front.files[1];
        let glue = String::from_utf8(glue.clone()).expect("is text");
        assert!(glue.contains(&format!("from './{name}'")));
    }
}
