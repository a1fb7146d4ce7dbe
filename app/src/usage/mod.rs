//! `/school/usage`: how often which kind of page is opened, with nobody in it.

use domain::schools::policy::Action;
use domain::{access, usage};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::usage::UsageLine;

use crate::error::AppError;
use crate::page::{Page, load};
use crate::registers;
use crate::ssr;
use crate::ui::{CollectErased, Column, Empty, IconName, PageHead, Spread, Table};

/// `/school/usage`.
#[component]
pub(crate) fn UsageRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let door = access::school(&actor, Action::HandleRequests)?;
            let lines = usage::of_school(db.read(), &door, now)
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, lines))
        },
        |(actor, lines)| {
            view! {
                <Title text=format!("How the platform is used - {}", actor.school_name) />
                <Page actor current="/school/privacy">
                    <PageHead
                        title="How the platform is used"
                        crumbs=registers::crumbs()
                        lede={"Pages that were opened in the last 28 days. Nobody is in these counts: they are kept by the hour, the kind of page and the role. Whoever objects under My data is not counted.".to_owned()}
                    />
                    <Counts lines />
                </Page>
            }
        },
    )
}

#[component]
fn Counts(lines: Vec<UsageLine>) -> impl IntoView {
    if lines.is_empty() {
        return view! {
            <Spread id="counts" title="Opened">
                <Empty icon=IconName::TickCircle title="Nothing counted yet">
                    <p class="muted">"What is opened stands here an hour later at most."</p>
                </Empty>
            </Spread>
        }
        .into_any();
    }
    let rows = lines
        .into_iter()
        .map(|line| {
            let times = line.times.map_or_else(
                || "Too few to say".to_owned(),
                |times| format!("About {times}"),
            );
            view! {
                <tr>
                    <th scope="row">{line.page.label()}</th>
                    <td data-label="Role">{line.role.label()}</td>
                    <td class="n" data-label="Times">{times}</td>
                </tr>
            }
        })
        .collect_erased();
    view! {
        <Spread
            id="counts"
            title="Opened"
            note="Shown where it was at least ten times and at least ten people have the role, to the nearest five".to_owned()
        >
            <Table
                caption="Pages opened"
                hide_caption=true
                head=vec![
                    Column::text("Pages"),
                    Column::text("Role"),
                    Column::number("Times"),
                ]
            >
                {rows}
            </Table>
        </Spread>
    }
    .into_any()
}
