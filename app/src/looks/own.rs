//! `/my-data/who-looked`: everybody who looked at one's own data, or at that of a child.

use domain::{access, consent, looks};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::looks::{LookLine, WhoLooked};
use vocab::people::Role;

use crate::error::AppError;
use crate::page::{Page, load};
use crate::rights::Whose;
use crate::ssr;
use crate::ui::{CollectErased, Column, Empty, IconName, PageHead, Pager, Spread, Table, When};

/// `/my-data/who-looked?of=…&page=…`: oneself where nobody is named.
#[component]
pub(crate) fn WhoLookedRoute() -> impl IntoView {
    let of = ssr::query("of");
    let number = ssr::query("page")
        .and_then(|number| number.parse().ok())
        .unwrap_or(1);
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let person = match of {
                Some(id) => id.parse().map_err(|_| AppError::NotFound)?,
                None => actor.person,
            };
            let about = access::about(db.read(), &actor, person).await?;
            let page = looks::who_looked(db.read(), &actor, &about, number, now).await?;
            let people = consent::people(db.read(), &actor)
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, page, people, person))
        },
        |(actor, page, people, shown)| {
            let one = actor.person;
            let is_child = actor.is(Role::Student);
            let lede = if is_child {
                "Everybody who looked at what is kept about you in the last year. Ask them, or your school, if you wonder why."
            } else {
                "Everybody who looked at this data in the last year, and why they may. Whoever read a list of several people stands here once for that day."
            };
            let title = page.name.as_ref().map_or_else(
                || "Who looked at my data".to_owned(),
                |name| format!("Who looked at the data of {name}"),
            );
            view! {
                <Title text=format!("{title} - {}", actor.school_name) />
                <Page actor current="/settings">
                    <PageHead
                        title
                        crumbs=vec![
                            ("/settings".to_owned(), "Account".to_owned()),
                            ("/my-data".to_owned(), "My data".to_owned()),
                        ]
                        lede={lede.to_owned()}
                    />
                    <Whose people one shown address={|id| format!("/my-data/who-looked?of={id}")} />
                    <Looks page />
                </Page>
            }
        },
    )
}

#[component]
fn Looks(page: WhoLooked) -> impl IntoView {
    let pages = pages(&page);
    if page.looks.is_empty() && page.page > 1 {
        return view! {
            <Spread id="looks" title="Who looked">
                <p class="muted">"Nothing is older than what stands on the page before."</p>
                {pages}
            </Spread>
        }
        .into_any();
    }
    if page.looks.is_empty() {
        return view! {
            <Spread id="looks" title="Who looked">
                <Empty icon=IconName::Eye title="Nobody yet">
                    <p class="muted">"When somebody looks, it stands here at once."</p>
                </Empty>
            </Spread>
        }
        .into_any();
    }
    let rows = page
        .looks
        .into_iter()
        .map(
            |LookLine {
                 at,
                 who,
                 what,
                 why,
                 times,
             }| {
                view! {
                    <tr>
                        <th scope="row">{who}</th>
                        <td data-label="When">
                            <When at />
                            {(times > 1).then(|| format!(" ({times} times)"))}
                        </td>
                        <td data-label="What">{what}</td>
                        <td data-label="Why">{why}</td>
                    </tr>
                }
            },
        )
        .collect_erased();
    view! {
        <Table
            caption="Who looked"
            hide_caption=true
            head=vec![Column::text("Who"), Column::text("When"), Column::text("What"), Column::text("Why")]
        >
            {rows}
        </Table>
        {pages}
    }
    .into_any()
}

/// The way to what is older, of a list that is longer than a page.
fn pages(page: &WhoLooked) -> impl IntoView + use<> {
    let (person, number) = (page.person, page.page);
    let address = move |number: u64| format!("/my-data/who-looked?of={person}&page={number}");
    (number > 1 || page.has_older).then(|| {
        view! {
            <Pager
                label="Pages of this list"
                words=format!("Page {number}, the newest first")
                before={(number > 1).then(|| address(number - 1))}
                after={page.has_older.then(|| address(number + 1))}
            />
        }
    })
}
