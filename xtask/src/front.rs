//! The browser's side: a package compiled to WASM, its JavaScript glue made by the
//! wasm-bindgen library, shrunk by wasm-opt and named after its content. There are two
//! packages: `frontend`, which starts the islands, and `scanner`, which one page loads where
//! it needs it. `frontend` is compiled once and then cut into one WASM per island, so that
//! no page loads what another needs. Scripts that Rust brings along
//! (`#[wasm_bindgen(module = ...)]`) get names by content as well. Where the files go is the
//! business of `site`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};
use walrus::{Module, ModuleConfig};
use wasm_bindgen_cli_support::Bindgen;

use crate::{setup, sh};

/// For whom the files are made: quick to build, or quick to load.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Development,
    Release,
}

/// The finished files of one WASM, all of them for the `pkg` folder.
pub(crate) struct Front {
    /// The name that the glue and the WASM share, without an ending.
    pub(crate) name: String,
    /// Every file with its name.
    pub(crate) files: Vec<(String, Vec<u8>)>,
}

/// The package of the islands.
const ISLANDS: &str = "frontend";
/// The package of the scanner, which its files are named after.
const SCANNER: &str = "scanner";

/// What the export begins with that describes another one to the glue.
const DESCRIBES: &str = "__wbindgen_describe_";

/// What the exports begin with by which a stream of bytes could be sent or received. A library
/// brings them along; no island streams, and the glue would not load if one did.
const STREAMS: [&str; 2] = ["intounderlying", "__wbg_intounderlying"];

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

/// As small as it gets: again and again until nothing shrinks any more.
const SHRINK: [&str; 2] = ["-Oz", "--converge"];

/// Builds the islands, by the name of their component.
pub(crate) fn build(purpose: Purpose) -> Result<BTreeMap<String, Front>> {
    let compiled = sh::step("compile the browser's side to WASM", || {
        compile(ISLANDS, purpose)
    })?;
    let wasm = std::fs::read(&compiled)?;
    let islands = islands_in(&parse(&wasm)?);
    ensure!(!islands.is_empty(), "{} has no island", compiled.display());
    let build_one = |island: String| {
        let mut module = parse(&wasm)?;
        keep_only(&island, &mut module);
        let front = finish(&island.to_lowercase(), module, purpose)
            .with_context(|| format!("the island {island}"))?;
        Ok((island, front))
    };
    islands.into_iter().map(build_one).collect()
}

/// Builds the scanner: always for release, because it is small, and too slow for a camera
/// otherwise.
pub(crate) fn build_scanner() -> Result<Front> {
    let compiled = sh::step("compile the scanner to WASM", || {
        compile(SCANNER, Purpose::Release)
    })?;
    finish(SCANNER, parse(&std::fs::read(compiled)?)?, Purpose::Release)
}

fn finish(name: &str, module: Module, purpose: Purpose) -> Result<Front> {
    let (js, snippets, wasm) = sh::step(&format!("write the JavaScript glue of {name}"), || {
        glue(name, module)
    })?;
    let wasm = match purpose {
        Purpose::Development => wasm,
        Purpose::Release => sh::step("shrink its WASM", || shrink(name, &wasm))?,
    };
    fingerprint(name, js, &snippets, wasm)
}

/// Reads what the compiler wrote. It is not checked again, as the glue's library does not
/// either.
fn parse(wasm: &[u8]) -> Result<Module> {
    ModuleConfig::new()
        .strict_validate(false)
        .generate_name_section(false)
        .generate_producers_section(false)
        .parse(wasm)
        .context("the compiler wrote a WASM that cannot be read")
}

/// The names of the islands' components.
fn islands_in(module: &Module) -> BTreeSet<String> {
    let names = module
        .exports
        .iter()
        .filter_map(|export| island_of(&export.name));
    names.map(str::to_owned).collect()
}

/// The component of the island that an export is for: `DraftKeeper` for
/// `DraftKeeper_1234567890_cafe`, and for what describes it to the glue.
fn island_of(export: &str) -> Option<&str> {
    let mut parts = plain(export).split('_');
    let component = parts
        .next()
        .filter(|name| name.starts_with(char::is_uppercase))?;
    let number = parts.next()?;
    number.parse::<u64>().ok().map(|_| component)
}

/// An export's own name, or that of the one that it describes.
fn plain(export: &str) -> &str {
    export.strip_prefix(DESCRIBES).unwrap_or(export)
}

/// Takes the exports of the other islands away, and those that no island needs: what nobody
/// can call any more is left out when the glue is made.
fn keep_only(island: &str, module: &mut Module) {
    let needless = |export: &str| {
        island_of(export).is_some_and(|other| other != island)
            || STREAMS
                .iter()
                .any(|stream| plain(export).starts_with(stream))
    };
    let gone: Vec<_> = module
        .exports
        .iter()
        .filter(|export| needless(&export.name))
        .map(walrus::Export::id)
        .collect();
    for export in gone {
        module.exports.delete(export);
    }
}

/// The folder of the WASM build: its own, so that the two sides never wait for or
/// rebuild each other.
pub(crate) fn target() -> PathBuf {
    sh::target().join("front")
}

fn compile(package: &str, purpose: Purpose) -> Result<PathBuf> {
    let profile = match purpose {
        Purpose::Development => "dev",
        Purpose::Release => "wasm-release",
    };
    sh::run(
        sh::cargo()
            .args([
                "build",
                "--package",
                package,
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
        .join(format!("{package}.wasm")))
}

/// Scripts brought along by Rust code: the specifier in the glue, and the text.
type Snippets = Vec<(String, String)>;

fn glue(name: &str, module: Module) -> Result<(String, Snippets, Vec<u8>)> {
    let mut output = Bindgen::new()
        .input_module(name, module)
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
                "app/hydrate",
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

    /// A module that exports a function of its own under each of these names.
    fn exporting(names: &[&str]) -> Module {
        let mut module = Module::default();
        for name in names {
            let mut function = walrus::FunctionBuilder::new(&mut module.types, &[], &[]);
            function.func_body().unreachable();
            let function = function.finish(Vec::new(), &mut module.funcs);
            module.exports.add(name, function);
        }
        module
    }

    #[test]
    fn each_island_keeps_what_belongs_to_it_and_to_all() {
        let mut module = exporting(&[
            "hydrate",
            "Desk_123_cafe",
            "__wbindgen_describe_Desk_123_cafe",
            "DraftKeeper_456_cafe",
            "__wbindgen_describe_DraftKeeper_456_cafe",
            "intounderlyingsink_write_cafe",
            "__wbindgen_describe_intounderlyingsink_write_cafe",
        ]);
        let islands: Vec<_> = islands_in(&module).into_iter().collect();
        assert_eq!(islands, ["Desk", "DraftKeeper"]);
        keep_only("Desk", &mut module);
        let mut left: Vec<_> = module
            .exports
            .iter()
            .map(|export| export.name.as_str())
            .collect();
        left.sort_unstable();
        assert_eq!(
            left,
            [
                "Desk_123_cafe",
                "__wbindgen_describe_Desk_123_cafe",
                "hydrate"
            ]
        );
    }

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
