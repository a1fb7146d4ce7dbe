//! The arrows that must never exist between the rooms of the house, held against what
//! cargo would really build: everything that a package reaches (`cargo tree`), and for a
//! few names only what it asks for itself (`cargo metadata`). Pages must not speak of
//! rows, nor of another feature's inside, so `app`'s source is read too. `deny.toml` holds the same for other people's
//! packages.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::{setup, sh, site};

/// Everything that only the server may contain.
const SERVER_SIDE: &[&str] = &[
    "server",
    "entity",
    "migration",
    "domain",
    "datamap",
    "interop",
    "test-kit",
    "sea-orm",
    "sqlx",
    "axum",
    "leptos_axum",
    "argon2",
    "object_store",
];

/// A package as it is built in one place, and what it must not reach there.
struct Reach {
    package: &'static str,
    build: &'static [&'static str],
    never: &'static [&'static str],
}

const REACHES: &[Reach] = &[
    Reach {
        package: "frontend",
        build: &["--target", setup::WASM],
        never: SERVER_SIDE,
    },
    Reach {
        package: "scanner",
        build: &["--target", setup::WASM],
        never: &["app", "vocab", "leptos", "domain", "server"],
    },
    Reach {
        package: "app",
        build: &["--features", "hydrate"],
        never: SERVER_SIDE,
    },
    Reach {
        package: "vocab",
        build: &[],
        never: &[
            "tokio", "leptos", "sea-orm", "axum", "app", "entity", "domain", "server",
        ],
    },
    Reach {
        package: "vocab",
        build: &["--all-features"],
        never: &["leptos", "axum", "app", "entity", "domain", "server"],
    },
    Reach {
        package: "entity",
        build: &[],
        never: &[
            "domain",
            "datamap",
            "migration",
            "interop",
            "app",
            "leptos",
            "axum",
            "server",
        ],
    },
    Reach {
        package: "datamap",
        build: &[],
        never: &["domain", "migration", "app", "leptos", "axum", "server"],
    },
    Reach {
        package: "interop",
        build: &[],
        never: &[
            "entity",
            "domain",
            "migration",
            "app",
            "leptos",
            "axum",
            "sea-orm",
            "server",
        ],
    },
    Reach {
        package: "migration",
        build: &[],
        never: &[
            "entity", "domain", "datamap", "app", "leptos", "axum", "server",
        ],
    },
    Reach {
        package: "domain",
        build: &[],
        never: &[
            "app",
            "migration",
            "leptos",
            "leptos_axum",
            "axum",
            "cookie",
            "server",
        ],
    },
    Reach {
        package: "server",
        build: &[],
        never: &["test-kit", "frontend"],
    },
];

/// What a package must not ask for itself, although it may come along with another:
/// `app` speaks to `domain`, which speaks to rows.
const OWN: &[(&str, &[&str])] = &[
    (
        "app",
        &[
            "entity",
            "migration",
            "datamap",
            "interop",
            "sea-orm",
            "sqlx",
            "axum",
        ],
    ),
    ("frontend", &["vocab", "domain", "entity", "sea-orm"]),
    (
        "domain",
        &[
            "http",
            "http-body",
            "hyper",
            "tower",
            "tower-http",
            "cookie",
            "server_fn",
        ],
    ),
];

/// Names of rows that a page's source must not hold.
const ROW_WORDS: &[&str] = &["sea_orm", "entity::"];

/// The one file of `app` that names the pages inside every feature: it puts them at their
/// addresses.
const ROUTER: &str = "routes.rs";

/// True where no forbidden arrow exists.
pub(crate) fn hold() -> Result<bool> {
    let mut broken = Vec::new();
    for reach in REACHES {
        broken.extend(forbidden_reach(reach)?);
    }
    let packages = workspace()?;
    broken.extend(forbidden_own(&packages));
    let pages = sh::root().join("app/src");
    broken.extend(row_words(&pages)?);
    broken.extend(insides(&pages)?);
    for arrow in &broken {
        sh::say(arrow);
    }
    sh::say(format!(
        "{} packages, {} forbidden arrows",
        packages.len(),
        broken.len()
    ));
    Ok(broken.is_empty())
}

fn forbidden_reach(reach: &Reach) -> Result<Vec<String>> {
    let tree = sh::output(
        sh::cargo()
            .args([
                "tree",
                "--locked",
                "--package",
                reach.package,
                "--edges",
                "normal",
            ])
            .args(["--prefix", "none", "--format", "{p}"])
            .args(reach.build),
    )?;
    // The first line is the package itself.
    let reached: BTreeSet<&str> = tree
        .lines()
        .skip(1)
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let how = reach.build.join(" ");
    Ok(reach
        .never
        .iter()
        .filter(|name| reached.contains(*name))
        .map(|name| format!("{} {how} reaches {name}", reach.package))
        .collect())
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// None for a normal one, `dev` or `build` for the others.
    kind: Option<String>,
}

fn workspace() -> Result<Vec<Package>> {
    let metadata = sh::output(sh::cargo().args([
        "metadata",
        "--locked",
        "--no-deps",
        "--format-version",
        "1",
    ]))?;
    let metadata: Metadata = serde_json::from_str(&metadata).context("reading cargo metadata")?;
    Ok(metadata.packages)
}

fn forbidden_own(packages: &[Package]) -> Vec<String> {
    let mut broken = Vec::new();
    for package in packages {
        let never = OWN.iter().filter(|(name, _)| *name == package.name);
        let never: BTreeSet<&str> = never.flat_map(|(_, names)| names.iter().copied()).collect();
        for dependency in &package.dependencies {
            let is_normal = dependency.kind.is_none();
            // Nobody builds upon the server, and the test kit is for tests alone.
            let is_for_nobody = dependency.name == "server";
            let is_for_tests = dependency.name == "test-kit";
            if is_for_nobody || is_normal && (is_for_tests || never.contains(&*dependency.name)) {
                broken.push(format!("{} asks for {}", package.name, dependency.name));
            }
        }
    }
    broken
}

fn row_words(folder: &Path) -> Result<Vec<String>> {
    let mut broken = Vec::new();
    for path in site::files_under(folder)? {
        let source = fs::read_to_string(&path)?;
        for (number, line) in source.lines().enumerate() {
            let code = line.split("//").next().unwrap_or(line);
            if let Some(word) = ROW_WORDS.iter().find(|word| names(code, word)) {
                let file = path.strip_prefix(sh::root()).unwrap_or(&path).display();
                broken.push(format!("{file}:{} names {word}", number + 1));
            }
        }
    }
    Ok(broken)
}

/// Where a feature names what is inside another's folder: it may use what the other's
/// `mod.rs` offers.
fn insides(folder: &Path) -> Result<Vec<String>> {
    let mut broken = Vec::new();
    for path in site::files_under(folder)? {
        let within = path.strip_prefix(folder)?;
        let own = within.iter().next().unwrap_or_default();
        if within == Path::new(ROUTER) {
            continue;
        }
        let source = fs::read_to_string(&path)?;
        let file = path.strip_prefix(sh::root()).unwrap_or(&path).display();
        for feature in insides_named(&source) {
            let is_other = own != feature.as_str() && feature != "ui";
            if is_other && folder.join(&feature).is_dir() {
                broken.push(format!("{file} names the inside of {feature}"));
            }
        }
    }
    Ok(broken)
}

/// The features whose insides a source names: `crate::feature::file::`, also where braces
/// open on the way, over several lines.
fn insides_named(source: &str) -> BTreeSet<String> {
    let code: String = source
        .lines()
        .map(|line| line.split("//").next().unwrap_or(line))
        .flat_map(str::chars)
        .filter(|sign| !sign.is_whitespace())
        .collect();
    code.match_indices("crate::")
        .flat_map(|(at, root)| paths_of(&code[at + root.len()..]))
        .filter_map(|path| inside(&path).map(str::to_owned))
        .collect()
}

/// Every path of a tree of names, written out: `a::{b, c::D}` is `a::b` and `a::c::D`.
fn paths_of(tree: &str) -> Vec<String> {
    let mut paths = Vec::new();
    let mut opened: Vec<String> = Vec::new();
    let mut path = String::new();
    for sign in tree.chars() {
        match sign {
            '{' => opened.push(path.clone()),
            ',' | '}' if !opened.is_empty() => {
                paths.push(path);
                path = opened.last().cloned().unwrap_or_default();
                if sign == '}' {
                    opened.pop();
                }
                if opened.is_empty() {
                    return paths;
                }
            }
            ':' | '_' | '*' => path.push(sign),
            word if word.is_alphanumeric() => path.push(word),
            _ => break,
        }
    }
    paths.push(path);
    paths
}

/// The feature whose inside a path names: `feature::file::Thing`.
fn inside(path: &str) -> Option<&str> {
    let mut parts = path.split("::");
    let (feature, file) = (parts.next()?, parts.next()?);
    let is_word = |part: &str| {
        part.chars()
            .all(|sign| sign.is_ascii_lowercase() || sign == '_')
    };
    (is_word(feature) && is_word(file) && parts.next().is_some()).then_some(feature)
}

/// Whether a line holds the word as a word of its own: `identity::` is not `entity::`.
fn names(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        before.is_none_or(|it| !it.is_alphanumeric() && it != '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, dependency: &str, kind: Option<&str>) -> Package {
        let kind = kind.map(str::to_owned);
        let dependency = Dependency {
            name: dependency.to_owned(),
            kind,
        };
        Package {
            name: name.to_owned(),
            dependencies: vec![dependency],
        }
    }

    #[test]
    fn a_page_that_asks_for_rows_is_named() {
        let broken = forbidden_own(&[package("app", "sea-orm", None)]);
        assert_eq!(broken, ["app asks for sea-orm"]);
    }

    #[test]
    fn the_test_kit_is_allowed_in_tests_only() {
        assert!(forbidden_own(&[package("domain", "test-kit", Some("dev"))]).is_empty());
        assert_eq!(
            forbidden_own(&[package("domain", "test-kit", None)]).len(),
            1
        );
    }

    #[test]
    fn what_lies_inside_a_feature_is_told_from_what_it_offers() {
        let named = |source: &str| Vec::from_iter(insides_named(source));
        let inner = "use crate::assignments::components::StateChip;";
        assert_eq!(named(inner), ["assignments"]);
        let offered = "use crate::assignments::StateChip;";
        assert!(named(offered).is_empty());
        assert!(named("use crate::reading::{ReadingFields, said};").is_empty());
        assert!(named("// as crate::home::pages::Rows does").is_empty());
        assert_eq!(
            named("let shown = crate::home::pages::rows(&all);"),
            ["home"]
        );
    }

    #[test]
    fn an_inside_named_within_braces_is_seen() {
        let source =
            "use crate::{\n    home::{self, pages::{Rows, Line}},\n    ui::button::Button,\n};";
        let named = Vec::from_iter(insides_named(source));
        assert_eq!(named, ["home", "ui"]);
        let after = "use crate::{home, reading::said};\nuse rest::{b::c::D};";
        assert!(insides_named(after).is_empty());
    }

    #[test]
    fn a_word_inside_another_word_is_not_an_arrow() {
        assert!(names("use entity::person;", "entity::"));
        assert!(!names("use identity::person;", "entity::"));
    }
}
