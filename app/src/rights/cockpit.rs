//! `/school/privacy`: every request with what is due first, and the record of consents;
//! `/school/privacy/requests/:id`: one request, its steps and its letter.

use domain::schools::policy::Action;
use domain::{access, consent, rights, tasks};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::erasure::{ErasurePart, ErasureState};
use vocab::ids::RightsRequestId;
use vocab::oversight::Task;
use vocab::rights::{
    RequestChannel, RequestKind, RequestPage, RequestState, RequestStep, RequestSummary, StepForm,
    StudentView, Urgency, WhoAsks, WhomForm,
};

use super::answers::{CopyFor, OneClick, Repeated, ToTell};
use super::record::{self, Record};
use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::routes::id_in_path;
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, ButtonLink, Chip, CollectErased, Column, Empty, Erased, IconName, Notice,
    PageHead, SelectField, Spread, Table, TextArea, TextField, Tone, options,
};

/// `/school/privacy`.
#[component]
pub(crate) fn CockpitRoute() -> impl IntoView {
    let (checks, kept) = (ssr::query("check").is_some(), record::pasted());
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let signer = ssr::signer();
            let door = access::school(&actor, Action::HandleRequests)?;
            let requests = rights::cockpit(db.read(), &actor, &door, now).await?;
            let (tasks, is_signed) = tasks::tasks_and_record(db.read(), &door, now)
                .await
                .map_err(ssr::unavailable)?;
            let report = if checks {
                let report = consent::verify(db.read(), door.school(), &signer).await;
                Some(report.map_err(ssr::unavailable)?)
            } else {
                None
            };
            let compared = match kept {
                Some(kept) => {
                    let compared = consent::compare(db.read(), &door, &signer, &kept).await;
                    Some(compared.map_err(ssr::unavailable)?)
                }
                None => None,
            };
            Ok::<_, AppError>((actor, requests, (report, compared, is_signed), tasks))
        },
        |(actor, requests, (report, compared, is_signed), tasks)| {
            let open = requests.iter().filter(|request| !request.state.is_over());
            let counts = vec![("/school/privacy", open.count() as u64)];
            view! {
                <Title text=format!("Data protection - {}", actor.school_name) />
                <Page actor current="/school/privacy" counts>
                    <PageHead title="Data protection">
                        <ButtonLink href="/school/privacy/new">"Write a request down"</ButtonLink>
                        <ButtonLink href="/school/privacy/due.ics" download=true>"What is due, as a calendar"</ButtonLink>
                    </PageHead>
                    <Done />
                    <Tasks tasks />
                    <Requests requests />
                    <Record report compared is_signed />
                    <Documents />
                </Page>
            }
        },
    )
}

#[component]
fn Tasks(tasks: Vec<Task>) -> impl IntoView {
    if tasks.is_empty() {
        return ().into_any();
    }
    let rows = tasks
        .into_iter()
        .map(|task| view! { <TaskRow task /> })
        .collect_erased();
    view! {
        <Spread id="tasks" title="To do">
            <ul class="rows" role="list">
                {rows}
            </ul>
        </Spread>
    }
    .into_any()
}

/// One thing to do, with how urgent it is.
#[component]
pub(crate) fn TaskRow(task: Task) -> impl IntoView {
    view! {
        <li class="row">
            <a class="row-title" href=task.href>
                {task.words}
            </a>
            <div class="row-end">
                <Light urgency=task.urgency />
            </div>
        </li>
    }
    .erased()
}

#[component]
fn Requests(requests: Vec<RequestSummary>) -> impl IntoView {
    if requests.is_empty() {
        return view! {
            <Spread id="requests" title="Requests">
                <Empty icon=IconName::TickCircle title="Nothing to do">
                    <p class="muted">"What people ask about their data appears here, with what is due first."</p>
                </Empty>
            </Spread>
        }
        .into_any();
    }
    let rows = requests
        .into_iter()
        .map(|request| view! { <RequestRow request /> })
        .collect_erased();
    view! {
        <Spread id="requests" title="Requests">
            <ul class="rows" role="list">
                {rows}
            </ul>
        </Spread>
    }
    .into_any()
}

/// How urgent something is, as a chip.
#[component]
pub(crate) fn Light(
    urgency: Urgency,
    /// In place of the word for it, such as "4 days left".
    #[prop(optional_no_strip, into)]
    words: Option<String>,
) -> impl IntoView {
    let (tone, icon, word) = match urgency {
        Urgency::Over => (Tone::Plain, IconName::TickCircle, "Over"),
        Urgency::Fine => (Tone::Ok, IconName::Circle, "In time"),
        Urgency::Soon => (Tone::Warn, IconName::Clock, "Due soon"),
        Urgency::Late => (Tone::Error, IconName::Clock, "Late"),
    };
    view! {
        <Chip tone icon=Some(icon)>
            {words.unwrap_or_else(|| word.to_owned())}
        </Chip>
    }
    .erased()
}

fn due_words(request: &RequestSummary) -> String {
    let first = request
        .first_answer_due
        .as_ref()
        .map(|due| format!("First answer by {}", due.words));
    let end = request.due.as_ref().map(|due| match request.kind {
        RequestKind::Complaint => format!("acknowledged by {}", due.words),
        _ => format!("done by {}", due.words),
    });
    [first, end]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
}

#[component]
fn RequestRow(request: RequestSummary) -> impl IntoView {
    let due = due_words(&request);
    view! {
        <li class="row">
            <div>
                <a class="row-title" href=format!("/school/privacy/requests/{}", request.id)>
                    {format!("{}: {}", request.kind.label(), request.about)}
                </a>
                <div class="row-meta">
                    {format!("{}, received {}. {}", request.reference, request.received.words, request.standing())}
                    {(!due.is_empty()).then(|| format!(", {due}"))}
                </div>
            </div>
            <div class="row-end">
                <Light urgency=request.urgency />
            </div>
        </li>
    }
    .erased()
}

/// `/school/privacy/requests/:id`.
#[component]
pub(crate) fn RequestRoute() -> impl IntoView {
    let id = id_in_path::<RightsRequestId>();
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let door = access::school(&actor, Action::HandleRequests)?;
            let page = rights::page(db.read(), &actor, &door, id?, now).await?;
            Ok::<_, AppError>((actor, page))
        },
        |(actor, page)| {
            view! {
                <Title text=format!("{} - {}", page.summary.reference, actor.school_name) />
                <Page actor current="/school/privacy">
                    <Request page />
                </Page>
            }
        },
    )
}

#[component]
fn Request(page: RequestPage) -> impl IntoView {
    let again: Again<StepForm> = ssr::again();
    let action = format!("/school/privacy/requests/{}/steps", page.summary.id);
    let due = due_words(&page.summary);
    let note = what_to_know(&page);
    let no_mail = without_mail(&page);
    let standing = page.summary.standing();
    let (id, kind) = (page.summary.id, page.summary.kind);
    let asks_whom = page.person.is_none() && !page.summary.state.is_over();
    let person = page.person.map(|id| {
        view! { <ButtonLink href=format!("/people/{id}")>"Open their page"</ButtonLink> }
    });
    let history = page
        .history
        .into_iter()
        .map(|(at, who, what, words)| {
            view! {
                <li>
                    <b>{what}</b>
                    " "
                    <span class="muted">{who} ", " <time datetime=at.iso>{at.words}</time></span>
                    {(!words.is_empty()).then(|| view! { <p class="as-typed">{words}</p> })}
                </li>
            }
        })
        .collect_erased();
    view! {
        <PageHead
            title=kind.label()
            dateline=page.summary.reference.clone()
            crumbs=vec![("/school/privacy".to_owned(), "Data protection".to_owned())]
        >
            <Light urgency=page.summary.urgency />
            {person}
        </PageHead>
        <Done />
        <WhatIsWrong again=again.clone() />
        {no_mail.map(|words| view! { <Notice tone=Tone::Warn title="Nothing goes out by mail".to_owned()><p>{words}</p></Notice> })}
        <Spread id="what" title="Request">
            <dl class="facts">
                <dt>"About"</dt>
                <dd>{page.summary.about.clone()}</dd>
                <dt>"Asked by"</dt>
                <dd>{page.asked_by}</dd>
                <dt>"Received"</dt>
                <dd>{page.summary.received.words}</dd>
                <dt>"State"</dt>
                <dd>{standing}</dd>
                {(!due.is_empty()).then(|| view! { <dt>"Due"</dt> <dd>{due}</dd> })}
                {(!page.details.is_empty())
                    .then(|| view! { <dt>"In their words"</dt> <dd class="as-typed">{page.details}</dd> })}
                {page.student_view
                    .map(|(view, at)| {
                        view! {
                            <dt>"The student"</dt>
                            <dd>{format!("{}, {}", view.label(), at.words)}</dd>
                        }
                    })}
                {page.acknowledged.map(|at| view! { <dt>"Acknowledged"</dt> <dd>{at.words}</dd> })}
                {page.decision.map(|words| view! { <dt>"Answer"</dt> <dd class="as-typed">{words}</dd> })}
            </dl>
        </Spread>
        {asks_whom.then(|| view! { <Whom id again=ssr::again() /> })}
        {page.carry_out.map(|offered| view! { <OneClick id kind offered again=ssr::again() /> })}
        {page.has_copy.then(|| view! { <CopyFor id looks_again=page.looks_again again=ssr::again() /> })}
        {page.erasure.map(|erasure| view! { <Erasure erasure /> })}
        {page.recipients.map(|recipients| view! { <ToTell id recipients /> })}
        {(!page.steps.is_empty())
            .then(|| view! { <Steps steps=page.steps action again note /> })}
        {(!page.may_repeat.is_empty())
            .then(|| view! { <Repeated id others=page.may_repeat again=ssr::again() /> })}
        <Spread id="letter" title="Letter" note="To copy into your answer, as things stand".to_owned()>
            <pre class="paper as-typed">{format!("{}\n\n{}", page.letter, ssr::head().entity.sentence())}</pre>
        </Spread>
        <Spread id="history" title="What was done">
            <ol class="stack gap-2" role="list">
                {history}
            </ol>
        </Spread>
    }
    .erased()
}

/// How who asked hears of a step where no mail can tell them.
fn without_mail(page: &RequestPage) -> Option<&'static str> {
    if page.has_mail || page.summary.state.is_over() {
        return None;
    }
    Some(match page.channel {
        RequestChannel::Account => {
            "Who asked has no e-mail address here. They find what you write, and can answer it, under My data: tell them in another way that something stands there."
        }
        RequestChannel::Contact | RequestChannel::Office => {
            "Who asked gave no e-mail address, and has no account to read your words in. Reach them in the way that they gave, with the letter below."
        }
    })
}

/// What the lead has to know before a step.
fn what_to_know(page: &RequestPage) -> Option<String> {
    if let Some(purpose) = page.objection {
        let next = if purpose.can_resume() {
            "Refuse it with the compelling reasons of your school, and it goes on. They read them."
        } else {
            "It never goes on: say that it is done."
        };
        let what = purpose.what_stops();
        return Some(format!("It has stopped already. {what} {next}"));
    }
    if page
        .student_view
        .as_ref()
        .is_some_and(|(view, _)| *view == StudentView::Minds)
    {
        return Some("The student does not want it. Where you grant it all the same, write the reason below, without what the student said: who asked reads it.".to_owned());
    }
    if page.summary.kind == RequestKind::Restriction {
        return Some("Where who asked may say so, it holds since they asked: see Restrictions. Otherwise it holds from when you grant it. Refuse one that holds with your reasons, and they are told that it ends in a week.".to_owned());
    }
    let in_words = page.summary.kind == RequestKind::Objection;
    in_words.then(|| before_it_stops(page))
}

/// What comes next of an objection in words, until its use is chosen.
fn before_it_stops(page: &RequestPage) -> String {
    let say = match (page.summary.state, page.person) {
        (RequestState::IdentityNeeded, None) => "that it is clear who asks, and whom it is about",
        (RequestState::IdentityNeeded, Some(_)) => "that it is clear who asks",
        (_, None) => "whom it is about",
        (RequestState::Clarification, Some(_)) => "that it is clear what is meant",
        _ => {
            return "Nothing has stopped yet. Choose which use stops: it stops at once. Afterwards say that it is done, or refuse it with compelling reasons.".to_owned();
        }
    };
    format!("Nothing has stopped yet. Say {say}: then you can choose which use stops.")
}

/// Whom a request by the contact page is about.
#[component]
fn Whom(id: RightsRequestId, again: Again<WhomForm>) -> impl IntoView {
    let typed = again.form.clone().unwrap_or_default();
    view! {
        <Spread id="whom" title="Whom is it about?">
            <form class="form" method="post" action=format!("/school/privacy/requests/{id}/whom")>
                <TextField
                    id="username"
                    label="Their username"
                    hint=Some("Once you are sure who asks. Who has left is found as well".to_owned())
                    error=again.error("username")
                    value=typed.username
                    input_class="input-medium"
                />
                <SelectField
                    id="who_asks"
                    label="Who asks?"
                    hint=Some("A student of 13 or older is asked first when somebody else asks for their data".to_owned())
                    error=again.error("who_asks")
                    options=options(WhoAsks::ALL.iter().map(|who| (who, who.label())))
                    selected=typed.who_asks
                />
                <div class="cluster">
                    <Button>"It is about them"</Button>
                </div>
            </form>
        </Spread>
    }
    .erased()
}

/// An erasure, step by step.
#[component]
fn Erasure(erasure: ErasurePart) -> impl IntoView {
    let tone = match erasure.state {
        ErasureState::Complete => Tone::Ok,
        ErasureState::Failed => Tone::Error,
        ErasureState::Held => Tone::Warn,
        _ => Tone::Plain,
    };
    let until = erasure
        .until
        .map(|until| format!("They can call it off until {}.", until.words));
    let certificate = erasure.certificate.map(|certificate| {
        format!(
            "Certificate {}, issued {}. No backup holds it after {}.",
            certificate.number, certificate.issued.words, certificate.backups_gone.words
        )
    });
    let rows = erasure
        .steps
        .into_iter()
        .map(|step| {
            let actual = step.actual.map(|actual| actual.to_string());
            view! {
                <tr>
                    <th scope="row">{step.action.label()}</th>
                    <td data-label="What">
                        {step.target}
                        {(!step.note.is_empty()).then(|| view! { <div class="small muted">{step.note}</div> })}
                    </td>
                    <td class="n" data-label="Planned">{step.expected}</td>
                    <td class="n" data-label="Done">{actual}</td>
                </tr>
            }
        })
        .collect_erased();
    view! {
        <Spread id="erasure" title="Erasure">
            <div class="stack">
                <Notice tone title=erasure.state.label().to_owned()>
                    {until.map(|words| view! { <p>{words}</p> })}
                    {erasure.trouble.map(|words| view! { <p>{words}</p> })}
                    {certificate.map(|words| view! { <p>{words}</p> })}
                </Notice>
                <Table
                    caption="Steps"
                    hide_caption=true
                    head=vec![
                        Column::text("Step"),
                        Column::text("What"),
                        Column::number("Planned"),
                        Column::number("Done"),
                    ]
                >
                    {rows}
                </Table>
            </div>
        </Spread>
    }
    .erased()
}

#[component]
fn Steps(
    steps: Vec<RequestStep>,
    action: String,
    again: Again<StepForm>,
    /// What to know before a step.
    note: Option<String>,
) -> impl IntoView {
    let typed = again.form.clone().unwrap_or_default().text;
    let needed: Vec<&str> = steps
        .iter()
        .filter(|step| step.needs_words())
        .map(|step| step.label())
        .collect();
    let hint = if needed.is_empty() {
        "Who asked reads them".to_owned()
    } else {
        format!("Needed with: {}. Who asked reads them", needed.join(", "))
    };
    let buttons = steps
        .into_iter()
        .map(|step| {
            let kind = match step {
                RequestStep::Complete | RequestStep::Approve => ButtonKind::Main,
                RequestStep::Refuse => ButtonKind::Danger,
                _ => ButtonKind::default(),
            };
            view! {
                <Button kind name="step" value=step.as_str()>
                    {step.label()}
                </Button>
            }
        })
        .collect_erased();
    view! {
        <Spread id="next" title="Next step">
            <form class="form" method="post" action=action>
                {note.map(|words| view! { <Notice tone=Tone::Warn><p>{words}</p></Notice> })}
                <TextArea
                    id="text"
                    label="Words for who asked"
                    hint=Some(hint)
                    error=again.error("text")
                    value=typed
                    rows=4
                />
                <div class="cluster">{buttons}</div>
            </form>
        </Spread>
    }
    .erased()
}

/// The registers and documents of the office, in the order of how often they are opened.
pub(crate) const DOCUMENTS: [(&str, &str); 19] = [
    (
        "/school/privacy/retention",
        "What is kept how long, what is due, legal holds",
    ),
    ("/school/privacy/restrictions", "Restrictions"),
    (
        "/school/privacy/duties",
        "Duties: who reads the security log and leads reports",
    ),
    ("/school/privacy/sources", "Sources: where data comes from"),
    ("/school/privacy/breaches", "Breaches"),
    ("/school/privacy/disclosures", "Data for third parties"),
    ("/school/privacy/sharing", "Sharing by consent"),
    ("/school/privacy/statistics", "Statistics over schools"),
    (
        "/school/privacy/activities",
        "What data is used for, and its reviews",
    ),
    (
        "/school/privacy/fields",
        "Where is it kept? Every kind of data by its name",
    ),
    (
        "/school/privacy/assessment",
        "Draft of your assessment of the risks (DPIA)",
    ),
    ("/school/support", "Support from outside the school"),
    ("/school/privacy/who-looked", "Who looked at whose data"),
    ("/school/privacy/choices", "Choices of the school"),
    ("/school/usage", "How the platform is used"),
    (
        "/school/privacy/providers",
        "Providers, and what your school says about them",
    ),
    ("/school/declaration", "The school's declaration"),
    ("/privacy", "What is kept, why and for how long"),
    ("/trust", "Every promise of the policy, and how it is kept"),
];

#[component]
fn Documents() -> impl IntoView {
    let rows = DOCUMENTS.map(|(href, words)| {
        view! {
            <li class="row">
                <a class="row-title" href=href>
                    {words}
                </a>
            </li>
        }
    });
    view! {
        <Spread id="documents" title="Registers and documents">
            <ul class="rows" role="list">
                {rows.into_iter().collect_erased()}
            </ul>
        </Spread>
    }
    .erased()
}
