//! `/classrooms/:id/consents`: what was asked about the students of a classroom, the
//! form to ask, and who has answered. Forms: `server/src/routes/consent.rs`.

use domain::access;
use domain::classrooms::policy::Action;
use domain::consent;
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::consent::{AskConsent, ConsentRequestPage, ConsentState, RequestAnswer, RequestLine};
use vocab::ids::{ClassroomId, ConsentRequestId};

use super::choices::{NoPressure, StateOf};
use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::routes::{id_in_path, part_of_path};
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, CollectErased, Confirm, Empty, Erased, IconName, PageHead, Progress,
    Spread, TextArea, TextField, TickField,
};

/// `/classrooms/:id/consents`.
#[component]
pub(crate) fn ConsentRequestsRoute() -> impl IntoView {
    let id = id_in_path::<ClassroomId>();
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let room = access::classroom(db.read(), &actor, id?, Action::AskConsent).await?;
            let requests = consent::list_requests(db.read(), &actor, &room, now).await?;
            Ok::<_, AppError>((actor, room.name.clone(), room.id, requests))
        },
        |(actor, name, id, requests)| {
            let again: Again<AskConsent> = ssr::again();
            let path = format!("/classrooms/{id}");
            view! {
                <Title text=format!("Consents - {name}") />
                <Page actor current="/classrooms">
                    <PageHead title="Consents" crumbs=vec![(path.clone(), name)] />
                    <Done />
                    <WhatIsWrong again=again.clone() />
                    <Asked requests path=path.clone() />
                    <AskForm again action=format!("{path}/consents") />
                </Page>
            }
        },
    )
}

#[component]
fn Asked(requests: Vec<RequestLine>, path: String) -> impl IntoView {
    if requests.is_empty() {
        return view! {
            <Spread id="asked" title="Asked">
                <Empty icon=IconName::People title="Nothing was asked yet">
                    <p class="muted">"Ask about a trip, a photographer or an app. Guardians, and students of 16 or older, answer on their Privacy page."</p>
                </Empty>
            </Spread>
        }
        .into_any();
    }
    let rows = requests
        .into_iter()
        .map(|request| {
            view! {
                <li class="row">
                    <div>
                        <a class="row-title" href=format!("{path}/consents/{}", request.id)>
                            {request.title}
                        </a>
                        <div class="row-meta">
                            "Asked " <time datetime=request.asked.iso>{request.asked.words}</time>
                        </div>
                    </div>
                    <span class="row-end">{format!("{} of {} answered", request.answered, request.students)}</span>
                </li>
            }
        })
        .collect_erased();
    view! {
        <Spread id="asked" title="Asked">
            <ul class="rows" role="list">
                {rows}
            </ul>
        </Spread>
    }
    .into_any()
}

#[component]
fn AskForm(again: Again<AskConsent>, action: String) -> impl IntoView {
    let form = again.form.clone().unwrap_or_default();
    view! {
        <Spread id="ask" title="Ask" note="Every student here is asked about; from 16 on they answer themselves".to_owned()>
            <form class="form" method="post" action=action>
                <TextField
                    id="title"
                    label="What is it about?"
                    hint=Some("Such as: Trip to the museum".to_owned())
                    error=again.error("title")
                    value=form.title
                    max_length=120u32
                />
                <TextArea
                    id="details"
                    label="Details"
                    hint=Some("When, where, what it costs, and what happens with the answer".to_owned())
                    error=again.error("details")
                    value=form.details
                    rows=5
                />
                <TextField
                    id="answer_by"
                    label="Last day for an answer"
                    hint=Some("Such as 2026-12-01. May be left empty".to_owned())
                    error=again.error("answer_by")
                    value=form.answer_by
                    input_class="input-short"
                />
                <NoPressure />
                <div class="cluster">
                    <Button kind=ButtonKind::Main>"Ask"</Button>
                </div>
            </form>
        </Spread>
    }
    .erased()
}

/// `/classrooms/:id/consents/:request`.
#[component]
pub(crate) fn ConsentRequestRoute() -> impl IntoView {
    let id = id_in_path::<ClassroomId>();
    let request = part_of_path::<ConsentRequestId>("request");
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let room = access::classroom(db.read(), &actor, id?, Action::AskConsent).await?;
            let page = consent::request_page(db.read(), &actor, &room, request?, now).await?;
            Ok::<_, AppError>((actor, page))
        },
        |(actor, page)| {
            view! {
                <Title text=format!("{} - {}", page.title, page.classroom_name) />
                <Page actor current="/classrooms">
                    <Request page />
                </Page>
            }
        },
    )
}

#[component]
fn Request(page: ConsentRequestPage) -> impl IntoView {
    let room = format!("/classrooms/{}", page.classroom);
    let path = format!("{room}/consents/{}", page.id);
    let total = page.answers.len() as u64;
    let answered = page
        .answers
        .iter()
        .filter(|answer| !matches!(answer.state, ConsentState::Waiting | ConsentState::None))
        .count() as u64;
    let yes = page
        .answers
        .iter()
        .filter(|answer| answer.state == ConsentState::Given)
        .count();
    let crumbs = vec![
        (room.clone(), page.classroom_name.clone()),
        (format!("{room}/consents"), "Consents".to_owned()),
    ];
    let dateline = match (&page.answer_by, page.is_closed) {
        (_, true) => "Takes no more answers".to_owned(),
        (Some(day), false) => format!("Answers until {day}"),
        (None, false) => format!("Asked {}", page.asked.words),
    };
    let is_closed = page.is_closed;
    let is_led_here = !is_closed && !page.is_sharing;
    let remind = format!("{path}/remind");
    let rows = page
        .answers
        .into_iter()
        .map(|answer| view! { <AnswerRow answer path=path.clone() is_closed /> })
        .collect_erased();
    view! {
        <PageHead title=page.title.clone() crumbs dateline />
        <Done />
        <WhatIsWrong again={ssr::again::<()>()} />
        <Spread id="what" title="What was asked">
            <p class="as-typed">{page.details}</p>
        </Spread>
        <Spread id="answers" title="Answers" note=format!("{yes} said yes")>
            <div class="stack">
                <Progress id="answered" label=format!("{answered} of {total} answered") value=answered max=total />
                {(is_led_here && answered < total)
                    .then(|| {
                        view! {
                            <form method="post" action=remind>
                                <Button>"Remind those who have not answered"</Button>
                            </form>
                        }
                    })}
                <ul class="rows" role="list">
                    {rows}
                </ul>
            </div>
        </Spread>
        {(page.is_sharing && !is_closed)
            .then(|| {
                view! {
                    <p class="muted">
                        "The office asks this to share data. What is answered on paper is written in here; the office ends it under Data protection, Sharing by consent."
                    </p>
                }
            })}
        {is_led_here
            .then(|| {
                view! {
                    <Spread id="close" title="Closing">
                        <Confirm
                            summary="Take no more answers"
                            message="Guardians can still say no or take a yes back. Nobody can say yes any more."
                            action=format!("{path}/close")
                            button="Close"
                        />
                    </Spread>
                }
            })}
    }
    .erased()
}

#[component]
fn AnswerRow(answer: RequestAnswer, path: String, is_closed: bool) -> impl IntoView {
    let name = answer.name.clone();
    let question = if answer.answers_alone {
        format!("What does the paper say that {name} signed? From 16 on they answer themselves.")
    } else {
        format!("What does the paper say that a guardian of {name} signed?")
    };
    let over = if answer.answers_alone {
        "With a yes: they have changed their mind since they said no on paper"
    } else {
        "With a yes: whoever said no on paper has changed their mind, or looks after them no longer"
    };
    let lifts = answer.has_no_on_paper.then(|| {
        view! {
            <TickField
                id=format!("lifts-{}", answer.student)
                name="lifts_no"
                label=over
            />
        }
    });
    let by = answer.answered.map(|(who, at)| {
        view! {
            <div class="row-meta">
                {who} ", " <time datetime=at.iso>{at.words}</time>
            </div>
        }
    });
    view! {
        <li class="row">
            <div>
                <span class="row-title">{answer.name}</span>
                {by}
            </div>
            <div class="row-end">
                <StateOf state=answer.state />
                {(!is_closed)
                    .then(|| {
                        view! {
                            <details class="confirm">
                                <summary class="btn btn-quiet">
                                    "On paper" <span class="hush">{format!(": {name}")}</span>
                                </summary>
                                <form class="confirm-box" method="post" action=format!("{path}/answers/{}", answer.student)>
                                    <p>{question}</p>
                                    {lifts}
                                    <div class="cluster">
                                        <Button name="answer" value="yes">
                                            "Yes"
                                        </Button>
                                        <Button name="answer" value="no">
                                            "No"
                                        </Button>
                                    </div>
                                </form>
                            </details>
                        }
                    })}
            </div>
        </li>
    }
    .erased()
}
