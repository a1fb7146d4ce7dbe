//! `/school/privacy/retention`: what is kept how long, who changed it, what is due, and
//! the legal holds that stand in the way. Forms: `server/src/routes/retention.rs`.

use domain::schools::policy::Action;
use domain::{access, retention};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::retention::{
    HoldForm, HoldLine, MOST_HOLD_DAYS, PeriodForm, ReasonForm, RetentionPage, RuleLine, RunLine,
    StillNeededForm,
};

use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, Chip, CollectErased, Column, Empty, Erased, IconName, InputKind, Notice,
    PageHead, SelectField, Spread, Table, TextArea, TextField, Tone, choose_from,
};

/// `/school/privacy/retention`.
#[component]
pub(crate) fn RetentionPageRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let door = access::school(&actor, Action::HandleRequests)?;
            let page = retention::page(db.read(), &actor, &door, now).await?;
            Ok::<_, AppError>((actor, page))
        },
        |(actor, page)| {
            let RetentionPage {
                rules,
                runs,
                holds,
                overdue,
            } = page;
            let wrong: Again<PeriodForm> = ssr::again();
            view! {
                <Title text=format!("What is kept how long - {}", actor.school_name) />
                <Page actor current="/school/privacy">
                    <PageHead
                        title="What is kept how long"
                        crumbs=vec![("/school/privacy".to_owned(), "Data protection".to_owned())]
                        lede={"Every night what is due is deleted, and searched for afterwards.".to_owned()}
                    />
                    <Done />
                    <WhatIsWrong again=wrong />
                    {(overdue > 0)
                        .then(|| {
                            view! {
                                <Notice tone=Tone::Error title=format!("{overdue} erasures have failed for more than a week")>
                                    <p>"Call whoever runs this server: the reason stands in its log and on the request."</p>
                                </Notice>
                            }
                        })}
                    <Due runs />
                    <Rules rules=rules.clone() />
                    <Change rules />
                    <Holds holds />
                    <NewHold />
                </Page>
            }
        },
    )
}

#[component]
fn Due(runs: Vec<RunLine>) -> impl IntoView {
    let found = if runs.is_empty() {
        view! {
            <Empty icon=IconName::Clock title="Not counted yet">
                <p class="muted">"Press the button to see what the next sweep would delete."</p>
            </Empty>
        }
        .into_any()
    } else {
        view! { <Runs runs /> }.into_any()
    };
    view! {
        <Spread id="due" title="What is due" note="The last runs, newest first".to_owned()>
            <div class="stack">
                {found}
                <form method="post" action="/school/privacy/retention/dry-run">
                    <Button kind=ButtonKind::Main>"See what would be deleted"</Button>
                </form>
            </div>
        </Spread>
    }
    .into_any()
}

#[component]
fn Runs(runs: Vec<RunLine>) -> impl IntoView {
    let rows = runs
        .into_iter()
        .map(|run| {
            let what = if run.is_dry { "counted only" } else { "sweep" };
            view! {
                <tr>
                    <th scope="row">
                        <time datetime=run.at.iso>{run.at.words}</time>
                        <div class="small muted">{what}</div>
                    </th>
                    <td data-label="Rule">
                        <code>{run.code}</code>
                    </td>
                    <td class="n" data-label="Due">{run.due}</td>
                    <td class="n" data-label="Held">{run.held}</td>
                    <td class="n" data-label="Deleted">{run.deleted}</td>
                    <td class="n" data-label="Failed">{run.failed}</td>
                </tr>
            }
        })
        .collect_erased();
    view! {
        <Table
            caption="What was due"
            hide_caption=true
            head=vec![
                Column::text("When"),
                Column::text("Rule"),
                Column::number("Due"),
                Column::number("Held"),
                Column::number("Deleted"),
                Column::number("Failed"),
            ]
        >
            {rows}
        </Table>
    }
    .erased()
}

#[component]
fn Rules(rules: Vec<RuleLine>) -> impl IntoView {
    let rows = rules
        .into_iter()
        .map(|rule| {
            view! {
                <tr>
                    <th scope="row">
                        {rule.what} <div class="small muted">{rule.whose}</div>
                    </th>
                    <td data-label="How long">{rule.period}</td>
                    <td data-label="Your choice">
                        {rule.bounds} <div class="small muted">{rule.because}</div>
                    </td>
                    <td data-label="Changed">{rule.changed}</td>
                    <td data-label="Rule">
                        <code>{rule.code}</code>
                    </td>
                </tr>
            }
        })
        .collect_erased();
    view! {
        <Spread id="rules" title="Rules">
            <Table
                caption="Retention rules"
                hide_caption=true
                head=vec![
                    Column::text("What"),
                    Column::text("How long"),
                    Column::text("Your choice"),
                    Column::text("Changed"),
                    Column::text("Rule"),
                ]
            >
                {rows}
            </Table>
        </Spread>
    }
    .erased()
}

#[component]
fn Change(rules: Vec<RuleLine>) -> impl IntoView {
    let again: Again<PeriodForm> = ssr::again_alone();
    let form = again.form.clone().unwrap_or_default();
    let options = choose_from(
        rules
            .into_iter()
            .map(|rule| (rule.code.clone(), format!("{}: {}", rule.code, rule.period))),
    );
    let units = vec![
        ("months".to_owned(), "months".to_owned()),
        ("days".to_owned(), "days".to_owned()),
    ];
    view! {
        <Spread id="change" title="Change a rule" note="Every change is kept with its reason".to_owned()>
            <form class="form" method="post" action="/school/privacy/retention">
                <SelectField id="rule" label="Which rule?" error=again.error("rule") options selected=form.rule />
                <TextField
                    id="length"
                    label="How many?"
                    error=again.error("length")
                    value=form.length
                    kind=InputKind::Number
                    input_class="input-short"
                />
                <SelectField id="unit" label="Days or months?" error=again.error("unit") options=units selected=form.unit />
                <TextArea id="reason" label="Why?" error=again.error("reason") value=form.reason rows=2 />
                <div class="cluster">
                    <Button>"Change"</Button>
                </div>
            </form>
        </Spread>
    }
    .erased()
}

#[component]
fn Holds(holds: Vec<HoldLine>) -> impl IntoView {
    if holds.is_empty() {
        return view! {
            <Spread id="holds" title="Legal holds">
                <p class="muted">"Nothing is held."</p>
            </Spread>
        }
        .into_any();
    }
    let rows = holds
        .into_iter()
        .map(|hold| view! { <Hold hold /> })
        .collect_erased();
    view! {
        <Spread id="holds" title="Legal holds">
            <ul class="rows" role="list">
                {rows}
            </ul>
        </Spread>
    }
    .into_any()
}

#[component]
fn Hold(hold: HoldLine) -> impl IntoView {
    let (tone, state) = if hold.released.is_some() {
        (Tone::Plain, "Released")
    } else if hold.approved.is_none() {
        (Tone::Warn, "Waits for a second person")
    } else if hold.is_overdue {
        (Tone::Error, "Look at it again")
    } else {
        (Tone::Ok, "Holds")
    };
    let approve = hold.may_approve.then(|| {
        view! {
            <form method="post" action=format!("/school/privacy/holds/{}/approve", hold.id)>
                <Button>"Approve"</Button>
            </form>
        }
    });
    let again: Again<()> = ssr::again();
    let days = format!("days-{}", hold.id);
    let days_error = again.error(&days);
    let typed: Option<StillNeededForm> = ssr::again_under(&format!("keep-{}", hold.id));
    let typed_days = typed.map_or_else(|| MOST_HOLD_DAYS.to_string(), |form| form.days);
    let is_up = hold.approved.is_some() && hold.released.is_none();
    let keep = is_up.then(|| {
        view! {
            <form class="cluster" method="post" action=format!("/school/privacy/holds/{}/keep", hold.id)>
                <TextField
                    id=days
                    name="days".to_owned()
                    label="Still needed? Look at it again in how many days?"
                    error=days_error
                    kind=InputKind::Number
                    value=typed_days
                    input_class="input-short"
                />
                <Button kind=ButtonKind::Quiet>"Keep it"</Button>
            </form>
        }
    });
    let reason = format!("reason-{}", hold.id);
    let reason_error = again.error(&reason);
    let typed: Option<ReasonForm> = ssr::again_under(&format!("release-{}", hold.id));
    let typed_reason = typed.unwrap_or_default().reason;
    let release = hold.released.is_none().then(|| {
        view! {
            <form class="cluster" method="post" action=format!("/school/privacy/holds/{}/release", hold.id)>
                <TextField
                    id=reason
                    name="reason".to_owned()
                    label="Why is it released?"
                    error=reason_error
                    value=typed_reason
                />
                <Button kind=ButtonKind::Quiet>"Release"</Button>
            </form>
        }
    });
    view! {
        <li class="row">
            <div>
                <span class="row-title">{format!("{}: {}", hold.matter, hold.whom)}</span>
                <div class="row-meta">
                    {format!("{}. Opened by {}. Look at it again by {}.", hold.authority, hold.opened, hold.review.words)}
                    {hold.approved.map(|words| format!(" Approved by {words}."))}
                    {hold.released.map(|words| format!(" Released by {words}."))}
                </div>
                {keep}
                {release}
            </div>
            <div class="row-end">
                <Chip tone>{state}</Chip>
                {approve}
            </div>
        </li>
    }
    .erased()
}

#[component]
fn NewHold() -> impl IntoView {
    let again: Again<HoldForm> = ssr::again_alone();
    let form = again.form.clone().unwrap_or_default();
    view! {
        <Spread
            id="new-hold"
            title="Open a hold"
            note="When a court, an authority or a claim needs something kept".to_owned()
        >
            <form class="form" method="post" action="/school/privacy/holds">
                <TextField id="matter" label="What is it about?" error=again.error("matter") value=form.matter />
                <TextField
                    id="authority"
                    label="Who ordered it?"
                    hint=Some("With a reference, such as the number of the case".to_owned())
                    error=again.error("authority")
                    value=form.authority
                />
                <TextField
                    id="username"
                    label="Whose data?"
                    hint=Some("A username. Leave it empty to hold everything of the school".to_owned())
                    error=again.error("username")
                    value=form.username
                    input_class="input-medium"
                />
                <TextField
                    id="days"
                    label="Look at it again in how many days?"
                    hint=Some(format!("At most {MOST_HOLD_DAYS}"))
                    error=again.error("days")
                    value=form.days
                    kind=InputKind::Number
                    input_class="input-short"
                />
                <div class="cluster">
                    <Button>"Open"</Button>
                </div>
            </form>
        </Spread>
    }
    .erased()
}
