//! `/school/privacy/providers`: the register as one school sees it, with its objections
//! and its wish for providers in the United Kingdom only. Forms:
//! `server/src/routes/providers.rs`.

use domain::schools::policy::Action;
use domain::{access, providers};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::providers::{ObjectForm, SchoolProvider};

use super::register::ProviderFacts;
use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, CollectErased, Empty, Erased, IconName, Notice, PageHead, Spread, TextArea,
    Tone,
};

/// `/school/privacy/providers`.
#[component]
pub(crate) fn SchoolProvidersRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let door = access::school(&actor, Action::HandleRequests)?;
            let page = providers::of_school(db.read(), &door, now).await?;
            Ok::<_, AppError>((actor, page))
        },
        |(actor, page)| {
            let again: Again<ObjectForm> = ssr::again();
            let parts = if page.providers.is_empty() {
                view! {
                    <Spread id="none" title="Providers">
                        <Empty icon=IconName::TickCircle title="Nobody gets anything">
                            <p class="muted">"This server gives nothing to any other company. You are told 30 days before that changes."</p>
                        </Empty>
                    </Spread>
                }
                .into_any()
            } else {
                page.providers
                    .into_iter()
                    .map(|one| view! { <Provider one again=again.clone() /> })
                    .collect_erased()
                    .into_any()
            };
            view! {
                <Title text=format!("Providers - {}", actor.school_name) />
                <Page actor current="/school/privacy">
                    <PageHead
                        title="Providers"
                        crumbs=vec![("/school/privacy".to_owned(), "Data protection".to_owned())]
                        lede={"Companies that work for this platform. You are told 30 days before one is added. If you object, nothing of your school goes there.".to_owned()}
                    />
                    <Done />
                    <WhatIsWrong again=again.clone() />
                    {parts}
                    <UkOnly since=page.uk_only />
                </Page>
            }
        },
    )
}

#[component]
fn Provider(one: SchoolProvider, again: Again<ObjectForm>) -> impl IntoView {
    // What was typed against one is not said of the others.
    let typed: Option<ObjectForm> = ssr::again_under(&one.provider.id.to_string());
    let (id, name) = (one.provider.id, one.provider.name.clone());
    let path = format!("/school/privacy/providers/{id}");
    let closed = one.closed_because.map(|why| {
        view! {
            <Notice tone=Tone::Warn>
                <p>{format!("Nothing of your school goes there. {why}.")}</p>
            </Notice>
        }
    });
    let act = if let Some((reason, who)) = one.objection {
        let name = name.clone();
        view! {
            <form class="form" method="post" action=format!("{path}/objection/end")>
                <p class="as-typed">{format!("{who}: {reason}")}</p>
                <div class="cluster">
                    <Button>"Take the objection back" <span class="hush">{format!(" against {name}")}</span></Button>
                </div>
            </form>
        }
        .into_any()
    } else {
        let name = name.clone();
        let is_open = typed.is_some();
        let error = again.error("reason").filter(|_| is_open);
        let typed = typed.unwrap_or_default().reason;
        view! {
                <details class="confirm" open=is_open>
                    <summary class="btn">"Object" <span class="hush">{format!(" to {name}")}</span></summary>
                    <form class="confirm-box form" method="post" action=format!("{path}/objection")>
                        <TextArea
                            id=format!("reason-{id}")
                            name="reason"
                            label="Why"
                            error
                            value=typed
                            rows=3
                        />
                        <div class="cluster">
                            <Button kind=ButtonKind::Danger>"Object"</Button>
                        </div>
                    </form>
                </details>
            }
            .into_any()
    };
    view! {
        <Spread id=format!("provider-{id}") title=name>
            <div class="stack">
                {closed}
                <ProviderFacts line=one.provider />
                {act}
            </div>
        </Spread>
    }
    .into_any()
}

#[component]
fn UkOnly(since: Option<(String, String)>) -> impl IntoView {
    let (words, answer, button) = match since {
        Some((who, day)) => (
            format!(
                "Only providers in the United Kingdom get anything of your school. {who} decided so on {day}."
            ),
            "off",
            "Allow providers abroad again",
        ),
        None => (
            "Providers abroad may be used where something allows data to go to their country."
                .to_owned(),
            "on",
            "Only in the United Kingdom",
        ),
    };
    view! {
        <Spread id="uk-only" title="Countries">
            <form class="form" method="post" action="/school/privacy/uk-only">
                <p>{words}</p>
                <div class="cluster">
                    <Button name="answer" value=answer>
                        {button}
                    </Button>
                </div>
            </form>
        </Spread>
    }
    .erased()
}
