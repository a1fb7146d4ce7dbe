//! `/school/privacy/disclosures`: what third parties asked for, who approved it, what
//! was given; and how often in a year.

use domain::schools::policy::Action;
use domain::{access, disclosures};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::disclosures::{
    DataKind, DisclosureCount, DisclosureForm, DisclosureKind, DisclosureLine, DisclosureState,
    DisclosureStep, DisclosureStepForm,
};

use super::{StepForm, Typed, crumbs};
use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, Chip, CollectErased, Column, Erased, IconName, Layout, Listed, PageHead,
    SelectField, Spread, Table, TextField, TickField, Tone, options,
};

/// `/school/privacy/disclosures`.
#[component]
pub(crate) fn DisclosuresRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let door = access::school(&actor, Action::HandleRequests)?;
            let lines = disclosures::list(db.read(), &actor, &door, now)
                .await
                .map_err(ssr::unavailable)?;
            let counts = disclosures::counts(db.read(), &actor, &door)
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, lines, counts))
        },
        |(actor, lines, counts)| {
            let again: Again<DisclosureForm> = ssr::again();
            view! {
                <Title text=format!("Disclosures - {}", actor.school_name) />
                <Page actor current="/school/privacy">
                    <PageHead
                        title="Data for third parties"
                        crumbs=crumbs()
                        lede={"The one way by which somebody's data leaves the school. Two people approve it. Data is never sold: there is no way to write a sale down.".to_owned()}
                    />
                    <Done />
                    <WhatIsWrong again=again.clone() />
                    <Listed
                        layout=Layout::Cards
                        id="log"
                        title="Log"
                        empty="Nobody asked"
                        explains="What police, courts or other schools ask for stands here, given or refused."
                        lines=lines.into_iter().map(|line| view! { <Disclosure line /> }.into_any()).collect()
                    />
                    <Counts counts />
                    <Ask again />
                </Page>
            }
        },
    )
}

#[component]
fn Disclosure(line: DisclosureLine) -> impl IntoView {
    let id = line.id;
    let [requester, authority, basis, categories] = line.facts;
    let is_from_before = line.subject.is_some() && line.kinds.is_empty() && !line.steps.is_empty();
    let says_first =
        line.state == DisclosureState::Approved && !line.kinds.is_empty() && !line.may_be_made;
    let kinds: Vec<&str> = line.kinds.iter().map(|kind| kind.label()).collect();
    let asked = format!("{}, by {}", line.asked.0.words, line.asked.1);
    view! {
        <section class="card stack">
            <h3>{format!("{}: {}", line.reference, line.kind.label())}</h3>
            <p class="cluster"><Chip tone=Tone::Plain>{line.state.label()}</Chip></p>
            <dl class="facts">
                <dt>"Who wants it"</dt>
                <dd>{requester}</dd>
                <dt>"Authority"</dt>
                <dd>{authority}</dd>
                <dt>"Lawful basis"</dt>
                <dd>{basis}</dd>
                <dt>"Which data"</dt>
                <dd>{categories}</dd>
                {(!kinds.is_empty()).then(|| view! { <dt>"In the file"</dt> <dd>{kinds.join("; ")}</dd> })}
                <dt>"Whose"</dt>
                <dd>{line.subject_name.unwrap_or_else(|| "About the school itself".to_owned())}</dd>
                <dt>"Written down"</dt>
                <dd>{asked}</dd>
                {(!line.approvers.is_empty()).then(|| view! { <dt>"Approved by"</dt> <dd>{line.approvers.join(", ")}</dd> })}
                {line.told.map(|words| view! { <dt>"The person"</dt> <dd>{words}</dd> })}
                {line.refused.map(|why| view! { <dt>"Refused"</dt> <dd>{why}</dd> })}
                {line
                    .given
                    .map(|(at, hash)| view! { <dt>"Given"</dt> <dd>{at.words} ", SHA-256 " <code>{hash}</code></dd> })}
            </dl>
            {is_from_before
                .then(|| {
                    view! {
                        <p class="muted">
                            "Nobody has said what kinds of data the file may hold, so none can be made. Refuse this one, and write it down again."
                        </p>
                    }
                })}
            {says_first
                .then(|| {
                    view! {
                        <p>
                            "Before the file can be made, say whether the person was told, or why not."
                        </p>
                    }
                })}
            {line
                .may_be_made
                .then(|| {
                    view! {
                        <form
                            class="stack gap-2"
                            method="post"
                            action=format!("/school/privacy/disclosures/{id}/give")
                        >
                            <Button kind=ButtonKind::Main icon=IconName::Import>
                                "Make the file, once"
                            </Button>
                            <p class="hint">
                                "This page stays as it is while the file is made. "
                                <a href="/school/privacy/disclosures">"Open it again"</a>
                                " afterwards: it says when the file was given"
                            </p>
                        </form>
                    }
                })}
            {(!line.steps.is_empty()).then(|| view! { <Steps id=id.to_string() steps=line.steps /> })}
        </section>
    }
    .erased()
}

#[component]
fn Steps(id: String, steps: Vec<DisclosureStep>) -> impl IntoView {
    let again: Option<DisclosureStepForm> = ssr::again_under(&id);
    let forms = steps
        .into_iter()
        .map(|step| {
            let (button, reason) = match step {
                DisclosureStep::Approve => ("Approve", None),
                DisclosureStep::Refuse => ("Refuse", Some("Why it is refused")),
                DisclosureStep::Told => ("The person was told", None),
                DisclosureStep::NotTold => {
                    ("The person is not told", Some("Why they are not told"))
                }
            };
            let action = format!("/school/privacy/disclosures/{id}/steps");
            match reason {
                None => view! {
                    <form method="post" action=action>
                        <input type="hidden" name="step" value=step.as_str() />
                        <Button>{button}</Button>
                    </form>
                }
                .into_any(),
                Some(label) => view! {
                    <StepForm
                        action
                        of=id.clone()
                        step=step.as_str()
                        button
                        label
                        typed=again.clone().map(|form| Typed { step: form.step, words: form.words })
                    />
                }
                .into_any(),
            }
        })
        .collect_erased();
    view! { <div class="stack gap-2">{forms}</div> }
}

#[component]
fn Counts(counts: Vec<DisclosureCount>) -> impl IntoView {
    if counts.is_empty() {
        return ().into_any();
    }
    let rows = counts
        .into_iter()
        .map(|count| {
            view! {
                <tr>
                    <th scope="row">{count.year}</th>
                    <td data-label="Why">{count.kind.label()}</td>
                    <td class="n" data-label="Asked">{count.asked}</td>
                    <td class="n" data-label="Given">{count.given}</td>
                    <td class="n" data-label="Refused">{count.refused}</td>
                </tr>
            }
        })
        .collect_erased();
    view! {
        <Spread id="counts" title="In each year" note="To be open about it: these counts name nobody".to_owned()>
            <Table
                caption="In each year"
                hide_caption=true
                head=vec![
                    Column::text("Year"),
                    Column::text("Why"),
                    Column::number("Asked"),
                    Column::number("Given"),
                    Column::number("Refused"),
                ]
            >
                {rows}
            </Table>
        </Spread>
    }
    .into_any()
}

#[component]
fn Ask(again: Again<DisclosureForm>) -> impl IntoView {
    let form = again.form.clone().unwrap_or_default();
    let kinds = DataKind::ALL
        .iter()
        .map(|kind| {
            let field = kind.field();
            let checked = form.ticked.contains_key(&field);
            let error = again.error(&field);
            view! { <TickField id=field label=kind.label() error=error checked=checked /> }
        })
        .collect_erased();
    view! {
        <Spread id="ask" title="Somebody wants data" note="Nothing goes out by writing it down".to_owned()>
            <form class="form" method="post" action="/school/privacy/disclosures">
                <SelectField
                    id="kind"
                    label="Why?"
                    error=again.error("kind")
                    options=options(DisclosureKind::ALL.iter().map(|kind| (kind, kind.label())))
                    selected=form.kind
                />
                <TextField id="requester" label="Who wants it?" error=again.error("requester") value=form.requester autocomplete="off" />
                <TextField
                    id="authority"
                    label="By what authority?"
                    hint=Some("A law, an order, a warrant, a signed consent".to_owned())
                    error=again.error("authority")
                    value=form.authority
                    autocomplete="off"
                />
                <TextField id="basis" label="On what lawful basis?" error=again.error("basis") value=form.basis autocomplete="off" />
                <TextField id="categories" label="Which data, in their words?" error=again.error("categories") value=form.categories autocomplete="off" />
                <TextField
                    id="username"
                    label="Whose?"
                    hint=Some("Their username. Empty where it is about the school itself".to_owned())
                    error=again.error("username")
                    value=form.username
                    autocomplete="off"
                />
                <fieldset class="field">
                    <legend class="legend">"What may the file hold?"</legend>
                    <span class="hint">"Where it is about somebody. Nothing else goes into the file"</span>
                    {kinds}
                </fieldset>
                <div class="cluster">
                    <Button kind=ButtonKind::Main>"Write it down"</Button>
                </div>
            </form>
        </Spread>
    }
    .erased()
}
