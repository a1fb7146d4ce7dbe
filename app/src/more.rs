//! `/more`: every page that somebody can open, in one list. The navigation of a phone has
//! room for four; the rest is here, without a script.

use domain::AccessError;
use domain::badges::devices;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::error::AppError;
use crate::navigation::{Grants, MORE, PageGroup, all_pages};
use crate::page::{Page, load};
use crate::ssr;
use crate::ui::{PageHead, Spread};

/// `/more`.
#[component]
pub(crate) fn MoreRoute() -> impl IntoView {
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
        |(actor, grants)| {
            let groups = all_pages(&actor, grants)
                .into_iter()
                .map(|group| view! { <Group group /> })
                .collect_view();
            view! {
                <Title text=format!("All pages - {}", actor.school_name) />
                <Page actor current=MORE>
                    <PageHead title="All pages" />
                    {groups}
                </Page>
            }
        },
    )
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
        .collect_view();
    view! {
        <Spread id=group.id title=group.title>
            <ul class="rows" role="list">
                {rows}
            </ul>
        </Spread>
    }
}
