//! `/trust`: the promises of the policy that are kept today, in plain words, each with
//! the tests that prove it. Its source is `docs/promises.toml`, which the gate holds
//! against the tests that ran.

use leptos::prelude::*;
use leptos_meta::Title;
use serde::Deserialize;

use crate::page::theme_word;
use crate::ui::{ButtonLink, Door, PageHead};

#[derive(Deserialize)]
struct Promises {
    kept: Vec<Promise>,
}

#[derive(Deserialize)]
struct Promise {
    id: String,
    says: String,
    how: String,
    tests: Vec<String>,
}

fn promises() -> Vec<Promise> {
    toml::from_str::<Promises>(include_str!("../../../docs/promises.toml"))
        .map(|promises| promises.kept)
        .unwrap_or_default()
}

/// `/trust`.
#[component]
pub(crate) fn TrustRoute() -> impl IntoView {
    let promises = promises();
    let lede = format!(
        "The privacy policy makes 94 promises. These {} are kept by the program itself today, and a test proves each of them whenever the program is built. A build with a failing test is not given out. The others are on their way and are not claimed.",
        promises.len()
    );
    let parts = promises
        .into_iter()
        .map(|promise| {
            let tests = promise
                .tests
                .into_iter()
                .map(|test| view! { <li><code>{test}</code></li> })
                .collect_view();
            view! {
                <section>
                    <h2>{format!("{}: {}", promise.id, promise.says)}</h2>
                    <p>{promise.how}</p>
                    <details class="confirm">
                        <summary class="btn">"Tests"</summary>
                        <ul class="small">{tests}</ul>
                    </details>
                </section>
            }
        })
        .collect_view();
    view! {
        <Title text="Trust - Classimize" />
        <Door theme=theme_word() back="/trust">
            <div class="door-wide stack">
            <PageHead title="What we promise, and how it is kept" lede />
            <p class="cluster">
                <ButtonLink href="/trust/childrens-code">"The Children's Code, standard by standard"</ButtonLink>
            </p>
            {parts}
            </div>
        </Door>
    }
}

#[cfg(test)]
mod tests {
    use super::promises;

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
}
