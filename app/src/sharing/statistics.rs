//! `/school/privacy/statistics`: whether the school takes part in counts over schools, and
//! everything that was released.

use domain::schools::policy::Action;
use domain::statistics::Listed;
use domain::{access, statistics};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::statistics::Release;

use super::crumbs;
use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::ssr;
use crate::ui::{
    Button, ButtonLink, CollectErased, Column, Empty, Erased, IconName, PageHead, Spread, Table,
};

/// `/school/privacy/statistics`.
#[component]
pub(crate) fn StatisticsRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db) = (ssr::actor()?, ssr::db());
            let door = access::school(&actor, Action::HandleRequests)?;
            let listed = match ssr::query("all") {
                Some(_) => Listed::All,
                None => Listed::Newest,
            };
            let page = statistics::page(db.read(), &door, listed)
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, page))
        },
        |(actor, page)| {
            view! {
                <Title text=format!("Statistics over schools - {}", actor.school_name) />
                <Page actor current="/school/privacy">
                    <PageHead
                        title="Statistics over schools"
                        crumbs=crumbs()
                        lede={"Whoever runs the platform may release counts over several schools. A school is in them only if it agrees, and nobody can be found in them.".to_owned()}
                    />
                    <Done />
                    <WhatIsWrong again={ssr::again::<()>()} />
                    <Choice agreed=page.agreed />
                    <Releases releases=page.releases />
                    {(page.older > 0)
                        .then(|| {
                            view! {
                                <p class="cluster">
                                    <ButtonLink href="/school/privacy/statistics?all=yes">
                                        {format!("Show {} older ones too", page.older)}
                                    </ButtonLink>
                                </p>
                            }
                        })}
                </Page>
            }
        },
    )
}

#[component]
fn Choice(agreed: Option<(String, String)>) -> impl IntoView {
    let (words, answer, button) = match agreed {
        Some((who, day)) => (
            format!(
                "Your school takes part. {who} decided so on {day}. If it leaves, it is in no release that is made after that."
            ),
            "leave",
            "Leave",
        ),
        None => (
            "Your school does not take part, and nothing of it is counted.".to_owned(),
            "agree",
            "Take part",
        ),
    };
    view! {
        <Spread id="choice" title="Your school">
            <form class="form" method="post" action="/school/privacy/statistics">
                <p>{words}</p>
                <p class="muted">
                    "Each line is over at least ten students of three schools and rounded to five. Students who object, or whose data is restricted, are in none. Nobody is counted for work that was due before they joined the classroom. A year group is that of the day on which the table was released."
                </p>
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

#[component]
fn Releases(releases: Vec<Release>) -> impl IntoView {
    if releases.is_empty() {
        return view! {
            <Spread id="releases" title="Released">
                <Empty icon=IconName::TickCircle title="Nothing was released">
                    <p class="muted">"Every table that is given out stands here, whole."</p>
                </Empty>
            </Spread>
        }
        .into_any();
    }
    releases
        .into_iter()
        .map(|release| view! { <OneRelease release /> })
        .collect_erased()
        .into_any()
}

#[component]
fn OneRelease(release: Release) -> impl IntoView {
    let template = release.template;
    let told = |number: Option<i32>| {
        number.map_or_else(|| "Hidden".to_owned(), |number| number.to_string())
    };
    let rows = release
        .lines
        .iter()
        .map(|line| {
            view! {
                <tr>
                    <th scope="row">{line.label.clone()}</th>
                    <td class="n" data-label="Students">{told(line.people)}</td>
                    <td class="n" data-label=template.value()>{told(line.value)}</td>
                </tr>
            }
        })
        .collect_erased();
    view! {
        <Spread
            id=format!("release-{}", release.id)
            title=template.label()
            note=format!("{} to {}, {} schools, released {}", release.from, release.until, release.schools, release.released)
        >
            <div class="stack">
                <Table
                    caption=template.label()
                    hide_caption=true
                    head=vec![Column::text(template.line()), Column::number("Students"), Column::number(template.value())]
                >
                    {rows}
                </Table>
                <p class="small muted">{format!("Search for somebody in it: {}.", release.check)}</p>
                <p class="cluster">
                    <ButtonLink href=format!("/school/privacy/statistics/{}/table.csv", release.id) download=true>
                        "CSV"
                    </ButtonLink>
                </p>
            </div>
        </Spread>
    }
    .erased()
}
