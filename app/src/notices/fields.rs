//! `/school/privacy/fields?find=…`: where a kind of data is kept, and what is done with it.
//! What is typed is looked up in the data map and its registers, and kept nowhere.

use domain::access;
use domain::notice::{self, Elsewhere, FieldKind, Found};
use domain::schools::policy::Action;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::error::AppError;
use crate::page::{Page, load};
use crate::registers::crumbs;
use crate::ssr;
use crate::ui::{
    Button, ButtonLink, CollectErased, Empty, Erased, IconName, InputKind, PageHead, Spread,
    TextField,
};

/// Where the page is.
const PAGE: &str = "/school/privacy/fields";

/// `/school/privacy/fields?find=…`: the field alone where nothing was typed.
#[component]
pub(crate) fn FieldsRoute() -> impl IntoView {
    let typed = ssr::query("find").unwrap_or_default().trim().to_owned();
    let find = typed.clone();
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let door = access::school(&actor, Action::HandleRequests)?;
            let found = notice::fields(db.read(), &actor, &door, &find, now)
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, found))
        },
        move |(actor, found)| {
            let answer = (!typed.is_empty()).then(|| answer(found, typed.clone()));
            view! {
                <Title text=format!("Where is it kept? - {}", actor.school_name) />
                <Page actor current="/school/privacy">
                    <PageHead
                        title="Where is it kept?"
                        crumbs=crumbs()
                        lede={"Every kind of data by its name, by what it is or by what it is for: such as e-mail, photo, marks or sign in. The list of everything that is stored is searched, and nobody's data.".to_owned()}
                    />
                    <form class="filters" method="get" action=PAGE role="search">
                        <TextField id="find" label="What do you look for?" value=typed kind=InputKind::Search />
                        <Button icon=IconName::Search>"Find"</Button>
                    </form>
                    {answer}
                </Page>
            }
        },
    )
}

fn answer(found: Found, typed: String) -> AnyView {
    if found.is_empty() {
        return view! { <Nothing typed /> }.into_any();
    }
    let kinds = found
        .kinds
        .into_iter()
        .enumerate()
        .map(|(at, kind)| view! { <Kind kind number={at + 1} /> })
        .collect_erased();
    let elsewhere = found
        .elsewhere
        .into_iter()
        .enumerate()
        .map(|(at, found)| view! { <Outside found id=format!("elsewhere-{at}") /> })
        .collect_erased();
    let nobodys = found.nobodys;
    view! {
        <p class="muted">
            "Inside the school nobody sees anything without a role and a tie to the person: teaching them, looking after them, running the school."
        </p>
        {kinds}
        {elsewhere}
        {(!nobodys.is_empty())
            .then(|| {
                view! {
                    <Spread id="nobodys" title="Called so, and about nobody">
                        <p>{in_words(&nobodys)}</p>
                    </Spread>
                }
            })}
    }
    .into_any()
}

#[component]
fn Nothing(typed: String) -> impl IntoView {
    view! {
        <Empty icon=IconName::Search title="Nothing is called so" alone=true>
            <p class="muted">
                {format!(
                    "No column, file, mail, line of the log or storage of a browser is described with \u{201c}{typed}\u{201d}. Try another word, such as e-mail, mark or device.",
                )}
            </p>
            <ButtonLink href="/privacy">"Everything that is kept"</ButtonLink>
        </Empty>
    }
    .erased()
}

/// A kind of data in the tables.
#[component]
fn Kind(
    kind: FieldKind,
    /// From 1, in the order shown: two kinds may have the same label.
    number: usize,
) -> impl IntoView {
    let facts = kind
        .facts
        .into_iter()
        .map(|(asked, words)| {
            view! {
                <dt>{asked}</dt>
                <dd>{words}</dd>
            }
        })
        .collect_erased();
    view! {
        <Spread id=format!("kind-{number}") title=format!("{number}. {}", kind.label)>
            <dl class="facts">
                <dt>"Where"</dt>
                <dd>{in_words(&kind.places)}</dd>
                {facts}
            </dl>
        </Spread>
    }
    .erased()
}

/// What is called so in one of the other stores.
#[component]
fn Outside(found: Elsewhere, id: String) -> impl IntoView {
    let lines = found
        .lines
        .into_iter()
        .map(|line| view! { <li>{line}</li> })
        .collect_erased();
    view! {
        <Spread id title=found.store note=found.kept>
            <ul class="prose">{lines}</ul>
        </Spread>
    }
    .erased()
}

/// Tables with their columns.
fn in_words(places: &[(&str, Vec<&str>)]) -> String {
    let told: Vec<String> = places
        .iter()
        .map(|(table, columns)| format!("{table}: {}", columns.join(", ")))
        .collect();
    told.join("; ")
}
