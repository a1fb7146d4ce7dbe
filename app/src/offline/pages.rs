//! `/shell`, and `/needs-you`.

use leptos::prelude::*;
use leptos_meta::Title;
use vocab::outbox::Waiting;

use crate::error::AppError;
use crate::page::{Done, Page, load};
use crate::ssr;
use crate::ui::{
    Button, ButtonLink, CollectErased, Door, Empty, Erased, IconName, PageHead, Spread, as_content,
};

/// `/shell`: nothing of anybody is in it, and so it follows the device's colours. The script fills it with what this sign-in has
/// kept on the tablet.
#[component]
pub(crate) fn ShellRoute() -> impl IntoView {
    view! {
        <Title text="Without a network - Classimize" />
        <Door back="/shell">
            <div class="door-wide stack">
                <PageHead title="No network" />
                <div id="offline-workspace" class="stack">
                    <p class="lede">"What this tablet keeps stands here."</p>
                    <noscript>
                        <p>
                            "That takes JavaScript, which is switched off in this browser: nothing is kept to read, and nothing waits to be sent. With a network every page works without it."
                        </p>
                        <p>
                            <a href="/home">"To your first page"</a>
                        </p>
                    </noscript>
                </div>
            </div>
        </Door>
    }
    .erased()
}

/// `/needs-you`: what came from a tablet and waits for its owner.
#[component]
pub(crate) fn NeedsYouRoute() -> impl IntoView {
    load(
        async move {
            let (actor, now) = (ssr::actor()?, ssr::now());
            let waiting = domain::offline::waiting(ssr::db().read(), &actor, now).await?;
            Ok::<_, AppError>((actor, waiting))
        },
        |(actor, waiting)| {
            let lede = (!waiting.is_empty()).then(|| {
                "What you wrote could not be put where it belongs. Nothing of it is lost. It stays here for 90 days.".to_owned()
            });
            let inside = if waiting.is_empty() {
                view! {
                    <Spread id="waiting" title="From your tablet">
                        <Empty icon=IconName::TickCircle title="Nothing waits for you">
                            <p class="muted">"Nothing that reached the school waits for you. What is still on a tablet stands on that tablet's own page."</p>
                            <p class="cluster">
                                <ButtonLink href="/home">"See what is to do"</ButtonLink>
                                <ButtonLink href="/shell">"What is on this tablet"</ButtonLink>
                            </p>
                        </Empty>
                    </Spread>
                }
                .into_any()
            } else {
                waiting
                    .into_iter()
                    .map(|item| view! { <WaitingPart item /> })
                    .collect_erased()
                    .into_any()
            };
            view! {
                <Title text=format!("Needs you - {}", actor.school_name) />
                <Page actor current="/home">
                    <PageHead title="Needs you" lede />
                    <Done />
                    {inside}
                </Page>
            }
        },
    )
}

#[component]
fn WaitingPart(item: Waiting) -> impl IntoView {
    let title = item.work.as_ref().map_or_else(
        || "Work that is not set any more".to_owned(),
        |(_, title)| title.clone(),
    );
    let why = item.why().to_owned();
    let link = item.work.map(|(id, title)| {
        view! {
            <p>
                <a href=format!("/assignments/{id}")>{format!("Open {title}")}</a>
            </p>
        }
    });
    let id = format!("item-{}", item.id);
    let field = format!("{id}-text");
    view! {
        <Spread id title note=why>
            <div class="stack">
                <p class="small muted">
                    "Written " <time datetime=item.made.iso>{item.made.words}</time>
                    " by the tablet's clock. Received "
                    <time datetime=item.received.iso>{item.received.words}</time> "."
                </p>
                {(!item.text.trim().is_empty())
                    .then(|| {
                        view! {
                            <div class="field">
                                <label for=field.clone()>"What you wrote"</label>
                                <textarea class="input" id=field rows="8" readonly>
                                    {as_content(item.text)}
                                </textarea>
                            </div>
                        }
                    })}
                <WaitingFiles files=item.files />
                {link}
                <form method="post" action=format!("/needs-you/{}/done", item.id)>
                    <Button>"I have what I need"</Button>
                </form>
            </div>
        </Spread>
    }
    .erased()
}

#[component]
fn WaitingFiles(files: Vec<vocab::assignments::FileSummary>) -> impl IntoView {
    (!files.is_empty()).then(|| {
        let rows = files
            .into_iter()
            .map(|file| {
                view! {
                    <li class="row">
                        <a class="row-title" href=format!("/needs-you/files/{}", file.id) download>
                            {file.name}
                        </a>
                        <div class="row-end">{file.size_words}</div>
                    </li>
                }
            })
            .collect_erased();
        view! { <ul class="rows" role="list">{rows}</ul> }
    })
}
