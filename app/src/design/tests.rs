//! What is built is shown: the parts of `app/src/ui`, read from their sources, are compared
//! with those that the gallery uses.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The sources in a folder of this package, without their tests.
fn sources(folder: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut all = String::new();
    for entry in fs::read_dir(folder).expect("the sources are there") {
        let path = entry.expect("readable").path();
        let is_source = path.extension().is_some_and(|ending| ending == "rs");
        if is_source && !path.ends_with("tests.rs") {
            all.push_str(&fs::read_to_string(path).expect("readable"));
        }
    }
    all
}

fn is_in_a_name(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '_'
}

fn names(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|sign: char| !is_in_a_name(sign))
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
}

/// The components that pages may use: those whose function is public.
fn built(sources: &str) -> BTreeSet<String> {
    sources
        .split("#[component]")
        .skip(1)
        .filter_map(|component| component.split_once("fn "))
        .filter(|(before, _)| before.contains("pub "))
        .filter_map(|(_, after)| names(after).next())
        .collect()
}

/// What a `mod.rs` passes on.
fn passed_on(module: &str) -> BTreeSet<String> {
    module
        .split("pub use ")
        .skip(1)
        .filter_map(|line| line.split_once(';'))
        .flat_map(|(line, _)| names(line))
        .collect()
}

fn uses(sources: &str, part: &str) -> bool {
    let tag = format!("<{part}");
    sources
        .match_indices(&tag)
        .any(|(at, _)| !sources[at + tag.len()..].starts_with(is_in_a_name))
}

#[test]
fn every_part_that_pages_are_made_of_is_shown_in_the_gallery() {
    let ui = sources("src/ui");
    let (built, passed_on) = (built(&ui), passed_on(&ui));
    assert!(built.len() > 25, "fewer than there were: {built:?}");
    let kept_back: Vec<_> = built.difference(&passed_on).collect();
    assert!(kept_back.is_empty(), "not in ui/mod.rs: {kept_back:?}");
    let gallery = sources("src/design");
    let missing: Vec<_> = built.iter().filter(|part| !uses(&gallery, part)).collect();
    assert!(missing.is_empty(), "not in app/src/design: {missing:?}");
}

#[test]
fn a_part_is_not_shown_by_another_whose_name_begins_like_it() {
    assert!(uses("<Table caption=\"People\">", "Table"));
    assert!(uses("<Table\n", "Table"));
    assert!(!uses("<Tables />", "Table"));
    assert!(!uses("</Table>", "Table"));
}
