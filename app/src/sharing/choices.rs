//! `/settings/sharing`: what the school asks to give to whom, with exactly what it would
//! be and two equal answers. Without an answer nothing is given.

use domain::sharing;
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::consent::{ConsentPurpose, ConsentState, ConsentWord};
use vocab::ids::PersonId;
use vocab::sharing::{RecipientLine, ShareChoice, SharesOf, Withheld};

use crate::consent::{AnswerTo, Answering, SayNo, StateOf, TakeNoBack};
use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::ssr;
use crate::ui::{
    Button, ButtonLink, Chip, CollectErased, Empty, Erased, IconName, Notice, PageHead, Spread,
    Tone,
};

/// `/settings/sharing`.
#[component]
pub(crate) fn SharingChoicesRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let all = sharing::choices(db.read(), &actor, now)
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, all))
        },
        |(actor, all)| {
            let parts = if all.is_empty() {
                view! {
                    <Spread id="none" title="Asked">
                        <Empty icon=IconName::TickCircle title="Your school asks for nothing">
                            <p class="muted">"Where it wants to give data to a photographer or an exam board, it asks here first."</p>
                        </Empty>
                    </Spread>
                }
                .into_any()
            } else {
                all.into_iter()
                    .map(|of| view! { <SharesOfSomebody of /> })
                    .collect_erased()
                    .into_any()
            };
            view! {
                <Title text=format!("Sharing - {}", actor.school_name) />
                <Page actor current="/settings">
                    <PageHead
                        title="Sharing"
                        crumbs=vec![("/settings".to_owned(), "Account".to_owned())]
                        lede={"What your school asks to give to others. Without a yes nothing is given. You can take a yes back at any time: nothing goes out after that.".to_owned()}
                    />
                    <Done />
                    <WhatIsWrong again={ssr::again::<()>()} />
                    {parts}
                </Page>
            }
        },
    )
}

#[component]
fn SharesOfSomebody(of: SharesOf) -> impl IntoView {
    let title = if of.is_own {
        "About me".to_owned()
    } else {
        format!("About {}", of.name)
    };
    let person = of.person;
    let rows = of
        .choices
        .into_iter()
        .map(|choice| view! { <Share choice person /> })
        .collect_erased();
    view! {
        <Spread id=format!("of-{person}") title>
            <ul class="rows" role="list">
                {rows}
            </ul>
        </Spread>
    }
    .erased()
}

#[component]
fn Share(choice: ShareChoice, person: PersonId) -> impl IntoView {
    let name = choice.recipient.name.clone();
    let claims = choice
        .claims
        .into_iter()
        .map(|(label, value)| {
            let value = if value.is_empty() {
                "Nothing is known".to_owned()
            } else {
                value
            };
            view! {
                <dt>{label}</dt>
                <dd>{value}</dd>
            }
        })
        .collect_erased();
    let answered = choice.answered.map(|(who, at)| {
        let receipt = choice.receipt.map(|id| {
            view! { " " <a href=format!("/privacy/receipts/{id}")>"Receipt"</a> }
        });
        view! {
            <div class="row-meta">
                {who} ", " <time datetime=at.iso>{at.words}</time> {receipt}
            </div>
        }
    });
    let given = choice
        .given
        .into_iter()
        .map(|at| {
            view! {
                <div class="row-meta">
                    "Given to them " <time datetime=at.iso>{at.words}</time>
                </div>
            }
        })
        .collect_erased();
    let is_yes = choice.state == ConsentState::Given;
    let is_no = matches!(
        choice.state,
        ConsentState::Refused | ConsentState::Withdrawn
    );
    let (to_no, to_yes) = (format!(" to {name}"), format!(" to {name}"));
    let to = Answering {
        action: format!("/settings/sharing/{person}"),
        purpose: ConsentPurpose::SchoolRequest,
        request: Some(choice.request),
        title: name.clone(),
    };
    let buttons = match choice.closed_because {
        Some(why) => view! {
            <p class="small muted">{why}</p>
            {choice.may_say_no.then(|| view! { <SayNo to=to.clone() /> })}
        }
        .into_any(),
        None => view! {
            <AnswerTo to=to.clone()>
                <Button name="answer" value=ConsentWord::No.as_str() pressed=is_no>
                    "No" <span class="hush">{to_no}</span>
                </Button>
                <Button name="answer" value=ConsentWord::Yes.as_str() pressed=is_yes>
                    "Yes" <span class="hush">{to_yes}</span>
                </Button>
            </AnswerTo>
        }
        .into_any(),
    };
    let rests = choice.is_restricted.then(|| {
        view! {
            <p>
                <Chip tone=Tone::Warn icon=Some(IconName::Lock)>
                    {Withheld::Restricted.label()}
                </Chip>
            </p>
            <p>
                "Whatever is answered here, nothing is given while the data is restricted. "
                <a href="/my-data/objections">"See the restriction"</a>
            </p>
        }
    });
    let take_back = choice
        .may_take_no_back
        .then(|| view! { <TakeNoBack to=to.clone() /> });
    view! {
        <li class="row row-top">
            <div class="stack gap-2">
                <h3 class="row-title">{name}</h3>
                <p>{format!("{}. What for: {}. Until {}.", choice.recipient.does, choice.purpose, choice.until)}</p>
                {rests}
                <p class="small muted">"Exactly this would be given:"</p>
                <dl class="facts">{claims}</dl>
                <Where recipient=choice.recipient />
                {answered}
                {given}
                {buttons}
                {take_back}
            </div>
            <div class="row-end">
                <StateOf state=choice.state.among_choices() />
            </div>
        </li>
    }
    .into_any()
}

/// Where a recipient works, and its own policy.
#[component]
pub(super) fn Where(recipient: RecipientLine) -> impl IntoView {
    let country = match recipient.allowed_by {
        Some(allowed) => format!("Works in: {}, allowed by: {allowed}.", recipient.country),
        None => format!("Works in: {}.", recipient.country),
    };
    view! {
        <p class="small muted">
            {country} " Does not sell data. Their policy: " <span class="as-typed">{recipient.policy_url}</span>
        </p>
    }
    .erased()
}

/// Just in time: on the first page of whoever is asked and has not answered.
#[component]
pub(crate) fn AskedToShare() -> impl IntoView {
    view! {
        <Notice tone=Tone::Plain title="Your school asks whether it may share data".to_owned()>
            <ButtonLink href="/settings/sharing">"See what, with whom, and answer"</ButtonLink>
        </Notice>
    }
    .erased()
}
