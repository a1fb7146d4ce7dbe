//! `/leaving`: says where a link leads and whose rules hold there, and goes nowhere by
//! itself. `/school/links`: which sites the school's students may follow links to.

use domain::access;
use domain::links::{self, Outside};
use domain::schools::policy::Action;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::links::{AllowHost, AllowedHost};
use vocab::people::Role;

use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load, theme_word};
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, ButtonLink, CollectErased, Door, Empty, Erased, IconName, PageHead, Spread,
    TextField,
};
use crate::visitors::public_pages;

/// `/leaving?to=…`.
#[component]
pub(crate) fn LeavingRoute() -> impl IntoView {
    let to = ssr::query("to").unwrap_or_default();
    load(
        async move {
            let outside = links::outside(&to);
            let Some(actor) = ssr::maybe_actor() else {
                // Whoever is signed out comes here from our own public pages alone.
                let is_ours = public_pages().social.contains(&to);
                let outside = outside.filter(|_| is_ours).ok_or(AppError::SignedOut)?;
                return Ok((outside, true, None));
            };
            let outside = outside.ok_or(AppError::NotFound)?;
            let is_student = actor.is(Role::Student) && !actor.roles.is_staff();
            let is_open =
                !is_student || links::is_allowed(ssr::db().read(), &actor, &outside.host).await?;
            Ok::<_, AppError>((outside, is_open, Some(actor)))
        },
        |(outside, is_open, actor)| {
            let title = if is_open {
                "You are leaving"
            } else {
                "This site is not open to you"
            };
            if !is_open {
                ssr::set_status(403);
            }
            let inside = if is_open {
                Either::Left(view! { <Leave outside /> })
            } else {
                Either::Right(view! { <NotOpen host=outside.host /> })
            };
            view! {
                <Title text=format!("{title} - Classimize") />
                {match actor {
                    Some(actor) => Either::Left(view! {
                        <Page actor current="">
                            <PageHead title />
                            {inside}
                        </Page>
                    }),
                    None => Either::Right(view! {
                        <Door theme=theme_word() back="/trust">
                            <PageHead title />
                            {inside}
                        </Door>
                    }),
                }}
            }
        },
    )
}

#[component]
fn Leave(outside: Outside) -> impl IntoView {
    let Outside { url, host, network } = outside;
    let policy = network.map(|(name, policy)| {
        view! {
            <p>
                <a class="btn" href=policy rel="noopener noreferrer nofollow">
                    {format!("The privacy policy of {name}")}
                </a>
            </p>
        }
    });
    view! {
        <p class="lede">
            {format!("The link leads to {host}. It is not a part of this platform: its own rules hold there, it can see that you come, and we are not answerable for it.")}
        </p>
        <p>"This platform tells it nothing about you, not even from which page you come."</p>
        {policy}
        <p class="cluster">
            <a class="btn btn-main" href=url.clone() rel="noopener noreferrer nofollow">
                {format!("Go on to {host}")}
            </a>
        </p>
        <p class="small muted">
            <code>{url}</code>
        </p>
    }
    .erased()
}

#[component]
fn NotOpen(host: String) -> impl IntoView {
    view! {
        <p class="lede">{format!("Your school has not opened {host} for its students.")}</p>
        <p>"You have done nothing wrong. If you need it for your work, ask your teacher."</p>
        <p class="cluster">
            <ButtonLink href="/home" kind=ButtonKind::Main>
                "Go to your first page"
            </ButtonLink>
        </p>
    }
    .erased()
}

/// `/school/links`.
#[component]
pub(crate) fn AllowedHostsRoute() -> impl IntoView {
    load(
        async move {
            let actor = ssr::actor()?;
            let door = access::school(&actor, Action::ChangeSchool)?;
            let hosts = links::list(ssr::db().read(), &door).await?;
            Ok::<_, AppError>((actor, hosts))
        },
        |(actor, hosts)| {
            let again: Again<AllowHost> = ssr::again();
            let form = again.form.clone().unwrap_or_default();
            view! {
                <Title text=format!("Sites outside - {}", actor.school_name) />
                <Page actor current="/more">
                    <PageHead
                        title="Sites outside"
                        crumbs=vec![("/more".to_owned(), "All pages".to_owned())]
                        lede={"A link in set work or feedback leads over a page that says where it goes. Students get no further than that, unless you open the site here.".to_owned()}
                    />
                    <Done />
                    <WhatIsWrong again=again.clone() />
                    <Spread id="open" title="Open to students">
                        <Hosts hosts />
                    </Spread>
                    <Spread id="add" title="Open another">
                        <form class="form" method="post" action="/school/links">
                            <TextField
                                id="host"
                                label="Site"
                                hint=Some("Such as bbc.co.uk. What stands before it, such as www, is open too".to_owned())
                                error=again.error("host")
                                value=form.host
                            />
                            <div class="cluster">
                                <Button kind=ButtonKind::Main>"Open it"</Button>
                            </div>
                        </form>
                    </Spread>
                </Page>
            }
        },
    )
}

#[component]
fn Hosts(hosts: Vec<AllowedHost>) -> impl IntoView {
    if hosts.is_empty() {
        return view! {
            <Empty icon=IconName::Link title="None">
                <p class="muted">"Students cannot follow links to other sites."</p>
            </Empty>
        }
        .into_any();
    }
    let rows = hosts
        .into_iter()
        .map(|AllowedHost { id, host }| {
            view! {
                <li class="row">
                    <span class="row-title">{host.clone()}</span>
                    <div class="row-end">
                        <form method="post" action=format!("/school/links/{id}/remove")>
                            <Button>
                                "Close" <span class="hush">{format!(": {host}")}</span>
                            </Button>
                        </form>
                    </div>
                </li>
            }
        })
        .collect_erased();
    view! { <ul class="rows" role="list">{rows}</ul> }.into_any()
}
