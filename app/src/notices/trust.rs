//! `/trust`: the promises of the policy that are kept today, in plain words, each with
//! the tests that prove it. Its source is `docs/promises.toml`, which the gate holds
//! against the tests that ran. When they last ran is known where the build was made by
//! `cargo xtask build` of a source that was tested as a whole.

use std::collections::BTreeMap;

use domain::Time;
use domain::moments::day;
use leptos::prelude::*;
use leptos_meta::Title;
use serde::Deserialize;

use crate::page::theme_word;
use crate::ui::{ButtonLink, CollectErased, Door, Erased, PageHead};

/// How many promises the policy makes.
const PROMISES: usize = 94;

#[derive(Deserialize)]
struct Promises {
    kept: Vec<Promise>,
}

/// A promise that is kept.
#[derive(Deserialize)]
pub struct Promise {
    /// Its name, such as "P-001".
    pub id: String,
    section: u8,
    /// What is promised.
    pub says: String,
    how: String,
    /// The tests that prove it.
    pub tests: Vec<String>,
}

/// Every promise that is kept, by its name.
pub fn promises_by_id() -> BTreeMap<String, Promise> {
    promises()
        .into_iter()
        .map(|promise| (promise.id.clone(), promise))
        .collect()
}

fn promises() -> Vec<Promise> {
    toml::from_str::<Promises>(include_str!("../../../docs/promises.toml"))
        .map(|promises| promises.kept)
        .unwrap_or_default()
}

/// When the tests last ran, from the seconds since 1970 that the build was given.
fn last_run(seconds: Option<&str>) -> String {
    let at = seconds
        .and_then(|seconds| seconds.parse().ok())
        .and_then(|seconds| Time::from_timestamp(seconds, 0));
    match at {
        Some(at) => format!(
            "The tests last ran on {}, on exactly this program, and all of them passed.",
            day(at)
        ),
        None => "The tests were not run for this build.".to_owned(),
    }
}

/// How many of the policy's promises are kept. The rest is spoken of only where there is one.
fn how_many(kept: usize) -> String {
    let (which, rest) = if kept < PROMISES {
        (
            format!("These {kept}"),
            " The others are on their way and are not claimed.",
        )
    } else {
        ("All of them".to_owned(), "")
    };
    format!(
        "The privacy policy makes {PROMISES} promises. {which} are kept by the program itself today, and a test proves each of them. Whether all tests passed on exactly this program, and when, is said below.{rest}"
    )
}

/// Where in the policy a promise stands.
fn place(section: u8) -> String {
    match section {
        0 => "From the opening of the policy".to_owned(),
        section => format!("From section {section} of the policy"),
    }
}

/// `/trust`.
#[component]
pub(crate) fn TrustRoute() -> impl IntoView {
    let promises = promises();
    let lede = how_many(promises.len());
    let parts = promises
        .into_iter()
        .map(|promise| {
            let tests = promise
                .tests
                .into_iter()
                .map(|test| view! { <li><code>{test}</code></li> })
                .collect_erased();
            view! {
                <section>
                    <h2>{format!("{}: {}", promise.id, promise.says)}</h2>
                    <p class="muted">{place(promise.section)}</p>
                    <p>{promise.how}</p>
                    <details class="confirm">
                        <summary class="btn">"Tests"</summary>
                        <ul class="small">{tests}</ul>
                    </details>
                </section>
            }
        })
        .collect_erased();
    view! {
        <Title text="Trust - Classimize" />
        <Door theme=theme_word() back="/trust">
            <div class="door-wide stack">
            <PageHead title="What we promise, and how it is kept" lede />
            <p>{last_run(option_env!("CLASSIMIZE_TESTS_RAN"))}</p>
            <p class="cluster">
                <ButtonLink href="/trust/childrens-code">"The Children's Code, standard by standard"</ButtonLink>
            </p>
            {parts}
            </div>
        </Door>
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use super::{PROMISES, how_many, last_run, place, promises, promises_by_id};

    #[test]
    fn every_promise_that_is_kept_has_words_and_tests() {
        let promises = promises();
        assert!(!promises.is_empty(), "the file can be read");
        for promise in promises {
            assert!(
                !promise.says.is_empty() && !promise.how.is_empty() && !promise.tests.is_empty(),
                "{}",
                promise.id
            );
        }
    }

    #[test]
    fn promises_that_are_on_their_way_are_spoken_of_only_where_there_are_any() {
        let rest = "The others are on their way";
        let fewer = how_many(PROMISES - 1);
        assert!(fewer.contains("These 93 are kept") && fewer.contains(rest));
        let all = how_many(PROMISES);
        assert!(all.contains("All of them are kept") && !all.contains(rest));
    }

    #[test]
    fn every_promise_that_the_draft_of_an_assessment_names_is_kept() {
        let kept = promises_by_id();
        let named = domain::notice::promises_named();
        assert!(named.len() > 20, "{named:?}");
        for id in named {
            assert!(kept.contains_key(id), "{id}");
        }
    }

    #[test]
    fn when_the_tests_last_ran_is_said_or_that_they_did_not() {
        assert!(last_run(Some("1795900000")).contains("on 28 November 2026"));
        for nothing in [None, Some(""), Some("yesterday")] {
            assert_eq!(last_run(nothing), "The tests were not run for this build.");
        }
    }

    #[test]
    fn a_promise_names_where_the_policy_makes_it() {
        assert_eq!(place(0), "From the opening of the policy");
        assert_eq!(place(3), "From section 3 of the policy");
    }
}
