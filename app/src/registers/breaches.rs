//! `/school/privacy/breaches`: the register, its clocks, and the form for a new one.

use domain::schools::policy::Action;
use domain::{access, breaches};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::breaches::{
    BreachDone, BreachForm, BreachKind, BreachLine, BreachRisk, BreachStep, BreachStepForm,
};

use super::{StepForm, Typed, crumbs};
use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::rights::Light;
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, CollectErased, Erased, InputKind, Layout, Listed, PageHead, SelectField,
    Spread, TextArea, TextField, When, options,
};

/// `/school/privacy/breaches`.
#[component]
pub(crate) fn BreachesRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let door = access::school(&actor, Action::HandleRequests)?;
            let lines = breaches::list(db.read(), &actor, &door, now)
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, lines))
        },
        |(actor, lines)| {
            let again: Again<BreachForm> = ssr::again();
            view! {
                <Title text=format!("Breaches - {}", actor.school_name) />
                <Page actor current="/school/privacy">
                    <PageHead
                        title="Breaches"
                        crumbs=crumbs()
                        lede={"Write down everything that went wrong with personal data, and what nearly did. Once the school knows, the Commissioner has to hear within 72 hours if there is a risk to people.".to_owned()}
                    />
                    <Done />
                    <WhatIsWrong again=again.clone() />
                    <Listed
                        layout=Layout::Cards
                        id="register"
                        title="Register"
                        empty="Nothing is written down"
                        explains="What went wrong stands here for six years, whether or not anybody had to be told."
                        lines=lines.into_iter().map(|line| view! { <Breach line /> }.into_any()).collect()
                    />
                    <Report again />
                </Page>
            }
        },
    )
}

#[component]
fn Breach(line: BreachLine) -> impl IntoView {
    let id = line.id;
    let by = if line.operator_was_late {
        "Whoever runs the platform, later than 24 hours after they knew"
    } else if line.by_operator {
        "Whoever runs the platform, within 24 hours"
    } else {
        "Somebody of the school"
    };
    let people = if line.people == 0 {
        "Not known".to_owned()
    } else {
        format!("About {}", line.people)
    };
    view! {
        <section class="card stack">
            <h3>{format!("{}: {}", line.reference, line.kind.label())}</h3>
            <p class="cluster"><Light urgency=line.urgency /></p>
            <dl class="facts">
                <dt>"What happened"</dt>
                <dd class="as-typed">{line.what}</dd>
                <dt>"Which data"</dt>
                <dd>{line.categories}</dd>
                <dt>"People"</dt>
                <dd>{people}</dd>
                <dt>"Known since"</dt>
                <dd>{line.aware.words}</dd>
                <dt>"Told by"</dt>
                <dd>{by}</dd>
                {line.due.map(|due| view! { <dt>"Tell the Commissioner by"</dt> <dd>{due.words}</dd> })}
                {line
                    .assessed
                    .map(|(risk, reason)| view! { <dt>"Assessed"</dt> <dd>{format!("{}. {reason}", risk.label())}</dd> })}
                {line
                    .commissioner
                    .map(|(at, reference)| view! { <dt>"Commissioner told"</dt> <dd>{format!("{}, {reference}", at.words)}</dd> })}
                {line.people_told.map(|at| view! { <dt>"People told"</dt> <dd>{at.words}</dd> })}
            </dl>
            <WhatWasDone history=line.history />
            {line
                .letter
                .map(|letter| {
                    view! {
                        <details class="confirm">
                            <summary class="btn">"Words for the people concerned"</summary>
                            <pre class="paper as-typed">{letter}</pre>
                        </details>
                    }
                })}
            {(!line.steps.is_empty()).then(|| view! { <Steps id=id.to_string() steps=line.steps /> })}
        </section>
    }
    .erased()
}

/// Every step with its words, the oldest first.
#[component]
fn WhatWasDone(history: Vec<BreachDone>) -> impl IntoView {
    let done = history
        .into_iter()
        .map(|done| {
            let what = done.what();
            let by = done.by.map(|who| format!("{who}, "));
            view! {
                <li>
                    <b>{what}</b>
                    " "
                    <span class="muted">{by} <When at=done.at /></span>
                    {done.risk.map(|risk| view! { <p>{risk.label()}</p> })}
                    {(!done.words.is_empty()).then(|| view! { <p class="as-typed">{done.words}</p> })}
                </li>
            }
        })
        .collect_erased();
    view! {
        <details class="history">
            <summary>"What was done"</summary>
            <ol class="stack gap-2" role="list">
                {done}
            </ol>
        </details>
    }
    .erased()
}

#[component]
fn Steps(id: String, steps: Vec<BreachStep>) -> impl IntoView {
    let again: Option<BreachStepForm> = ssr::again_under(&id);
    let forms = steps
        .into_iter()
        .map(|step| {
            let (button, label) = match step {
                BreachStep::Assess => ("Assess", "Why, and what was done"),
                BreachStep::CommissionerTold => {
                    ("The Commissioner is told", "The Commissioner's reference")
                }
                BreachStep::PeopleTold => ("The people are told", "How they were told"),
                BreachStep::Close => ("Close", "What is done so that it does not happen again"),
            };
            let risk = (step == BreachStep::Assess).then(|| {
                let field = format!("risk-{}-{id}", step.as_str());
                let error = ssr::again::<()>().error(&field);
                view! {
                    <SelectField
                        id=field
                        name="risk"
                        label="How bad is it?"
                        error
                        options=options(BreachRisk::ALL.iter().map(|risk| (risk, risk.label())))
                        selected=again.as_ref().map(|form| form.risk.clone()).unwrap_or_default()
                    />
                }
                .into_any()
            });
            view! {
                <StepForm
                    action=format!("/school/privacy/breaches/{id}/steps")
                    of=id.clone()
                    step=step.as_str()
                    button
                    label
                    typed=again.clone().map(|form| Typed { step: form.step, words: form.words })
                    before=risk
                />
            }
        })
        .collect_erased();
    view! { <div class="stack gap-2">{forms}</div> }
}

#[component]
fn Report(again: Again<BreachForm>) -> impl IntoView {
    let form = again.form.clone().unwrap_or_default();
    view! {
        <Spread id="report" title="Something went wrong" note="Near misses too. Name nobody where it can be helped".to_owned()>
            <form class="form" method="post" action="/school/privacy/breaches">
                <SelectField
                    id="kind"
                    label="What went wrong?"
                    error=again.error("kind")
                    options=options(BreachKind::ALL.iter().map(|kind| (kind, kind.label())))
                    selected=form.kind
                />
                <TextArea id="what" label="What happened?" error=again.error("what") value=form.what rows=4 />
                <TextField id="categories" label="Which data?" error=again.error("categories") value=form.categories autocomplete="off" />
                <TextField
                    id="people"
                    label="About how many people?"
                    kind=InputKind::Number
                    hint=Some("Empty while it is not known".to_owned())
                    error=again.error("people")
                    value=form.people
                    autocomplete="off"
                />
                <div class="cluster">
                    <Button kind=ButtonKind::Main>"Write it down"</Button>
                </div>
            </form>
        </Spread>
    }
    .erased()
}
