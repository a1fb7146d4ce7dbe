//! `/more`: every page that somebody can open, in one list, and a field to find one by its
//! words. The navigation of a phone has room for four; the rest is here, without a script.

use domain::AccessError;
use domain::badges::devices;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::error::AppError;
use crate::navigation::{Grants, MORE, PageGroup, all_pages, called};
use crate::page::{Page, load};
use crate::ssr;
use crate::ui::{
    Button, ButtonLink, CollectErased, Empty, Erased, IconName, InputKind, PageHead, Spread,
    TextField,
};

/// `/more?q=…`: all pages where nothing was typed.
#[component]
pub(crate) fn MoreRoute() -> impl IntoView {
    let typed = ssr::query("q").unwrap_or_default();
    load(
        async move {
            let actor = ssr::actor()?;
            let sets_up_devices = match devices::may_enrol(ssr::db().read(), &actor).await {
                Ok(_) => true,
                Err(AccessError::Database(error)) => return Err(ssr::unavailable(error)),
                Err(_) => false,
            };
            let (reports, reads_log) = domain::safety::to_read(ssr::db().read(), &actor).await?;
            let grants = Grants {
                sets_up_devices,
                reads_reports: reports.is_some(),
                reads_log,
            };
            Ok::<_, AppError>((actor, grants))
        },
        move |(actor, grants)| {
            let groups = called(all_pages(&actor, grants), &typed);
            let found = groups.iter().map(|group| group.pages.len()).sum::<usize>();
            let dateline = (!typed.trim().is_empty()).then(|| how_many(found));
            let groups = groups
                .into_iter()
                .map(|group| view! { <Group group /> })
                .collect_erased();
            view! {
                <Title text=format!("All pages - {}", actor.school_name) />
                <Page actor current=MORE>
                    <PageHead title="All pages" dateline />
                    <form class="filters" method="get" action=MORE role="search">
                        <TextField id="q" label="What is it called?" value=typed kind=InputKind::Search />
                        <Button icon=IconName::Search>"Find"</Button>
                    </form>
                    {(found == 0).then(|| view! { <Nothing /> })}
                    {groups}
                </Page>
            }
        },
    )
}

fn how_many(found: usize) -> String {
    match found {
        1 => "1 page found".to_owned(),
        many => format!("{many} pages found"),
    }
}

#[component]
fn Nothing() -> impl IntoView {
    view! {
        <Empty icon=IconName::Search title="No page is called so" alone=true>
            <p class="muted">"Try a shorter word, such as consent, mail or password."</p>
            <ButtonLink href=MORE>"Show all pages"</ButtonLink>
        </Empty>
    }
    .erased()
}

#[component]
fn Group(group: PageGroup) -> impl IntoView {
    let rows = group
        .pages
        .into_iter()
        .map(|(href, words)| {
            view! {
                <li class="row">
                    <a class="row-title" href=href>
                        {words}
                    </a>
                </li>
            }
        })
        .collect_erased();
    view! {
        <Spread id=group.id title=group.title>
            <ul class="rows" role="list">
                {rows}
            </ul>
        </Spread>
    }
    .erased()
}
