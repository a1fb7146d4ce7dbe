//! The site folder: everything a browser may fetch that is the same for everybody. The
//! server has it inside (release) or reads it from disk (development). Files under
//! `pkg/` carry a hash of their content in the name and never change; `assets.json`
//! tells the server those names. Release files are compressed ahead of time, and their
//! sizes are held against the budgets here.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Serialize;

use crate::front::{self, Purpose};
use crate::{script, setup, sh, style};

/// What each file may weigh, compressed with brotli, in KB of 1,024 bytes. A page's own
/// budget adds its HTML; the whole first visit is measured by `bench`.
const BUDGETS: [Budget; 10] = [
    Budget {
        what: "style sheet",
        file: is_css,
        kb: 16.0,
    },
    Budget {
        what: "JavaScript glue of a student's draft",
        file: |name| is_island(name, DRAFT, "js"),
        kb: 7.0,
    },
    Budget {
        what: "WASM of a student's draft",
        file: |name| is_island(name, DRAFT, "wasm"),
        kb: 70.0,
    },
    Budget {
        what: "JavaScript glue of the marking desk",
        file: |name| is_island(name, DESK, "js"),
        kb: 7.0,
    },
    Budget {
        what: "WASM of the marking desk",
        file: |name| is_island(name, DESK, "wasm"),
        kb: 159.5,
    },
    Budget {
        what: "scripts for work without a network",
        file: is_script,
        kb: 16.4,
    },
    Budget {
        what: "scripts for reading",
        file: is_reading,
        kb: 3.0,
    },
    Budget {
        what: "script on pages of staff and guardians",
        file: is_offer,
        kb: 1.3,
    },
    Budget {
        what: "scanner for badges, where the browser has none",
        file: is_scanner,
        kb: 86.0,
    },
    Budget {
        what: "icon sprite",
        file: is_sprite,
        kb: 8.0,
    },
];

/// What the files of the two islands begin with.
const DRAFT: &str = "draft-";
const DESK: &str = "desk-";

/// What one font may weigh, in KB; fonts are compressed in themselves. None is loaded by
/// whoever did not choose it.
const FONT_KB: f64 = 40.0;

/// A font that some ask for by name and that is not to be had smaller.
const LARGE_FONT: (&str, f64) = ("opendyslexic", 120.0);

/// The file that tells the server today's names.
const LIST: &str = "assets.json";

struct Budget {
    what: &'static str,
    file: fn(&str) -> bool,
    kb: f64,
}

fn has_ending(name: &str, ending: &str) -> bool {
    Path::new(name).extension().is_some_and(|it| it == ending)
}
fn is_css(name: &str) -> bool {
    has_ending(name, "css")
}
/// Of the island whose files begin so.
fn is_island(name: &str, island: &str, ending: &str) -> bool {
    name.starts_with(island) && has_ending(name, ending)
}
fn is_script(name: &str) -> bool {
    has_ending(name, "js") && name.starts_with("js/")
}
fn is_reading(name: &str) -> bool {
    has_ending(name, "js") && name.starts_with("reading/")
}
fn is_offer(name: &str) -> bool {
    has_ending(name, "js") && name.starts_with("version/")
}
fn is_wasm(name: &str) -> bool {
    has_ending(name, "wasm")
}
/// Its WASM with its glue.
fn is_scanner(name: &str) -> bool {
    name.starts_with("scanner-")
}
fn is_font(name: &str) -> bool {
    has_ending(name, "woff2")
}
fn is_sprite(name: &str) -> bool {
    name.starts_with("icons-")
}

/// What the server reads to know today's names.
#[derive(Serialize)]
struct Assets {
    /// The name that the glue and the WASM of an island share, without folder and ending, by
    /// the island's component.
    islands: BTreeMap<String, String>,
    /// The address of the scanner's glue, which finds its WASM by itself.
    scanner: String,
    css: String,
    icons: Option<String>,
    /// Public files by their plain name, which they keep at the root of the site, with
    /// the address of their unchanging copy.
    public: BTreeMap<String, String>,
}

/// Where the files for a purpose lie.
pub(crate) fn folder(purpose: Purpose) -> PathBuf {
    sh::target().join(match purpose {
        Purpose::Development => "site-dev",
        Purpose::Release => "site",
    })
}

/// Builds the whole site.
pub(crate) fn build(purpose: Purpose) -> Result<()> {
    setup::wasm_target()?;
    let islands = front::build(purpose)?;
    let scanner = front::build_scanner()?;
    sh::step("assemble the site", || assemble(purpose, islands, scanner))
}

fn assemble(
    purpose: Purpose,
    islands: BTreeMap<&str, front::Front>,
    scanner: front::Front,
) -> Result<()> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut names = BTreeMap::new();
    for (component, island) in islands {
        names.insert(component.to_owned(), island.name);
        for (name, content) in island.files {
            files.insert(format!("pkg/{name}"), content);
        }
    }
    for (name, content) in scanner.files {
        files.insert(format!("pkg/{name}"), content);
    }

    let css = style::bundle(purpose)?.into_bytes();
    let css_name = format!("pkg/{}", with_hash("main.css", &css));
    files.insert(css_name.clone(), css);

    let mut icons = None;
    let mut public = BTreeMap::new();
    let source = sh::root().join("public");
    for path in files_under(&source)? {
        let name = plain_name(&source, &path);
        let mut content = fs::read(&path)?;
        // Fonts carry their version in the name, which never changes either.
        if name.starts_with("fonts/") {
            files.insert(name, content);
            continue;
        }
        if (is_script(&name) || is_offer(&name)) && purpose == Purpose::Release {
            content = script::slim(&String::from_utf8(content)?).into_bytes();
        }
        let hashed = format!("pkg/{}", with_hash(&name, &content));
        if name == "icons.svg" {
            icons = Some(format!("/{hashed}"));
        } else {
            public.insert(name.clone(), format!("/{hashed}"));
            files.insert(name, content.clone());
        }
        files.insert(hashed, content);
    }

    let assets = Assets {
        islands: names,
        scanner: format!("/pkg/{}.js", scanner.name),
        css: format!("/{css_name}"),
        icons,
        public,
    };
    files.insert(LIST.to_owned(), serde_json::to_vec_pretty(&assets)?);
    write(&folder(purpose), &files, purpose)
}

/// `main.css` becomes `main-<hash>.css`, in its folder.
fn with_hash(name: &str, content: &[u8]) -> String {
    let hash = front::hash(&[content]);
    match name.rsplit_once('.') {
        Some((stem, ending)) => format!("{stem}-{hash}.{ending}"),
        None => format!("{name}-{hash}"),
    }
}

/// Writes the files and their compressed copies; what is there and unchanged is left
/// alone, what is no longer part of the site is removed.
fn write(folder: &Path, files: &BTreeMap<String, Vec<u8>>, purpose: Purpose) -> Result<()> {
    let mut wanted: BTreeSet<PathBuf> = BTreeSet::new();
    // The list of names comes last: where it is new, everything it names is there.
    let (lists, named): (Vec<_>, Vec<_>) = files.iter().partition(|(name, _)| *name == LIST);
    for (name, content) in named.into_iter().chain(lists) {
        let path = folder.join(name);
        let known = fs::read(&path).is_ok_and(|present| present == *content);
        if !known {
            sh::write_if_changed(&path, content)?;
        }
        wanted.insert(path);
        if purpose == Purpose::Development || !is_compressible(name) {
            continue;
        }
        for (ending, compress) in [("br", brotli as fn(&[u8]) -> Result<Vec<u8>>), ("gz", gzip)] {
            let copy = folder.join(format!("{name}.{ending}"));
            if !(known && copy.exists()) {
                sh::write_if_changed(&copy, &compress(content)?)?;
            }
            wanted.insert(copy);
        }
    }
    for path in files_under(folder)? {
        if !wanted.contains(&path) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

fn is_compressible(name: &str) -> bool {
    name != LIST
        && [
            "css",
            "html",
            "js",
            "json",
            "svg",
            "txt",
            "wasm",
            "webmanifest",
            "xml",
        ]
        .iter()
        .any(|ending| has_ending(name, ending))
}

fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: content.len(),
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut compressed, &parameters)?;
    Ok(compressed)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

/// Every file below a folder, sorted. A folder that is not there has none.
pub(crate) fn files_under(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files_under(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn plain_name(folder: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(folder).unwrap_or(path);
    relative.to_string_lossy().replace('\\', "/")
}

/// Holds the release site against the budgets and prints every size. False where a file
/// is missing or too large.
pub(crate) fn within_budgets() -> Result<bool> {
    let folder = folder(Purpose::Release);
    let pkg = folder.join("pkg");
    let mut all_met = true;
    for path in files_under(&pkg)? {
        if has_ending(&path.to_string_lossy(), "br") || has_ending(&path.to_string_lossy(), "gz") {
            continue;
        }
        let size = |ending: &str| {
            fs::metadata(format!("{}{ending}", path.display())).map_or(0.0, |file| kb(file.len()))
        };
        let name = plain_name(&pkg, &path);
        sh::say(format!(
            "{name}: {:.1} KB, gzip {:.1}, brotli {:.1}",
            size(""),
            size(".gz"),
            size(".br")
        ));
        if is_wasm(&name) && !BUDGETS.iter().any(|budget| (budget.file)(&name)) {
            sh::say(format!("{name}: has no budget"));
            all_met = false;
        }
    }
    for budget in &BUDGETS {
        let mut sizes = Vec::new();
        for path in files_under(&pkg)? {
            let name = plain_name(&pkg, &path);
            if name.strip_suffix(".br").is_some_and(budget.file) {
                sizes.push(kb(fs::metadata(&path)?.len()));
            }
        }
        let total: f64 = sizes.iter().sum();
        let met = !sizes.is_empty() && total <= budget.kb;
        let verdict = match (sizes.is_empty(), met) {
            (true, _) => "MISSING",
            (false, true) => "met",
            (false, false) => "TOO LARGE",
        };
        sh::say(format!(
            "{}: {total:.1} of {} KB, {verdict}",
            budget.what, budget.kb
        ));
        all_met &= met;
    }
    for path in files_under(&folder)? {
        let name = plain_name(&folder, &path);
        let size = kb(fs::metadata(&path)?.len());
        if is_font(&name) && size > font_budget(&name) {
            sh::say(format!(
                "{name}: {size:.1} of {} KB, TOO LARGE",
                font_budget(&name)
            ));
            all_met = false;
        }
    }
    Ok(all_met)
}

fn font_budget(name: &str) -> f64 {
    let (large, kb) = LARGE_FONT;
    if name.contains(large) { kb } else { FONT_KB }
}

/// Bytes as KB of 1,024.
#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52 bytes")]
pub(crate) fn kb(bytes: u64) -> f64 {
    bytes as f64 / 1024.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_folder_and_ending() {
        let name = with_hash("fonts/sans.woff2", b"font");
        assert!(name.starts_with("fonts/sans-"));
        assert!(has_ending(&name, "woff2"));
        assert_ne!(name, with_hash("fonts/sans.woff2", b"another"));
    }

    #[test]
    fn what_left_the_site_is_removed_and_copies_are_compressed() {
        let folder = tempfile::tempdir().expect("a folder");
        let one = |name: &str| BTreeMap::from([(name.to_owned(), b"a{}".repeat(50))]);
        write(folder.path(), &one("old.css"), Purpose::Release).expect("is written");
        write(folder.path(), &one("new.css"), Purpose::Release).expect("is written");
        let names: Vec<_> = files_under(folder.path())
            .expect("is read")
            .iter()
            .map(|path| plain_name(folder.path(), path))
            .collect();
        assert_eq!(names, ["new.css", "new.css.br", "new.css.gz"]);
    }
}
