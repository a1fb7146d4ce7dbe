//! `/settings/messages`: which mail somebody gets. The form is answered by
//! `server/src/routes/mail.rs`.

use domain::mail;
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::legal_entity::LegalEntity;
use vocab::mail::{MailChoiceState, MessageCategory, MessageChoice};

use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::ssr;
use crate::ui::{Button, Chip, CollectErased, Erased, IconName, PageHead, Spread, Tone};

/// `/settings/messages`.
#[component]
pub(crate) fn MessagesRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db, head) = (ssr::actor()?, ssr::db(), ssr::head());
            let choices = mail::choices(db.read(), &actor, &head.entity)
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, choices, head.entity))
        },
        |(actor, choices, entity)| {
            let (news, service): (Vec<_>, Vec<_>) = choices
                .into_iter()
                .partition(|choice| choice.category.is_marketing());
            let has_news = !news.is_empty();
            let (service, news) = (rows(service, &entity), rows(news, &entity));
            view! {
                <Title text=format!("Messages - {}", actor.school_name) />
                <Page actor current="/settings">
                    <PageHead
                        title="Messages"
                        crumbs=vec![("/settings".to_owned(), "Account".to_owned())]
                        lede={"Which mail you get. Every mail that can be switched off has a link that does it, without signing in.".to_owned()}
                    />
                    <Done />
                    <WhatIsWrong again={ssr::again::<()>()} />
                    <Spread id="service" title="From your school">
                        <ul class="rows" role="list">
                            <Always />
                            {service}
                        </ul>
                    </Spread>
                    {has_news
                        .then(|| {
                            view! {
                                <Spread id="news" title="News" note="Only if you want them".to_owned()>
                                    <ul class="rows" role="list">
                                        {news}
                                    </ul>
                                </Spread>
                            }
                        })}
                </Page>
            }
        },
    )
}

/// What cannot be switched off.
#[component]
fn Always() -> impl IntoView {
    let category = MessageCategory::ServiceEssential;
    view! {
        <li class="row">
            <div>
                <span class="row-title">{category.label()}</span>
                <div class="row-meta">{category.words()}</div>
            </div>
            <div class="row-end">
                <Chip tone=Tone::Plain icon=Some(IconName::Lock)>
                    "Always"
                </Chip>
            </div>
        </li>
    }
    .erased()
}

fn rows(choices: Vec<MessageChoice>, entity: &LegalEntity) -> impl IntoView + use<> {
    let partners = entity.partners.join(", ");
    choices
        .into_iter()
        .map(|choice| {
            let whose = (choice.category == MessageCategory::MarketingPartner)
                .then(|| format!(" The partners are: {partners}."));
            view! { <Choice choice whose /> }
        })
        .collect_erased()
}

#[component]
fn Choice(choice: MessageChoice, whose: Option<String>) -> impl IntoView {
    let label = choice.category.label();
    let waits = (choice.state == MailChoiceState::Asked).then(|| {
        view! { <div class="row-meta">"We sent you a mail. News come once you have followed its link."</div> }
    });
    view! {
        <li class="row">
            <div>
                <span class="row-title">{label}</span>
                <div class="row-meta">{choice.category.words()} {whose}</div>
                {waits}
            </div>
            <form class="row-end cluster" method="post" action="/settings/messages">
                <input type="hidden" name="category" value=choice.category.as_str() />
                <Button name="answer" value="on" pressed={choice.state != MailChoiceState::Off}>
                    "On" <span class="hush">{format!(": {label}")}</span>
                </Button>
                <Button name="answer" value="off" pressed={choice.state == MailChoiceState::Off}>
                    "Off" <span class="hush">{format!(": {label}")}</span>
                </Button>
            </form>
        </li>
    }
    .erased()
}
