//! `/privacy/transfer`: whether the platform changes hands, to whom, and what everybody
//! can do before.

use domain::transfers;
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::transfers::Announced;

use crate::page::{load, theme_word};
use crate::ssr;
use crate::ui::{ButtonLink, Door, Erased, PageHead};

/// `/privacy/transfer`.
#[component]
pub(crate) fn TransferRoute() -> impl IntoView {
    load(
        async move {
            let (db, now) = (ssr::db(), ssr::now());
            transfers::announced(db.read(), now)
                .await
                .map_err(ssr::unavailable)
        },
        |announced: Option<Announced>| {
            view! {
                <Title text="Who runs the platform - Classimize" />
                <Door theme=theme_word() back="/privacy/transfer">
                    <div class="door-wide stack">
                        <PageHead title="Who runs the platform" crumbs=vec![("/privacy".to_owned(), "Privacy".to_owned())] />
                        {match announced {
                            None => view! { <p>"No change is planned. If there is one, everybody reads of it here and on every page, 30 days before."</p> }.into_any(),
                            Some(announced) => view! { <Change announced /> }.into_any(),
                        }}
                    </div>
                </Door>
            }
        },
    )
}

#[component]
fn Change(announced: Announced) -> impl IntoView {
    let draft = announced.draft;
    view! {
        <p>{draft.words}</p>
        <p>{format!("For students: {}", draft.words_for_children)}</p>
        <dl class="facts">
            <dt>"Who takes over"</dt>
            <dd>{draft.company}</dd>
            <dt>"How to reach them"</dt>
            <dd>{draft.reachable_at}</dd>
            <dt>"Their policy"</dt>
            <dd>{draft.policy}</dd>
            <dt>"Announced"</dt>
            <dd>{announced.since.words}</dd>
            <dt>"Not before"</dt>
            <dd>{announced.not_before.words}</dd>
        </dl>
        <section aria-labelledby="before-h">
            <h2 id="before-h">"What you can do before"</h2>
            <p>"Take a copy of everything, object, or ask for your data to be erased. Until the change today's policy holds."</p>
            <p class="cluster">
                <ButtonLink href="/my-data">"Take a copy"</ButtonLink>
                <ButtonLink href="/my-data/objections">"Object"</ButtonLink>
                <ButtonLink href="/my-data?kind=erasure#ask">"Ask for erasure"</ButtonLink>
                <ButtonLink href="/contact">"Write without an account"</ButtonLink>
            </p>
        </section>
    }
    .erased()
}
