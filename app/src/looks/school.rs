//! `/school/privacy/who-looked`: the lead's list with what stands out, and
//! `/school/privacy/choices`: what the school tells its people and lets be counted.

use domain::schools::policy::Action;
use domain::{access, looks};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::looks::{SchoolChoices, SchoolLook, SchoolLooks};

use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, CollectErased, Column, Empty, IconName, PageHead, Spread, Table, TickField,
    When,
};

/// `/school/privacy/who-looked`.
#[component]
pub(crate) fn SchoolLooksRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let door = access::school(&actor, Action::HandleRequests)?;
            let page = looks::school_looks(db.read(), &actor, &door, now)
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, page))
        },
        |(actor, page)| {
            view! {
                <Title text=format!("Who looked - {}", actor.school_name) />
                <Page actor current="/school/privacy">
                    <PageHead
                        title="Who looked at whose data"
                        crumbs=vec![("/school/privacy".to_owned(), "Data protection".to_owned())]
                        lede={"Every look at another person's data is written down before the page goes out. People see who looked at theirs under My data.".to_owned()}
                    />
                    <Found page />
                </Page>
            }
        },
    )
}

#[component]
fn Found(page: SchoolLooks) -> impl IntoView {
    let oddities = page
        .oddities
        .into_iter()
        .map(|oddity| {
            view! {
                <li class="row">
                    <span class="row-title">{format!("{} {}", oddity.who, oddity.what)}</span>
                </li>
            }
        })
        .collect::<Vec<_>>();
    let nothing_odd = oddities.is_empty();
    let rows = page
        .looks
        .into_iter()
        .map(
            |SchoolLook {
                 at,
                 who,
                 role,
                 whom,
                 what,
                 times,
             }| {
                view! {
                    <tr>
                        <th scope="row">{who}</th>
                        <td data-label="As">{role}</td>
                        <td data-label="Whose">{whom}</td>
                        <td data-label="What">{what}</td>
                        <td data-label="When">
                            <When at />
                            {(times > 1).then(|| format!(" ({times} times)"))}
                        </td>
                    </tr>
                }
            },
        )
        .collect_erased();
    view! {
        <Spread id="odd" title="What stands out" note="Of the last 30 days. A question to ask, no accusation".to_owned()>
            {if nothing_odd {
                view! {
                    <Empty icon=IconName::TickCircle title="Nothing stands out">
                        <p class="muted">"Here stands who looked at many people at once, at a child of their own as staff, or from outside the school."</p>
                    </Empty>
                }
                    .into_any()
            } else {
                view! { <ul class="rows" role="list">{oddities}</ul> }.into_any()
            }}
        </Spread>
        <Spread id="looks" title="Newest">
            <Table
                caption="Who looked"
                hide_caption=true
                head=vec![
                    Column::text("Who"),
                    Column::text("As"),
                    Column::text("Whose"),
                    Column::text("What"),
                    Column::text("When"),
                ]
            >
                {rows}
            </Table>
        </Spread>
    }
    .into_any()
}

/// `/school/privacy/choices`.
#[component]
pub(crate) fn SchoolChoicesRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db) = (ssr::actor()?, ssr::db());
            let door = access::school(&actor, Action::HandleRequests)?;
            let choices = looks::choices(db.read(), door.school())
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, choices))
        },
        |(actor, choices)| {
            let again: Again<SchoolChoices> = ssr::again();
            view! {
                <Title text=format!("Choices - {}", actor.school_name) />
                <Page actor current="/school/privacy">
                    <PageHead
                        title="Choices of the school"
                        crumbs=vec![("/school/privacy".to_owned(), "Data protection".to_owned())]
                    />
                    <Done />
                    <form class="form" method="post" action="/school/privacy/choices">
                        <WhatIsWrong again />
                        <TickField
                            id="names_shown"
                            label="Name staff to those whose data they looked at"
                            hint=Some("Without it they read \"Your Mathematics teacher\"".to_owned())
                            checked=choices.names_shown
                        />
                        <div class="cluster">
                            <Button kind=ButtonKind::Main>"Save"</Button>
                        </div>
                    </form>
                </Page>
            }
        },
    )
}
