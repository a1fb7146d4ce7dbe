//! The arrows that must never exist between the rooms of the house, held against what
//! cargo would really build: everything that a package reaches (`cargo tree`), and for a
//! few names only what it asks for itself (`cargo metadata`). Pages must not speak of
//! rows, and neither pages nor rules of another feature's inside, so their sources are read
//! too. `deny.toml` holds the same for other people's packages.

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

/// The part of `app` that is made for all of its features.
const FOR_ALL: &str = "ui";

/// The modules of the rules that a feature offers as they are, because others name what is
/// in them in full. Every other module is its feature's own, and what others need of it stands
/// in the feature's `mod.rs`.
const OFFERED: &[&str] = &[
    "accounts::guard",
    "accounts::invitations",
    "accounts::passwords",
    "accounts::sessions",
    "accounts::sign_in",
    "arrangements::policy",
    "assignments::policy",
    "badges::devices",
    "badges::sign_in",
    "classrooms::policy",
    "keys::files",
    "keys::text",
    "people::contact",
    "people::family",
    "schools::declaration",
    "schools::hue",
    "schools::leaving",
    "schools::policy",
    "submissions::policy",
];

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
    broken.extend(insides(&pages, &[])?);
    let rules = sh::root().join("server/domain/src");
    broken.extend(insides(&rules, OFFERED)?);
    broken.extend(opened_otherwise(&rules)?);
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
/// `mod.rs` offers, and the modules in `offered`.
fn insides(folder: &Path, offered: &[&str]) -> Result<Vec<String>> {
    let mut broken = Vec::new();
    for path in site::files_under(folder)? {
        let within = path.strip_prefix(folder)?;
        if within == Path::new(ROUTER) {
            continue;
        }
        let module = module_of(within);
        let own = module.split("::").next().unwrap_or_default();
        let source = fs::read_to_string(&path)?;
        let file = path.strip_prefix(sh::root()).unwrap_or(&path).display();
        for (feature, inner) in reached(own, &source, offered) {
            if folder.join(&feature).is_dir() {
                broken.push(format!("{file} names {feature}::{inner}, inside {feature}"));
            }
        }
    }
    Ok(broken)
}

/// The insides of other features that a source of the feature `own` names: the feature and
/// its module. None that is offered.
fn reached(own: &str, source: &str, offered: &[&str]) -> BTreeSet<(String, String)> {
    let mut named = insides_named(source);
    named.retain(|(feature, inner)| {
        let is_other = feature != own && feature != FOR_ALL;
        is_other && !offered.contains(&&*format!("{feature}::{inner}"))
    });
    named
}

/// The insides of features that a source names: `crate::feature::file::`, also where braces
/// open on the way, over several lines.
fn insides_named(source: &str) -> BTreeSet<(String, String)> {
    let code: String = source
        .lines()
        .map(|line| line.split("//").next().unwrap_or(line))
        .flat_map(str::chars)
        .filter(|sign| !sign.is_whitespace())
        .collect();
    code.match_indices("crate::")
        .flat_map(|(at, root)| paths_of(&code[at + root.len()..]))
        .filter_map(|path| {
            inside(&path).map(|(feature, inner)| (feature.to_owned(), inner.to_owned()))
        })
        .collect()
}

/// Where the modules that features open to others are not those of the list. The compiler
/// keeps everybody out of the others, however a name is spelled.
fn opened_otherwise(folder: &Path) -> Result<Vec<String>> {
    let mut opened = BTreeSet::new();
    for path in site::files_under(folder)? {
        let within = path.strip_prefix(folder)?;
        // The root opens the features themselves.
        if within != Path::new("lib.rs") {
            let source = fs::read_to_string(&path)?;
            opened.extend(opened_in(&module_of(within), &source));
        }
    }
    let offered: BTreeSet<String> = OFFERED.iter().map(|module| (*module).to_owned()).collect();
    let new = opened
        .difference(&offered)
        .map(|module| format!("{module} is open to other features, and OFFERED does not name it"));
    let gone = offered
        .difference(&opened)
        .map(|module| format!("OFFERED names {module}, which is open to nobody"));
    Ok(new.chain(gone).collect())
}

/// The modules that the source of a module opens to other features, with their full names.
fn opened_in(module: &str, source: &str) -> Vec<String> {
    let opened = |line: &str| {
        let rest = line.trim_start().strip_prefix("pub")?;
        let rest = rest.strip_prefix("(crate)").unwrap_or(rest);
        let name = rest.strip_prefix(" mod ")?.split([';', ' ']).next()?;
        Some(format!("{module}::{name}"))
    };
    source.lines().filter_map(opened).collect()
}

/// The module that a file is: `accounts/mod.rs` and `accounts.rs` are both `accounts`.
fn module_of(within: &Path) -> String {
    let path = within.with_extension("");
    let mut parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts.join("::")
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

/// The feature whose inside a path names, and which: `feature::file::Thing`.
fn inside(path: &str) -> Option<(&str, &str)> {
    let mut parts = path.split("::");
    let (feature, file) = (parts.next()?, parts.next()?);
    let is_word = |part: &str| {
        part.chars()
            .all(|sign| sign.is_ascii_lowercase() || sign == '_')
    };
    (is_word(feature) && is_word(file) && parts.next().is_some()).then_some((feature, file))
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

    /// The insides that a source names, as paths.
    fn named(source: &str) -> Vec<String> {
        insides_named(source)
            .into_iter()
            .map(|(feature, inner)| format!("{feature}::{inner}"))
            .collect()
    }

    #[test]
    fn what_lies_inside_a_feature_is_told_from_what_it_offers() {
        let inner = "use crate::assignments::components::StateChip;";
        assert_eq!(named(inner), ["assignments::components"]);
        let offered = "use crate::assignments::StateChip;";
        assert!(named(offered).is_empty());
        assert!(named("use crate::reading::{ReadingFields, said};").is_empty());
        assert!(named("// as crate::home::pages::Rows does").is_empty());
        assert_eq!(
            named("let shown = crate::home::pages::rows(&all);"),
            ["home::pages"]
        );
    }

    #[test]
    fn an_inside_named_within_braces_is_seen() {
        let source =
            "use crate::{\n    home::{self, pages::{Rows, Line}},\n    ui::button::Button,\n};";
        assert_eq!(named(source), ["home::pages", "ui::button"]);
        let after = "use crate::{home, reading::said};\nuse rest::{b::c::D};";
        assert!(named(after).is_empty());
    }

    #[test]
    fn a_rule_reaches_into_another_feature_where_that_offers_a_module_and_nowhere_else() {
        let offered = ["keys::files"];
        let of_rosters = |source: &str| Vec::from_iter(reached("rosters", source, &offered));
        assert!(of_rosters("use crate::keys::files::FileError;").is_empty());
        assert!(of_rosters("use crate::keys::{Ring, files::FileError};").is_empty());
        let own = "use crate::rosters::plan::Plan;";
        assert!(of_rosters(own).is_empty());
        let master = ("keys".to_owned(), "master".to_owned());
        let both = "use crate::keys::{files::FileError, master::Master};";
        assert_eq!(of_rosters(both), [master]);
    }

    #[test]
    fn a_module_that_a_feature_opens_to_others_is_told_from_its_own() {
        let source = "mod read;\npub mod policy;\npub(crate) mod family;\npub(super) mod rows;\n\
                      // pub mod said;\npub use read::list;\npub(crate) mod here {\n}\n";
        assert_eq!(
            opened_in("people", source),
            ["people::policy", "people::family", "people::here"]
        );
        let of = |file: &str| module_of(Path::new(file));
        assert_eq!(of("accounts/mod.rs"), "accounts");
        assert_eq!(of("files.rs"), "files");
        assert_eq!(of("accounts/sessions/find.rs"), "accounts::sessions::find");
    }

    #[test]
    fn a_word_inside_another_word_is_not_an_arrow() {
        assert!(names("use entity::person;", "entity::"));
        assert!(!names("use identity::person;", "entity::"));
    }
}
