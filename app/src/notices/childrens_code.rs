//! `/trust/childrens-code`: the fifteen standards of the Children's Code, each with how
//! it is met and the tests that prove it. Its source is `docs/childrens-code.toml`,
//! which the gate holds against the tests that ran.

use leptos::prelude::*;
use leptos_meta::Title;
use serde::Deserialize;

use crate::page::theme_word;
use crate::ui::{CollectErased, Door, Erased, PageHead};

#[derive(Deserialize)]
struct Code {
    kept: Vec<Standard>,
}

#[derive(Deserialize)]
struct Standard {
    id: String,
    title: String,
    how: String,
    tests: Vec<String>,
}

fn standards() -> Vec<Standard> {
    toml::from_str::<Code>(include_str!("../../../docs/childrens-code.toml"))
        .map(|code| code.kept)
        .unwrap_or_default()
}

/// `/trust/childrens-code`.
#[component]
pub(crate) fn ChildrensCodeRoute() -> impl IntoView {
    let parts = standards()
        .into_iter()
        .map(|standard| {
            let tests = standard
                .tests
                .into_iter()
                .map(|test| view! { <li><code>{test}</code></li> })
                .collect_erased();
            view! {
                <section>
                    <h2>{format!("{}. {}", standard.id, standard.title)}</h2>
                    <p>{standard.how}</p>
                    <details class="confirm">
                        <summary class="btn">
                            "Tests" <span class="hush">{format!(" of standard {}", standard.id)}</span>
                        </summary>
                        <ul class="small">{tests}</ul>
                    </details>
                </section>
            }
        })
        .collect_erased();
    view! {
        <Title text="Children's Code - Classimize" />
        <Door theme=theme_word() back="/trust/childrens-code">
            <div class="door-wide stack">
            <PageHead
                title="The Children's Code, standard by standard"
                crumbs=vec![("/trust".to_owned(), "What we promise".to_owned())]
                lede={"Schools are not bound by it, and those who make programs for them may be. This program meets all fifteen standards as its defaults. This is our own assessment; the tests show what it rests on.".to_owned()}
            />
            {parts}
            </div>
        </Door>
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::standards;

    #[derive(Deserialize)]
    struct Promises {
        kept: Vec<Promise>,
    }

    #[derive(Deserialize)]
    struct Promise {
        id: String,
        tests: Vec<String>,
    }

    #[test]
    fn the_promise_rests_on_every_test_of_the_fifteen_standards() {
        let promises: Promises =
            toml::from_str(include_str!("../../../docs/promises.toml")).expect("it can be read");
        let promise = promises.kept.iter().find(|kept| kept.id == "P-078");
        let named = &promise.expect("it is kept").tests;
        for standard in standards() {
            for test in standard.tests {
                assert!(named.contains(&test), "{}: {test}", standard.id);
            }
        }
    }

    #[test]
    fn each_of_the_fifteen_standards_has_words_and_a_test() {
        let standards = standards();
        let ids: Vec<String> = (1..=15).map(|number| number.to_string()).collect();
        let named: Vec<&str> = standards.iter().map(|standard| &*standard.id).collect();
        assert_eq!(named, ids);
        for standard in standards {
            assert!(
                !standard.title.is_empty()
                    && !standard.how.is_empty()
                    && !standard.tests.is_empty(),
                "{}",
                standard.id
            );
        }
    }
}
