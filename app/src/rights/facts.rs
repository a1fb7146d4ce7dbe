//! `/my-data/:person/facts`: what the school holds about somebody, field by field, each
//! with a way to say that it is wrong.

use domain::{access, consent, rights, sources};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::ids::PersonId;
use vocab::rights::Fact;
use vocab::sources::Origin;

use crate::error::AppError;
use crate::page::{Page, load};
use crate::rights::whose::Whose;
use crate::routes::part_of_path;
use crate::ssr;
use crate::ui::{ButtonLink, CollectErased, Erased, PageHead, Spread};

/// `/my-data/:person/facts`.
#[component]
pub(crate) fn FactsRoute() -> impl IntoView {
    let person = part_of_path::<PersonId>("person");
    load(
        async move {
            let (actor, db) = (ssr::actor()?, ssr::db());
            let about = access::about(db.read(), &actor, person?).await?;
            let held = rights::held(db.read(), &about).await?;
            let facts = rights::facts(db.read(), &about, &held).await?;
            let origins = sources::origins(db.read(), &actor, &about, &held, ssr::now()).await?;
            let people = consent::people(db.read(), &actor)
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, *about, people, facts, origins))
        },
        |(actor, person, people, facts, origins)| {
            let one = actor.person;
            let name = people
                .iter()
                .find(|other| other.id == person && other.id != one)
                .map(|other| other.name.clone());
            let title = match name {
                Some(name) => format!("What the school has about {name}"),
                None => "What the school has about you".to_owned(),
            };
            view! {
                <Title text=format!("{title} - {}", actor.school_name) />
                <Page actor current="/settings">
                    <PageHead
                        title=title
                        crumbs=vec![("/my-data".to_owned(), "My data".to_owned())]
                        lede={"If something is wrong, say so beside it. The school corrects it or tells you why not within 48 hours, and keeps what it was in its record.".to_owned()}
                    />
                    <Whose people one shown=person address={|id| format!("/my-data/{id}/facts")} />
                    <Spread id="facts" title="Field by field">
                        <Facts facts person />
                    </Spread>
                    <Origins origins />
                </Page>
            }
        },
    )
}

/// Where it came from (UK GDPR Article 14).
#[component]
fn Origins(origins: Vec<Origin>) -> impl IntoView {
    let rows = origins
        .into_iter()
        .map(|origin| {
            view! {
                <li class="row">
                    <div>
                        <span class="row-title">{origin.what}</span>
                        <div class="row-meta">{origin.from}</div>
                    </div>
                </li>
            }
        })
        .collect_erased();
    view! {
        <Spread id="origins" title="Where it comes from" note="Nothing is bought, looked up or guessed".to_owned()>
            <ul class="rows" role="list">
                {rows}
            </ul>
        </Spread>
    }
    .erased()
}

#[component]
fn Facts(facts: Vec<Fact>, person: PersonId) -> impl IntoView {
    let rows = facts
        .into_iter()
        .map(|fact| {
            let field = fact.name.replace(' ', "%20");
            let wrong = format!("/my-data?kind=rectification&about={person}&field={field}#ask");
            view! {
                <li class="row">
                    <div>
                        <span class="row-title">{fact.name.clone()}</span>
                        <div class="row-meta">{fact.value.unwrap_or_else(|| "Nothing is kept".to_owned())}</div>
                    </div>
                    <ButtonLink href=wrong>
                        "This is wrong" <span class="hush">{format!(": {}", fact.name)}</span>
                    </ButtonLink>
                </li>
            }
        })
        .collect_erased();
    view! {
        <ul class="rows" role="list">
            {rows}
        </ul>
    }
    .erased()
}
