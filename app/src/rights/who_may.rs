//! `/my-data/who-may`: who may see one's data or act for one, and how that ends.

use domain::delegations;
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::delegations::Delegation;
use vocab::ids::PersonId;

use crate::error::AppError;
use crate::page::{Done, Page, load};
use crate::ssr;
use crate::ui::{
    Button, ButtonKind, ButtonLink, CollectErased, Empty, Erased, IconName, PageHead, Spread,
};

/// `/my-data/who-may`.
#[component]
pub(crate) fn WhoMayRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let all = delegations::list(db.read(), &actor, now)
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, all))
        },
        |(actor, all)| {
            view! {
                <Title text=format!("Who may see my data - {}", actor.school_name) />
                <Page actor current="/settings">
                    <PageHead
                        title="Who may see my data"
                        crumbs=vec![
                            ("/settings".to_owned(), "Account".to_owned()),
                            ("/my-data".to_owned(), "My data".to_owned()),
                        ]
                        lede={"Everybody who may see it or act for somebody, beside the school's office and its data protection lead.".to_owned()}
                    />
                    <Done />
                    <All all />
                </Page>
            }
        },
    )
}

#[component]
fn All(all: Vec<Delegation>) -> impl IntoView {
    if all.is_empty() {
        return view! {
            <Spread id="may" title="Who may">
                <Empty icon=IconName::TickCircle title="Nobody else">
                    <p class="muted">"Guardians, teachers of your classes and help from outside would stand here."</p>
                </Empty>
            </Spread>
        }
        .into_any();
    }
    let children: Vec<_> = all
        .iter()
        .filter_map(|one| one.own_tie.map(|child| (child, one.who.clone())))
        .collect();
    let rows = all
        .into_iter()
        .map(|one| {
            let whose = format!(": {}", one.who);
            let end = one.own_tie.map(|child| {
                view! {
                    <details class="confirm">
                        <summary class="btn">
                            "I do not look after them" <span class="hush">{whose.clone()}</span>
                        </summary>
                        <form class="confirm-box form" method="post" action=format!("/my-data/who-may/{child}/end")>
                            <p>"You will see nothing of this child any more and answer nothing for them, from now on. You cannot undo it: the school office would have to tie you to them again."</p>
                            <div class="cluster">
                                <Button kind=ButtonKind::Danger>
                                    "End it" <span class="hush">{whose}</span>
                                </Button>
                            </div>
                        </form>
                    </details>
                }
            });
            view! {
                <li class="row">
                    <div>
                        <span class="row-title">{one.who}</span>
                        <div class="row-meta">{format!("{}. {}.", one.may, one.ends)}</div>
                    </div>
                    <div class="row-end">{end}</div>
                </li>
            }
        })
        .collect_erased();
    view! {
        <Spread id="may" title="Who may">
            <ul class="rows" role="list">
                {rows}
            </ul>
            <p class="cluster above">
                <ButtonLink href="/my-data?kind=question#ask">"Ask the school to end something"</ButtonLink>
            </p>
        </Spread>
        {(!children.is_empty()).then(|| view! { <OfChildren them=children /> })}
    }
    .into_any()
}

/// Where a guardian finds who sees the children themselves.
#[component]
fn OfChildren(
    /// Each with their name.
    them: Vec<(PersonId, String)>,
) -> impl IntoView {
    let rows = them
        .into_iter()
        .map(|(child, name)| {
            view! {
                <li class="row">
                    <a class="row-title" href=format!("/my-data/who-looked?of={child}")>
                        {format!("Who looked at the data of {name}")}
                    </a>
                </li>
            }
        })
        .collect_erased();
    view! {
        <Spread id="children" title="Who sees your children's data">
            <p>"You, their other guardians, the teachers of their classes, the school office, the data protection lead and, while the school lets them in, whoever runs the platform. A child who signs in finds their guardians and teachers by name under My data. Who has looked stands here:"</p>
            <ul class="rows" role="list">
                {rows}
            </ul>
        </Spread>
    }
    .erased()
}
