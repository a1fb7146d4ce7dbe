//! `/school/privacy/sharing`: who outside the school may be given data, and what the
//! school proposes. Forms: `server/src/routes/sharing.rs`.

use domain::schools::policy::Action;
use domain::{access, sharing};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::ids::ClassroomId;
use vocab::sharing::{RecipientForm, RecipientLine, ShareColumn, ShareForm, SharingLine};

use super::choices::Where;
use super::crumbs;
use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, Chip, CollectErased, Confirm, Empty, Erased, IconName, InputKind, PageHead,
    SelectField, Spread, TextField, TickField, Tone, choose_from,
};

/// `/school/privacy/sharing`.
#[component]
pub(crate) fn SharingOfficeRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let door = access::school(&actor, Action::HandleRequests)?;
            let office = sharing::office(db.read(), &actor, &door, now)
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, office))
        },
        |(actor, office)| {
            // Two forms stand on this page; the fields of the one are unknown to the other.
            let again: Again<ShareForm> = ssr::again();
            let recipient: Again<RecipientForm> = ssr::again();
            let recipients = office.recipients.clone();
            view! {
                <Title text=format!("Sharing by consent - {}", actor.school_name) />
                <Page actor current="/school/privacy">
                    <PageHead
                        title="Sharing by consent"
                        crumbs=crumbs()
                        lede={"Give data to a photographer, a coach company or an exam board, of those alone who say yes. What the law or a court demands goes another way: Data for third parties.".to_owned()}
                    />
                    <Done />
                    <WhatIsWrong again=again.clone() />
                    <Proposals lines=office.lines />
                    <Propose again recipients=office.recipients classrooms=office.classrooms />
                    <Recipients recipients />
                    <Add again=recipient />
                </Page>
            }
        },
    )
}

#[component]
fn Proposals(lines: Vec<SharingLine>) -> impl IntoView {
    if lines.is_empty() {
        return view! {
            <Spread id="proposals" title="Asked">
                <Empty icon=IconName::TickCircle title="Nothing is shared">
                    <p class="muted">"What you ask stands here, with who said yes."</p>
                </Empty>
            </Spread>
        }
        .into_any();
    }
    let rows = lines
        .into_iter()
        .map(|line| {
            let chip = if line.is_over { "Over" } else { "Open" };
            view! {
                <li class="row">
                    <div>
                        <a class="row-title" href=format!("/school/privacy/sharing/{}", line.id)>
                            {format!("{}: {}", line.recipient, line.classroom)}
                        </a>
                        <div class="row-meta">
                            {format!("{}. {}. Until {}", line.purpose, in_words(&line.columns), line.until)}
                        </div>
                    </div>
                    <div class="row-end">
                        <Chip tone=Tone::Plain>{chip}</Chip>
                    </div>
                </li>
            }
        })
        .collect_erased();
    view! {
        <Spread id="proposals" title="Asked">
            <ul class="rows" role="list">
                {rows}
            </ul>
        </Spread>
    }
    .into_any()
}

/// The columns, one after the other.
pub(super) fn in_words(columns: &[ShareColumn]) -> String {
    let labels: Vec<&str> = columns.iter().map(|column| column.label()).collect();
    labels.join(", ")
}

const fn field_of(column: ShareColumn) -> &'static str {
    match column {
        ShareColumn::GivenName => "given_name",
        ShareColumn::FamilyName => "family_name",
        ShareColumn::YearGroup => "year_group",
        ShareColumn::SourcedId => "sourced_id",
    }
}

#[component]
fn Propose(
    again: Again<ShareForm>,
    recipients: Vec<RecipientLine>,
    classrooms: Vec<(ClassroomId, String)>,
) -> impl IntoView {
    if recipients.is_empty() {
        return ().into_any();
    }
    let form = again.form.clone().unwrap_or_default();
    let ticks = ShareColumn::ALL
        .iter()
        .map(|column| {
            let name = field_of(*column);
            view! { <TickField id=name label=column.label() error=again.error(name) checked=form.has(*column) /> }
        })
        .collect_erased();
    view! {
        <Spread id="propose" title="Ask" note="Everybody in the classroom is asked about. Nothing goes out by asking".to_owned()>
            <form class="form" method="post" action="/school/privacy/sharing">
                <SelectField
                    id="recipient"
                    label="Who gets it?"
                    error=again.error("recipient")
                    options=choose_from(recipients.into_iter().map(|to| (to.id.to_string(), to.name)))
                    selected=form.recipient
                />
                <SelectField
                    id="classroom"
                    label="About whom?"
                    error=again.error("classroom")
                    options=choose_from(classrooms.into_iter().map(|(id, name)| (id.to_string(), name)))
                    selected=form.classroom
                />
                <TextField
                    id="purpose"
                    label="What for?"
                    hint=Some("Such as: names under the class photograph".to_owned())
                    error=again.error("purpose")
                    value=form.purpose
                    autocomplete="off"
                />
                <fieldset class="stack gap-2">
                    <legend class="legend">"Exactly what"</legend>
                    {ticks}
                </fieldset>
                <TextField
                    id="until"
                    label="Until when?"
                    hint=Some("The last day, like 2026-12-24".to_owned())
                    error=again.error("until")
                    value=form.until
                    autocomplete="off"
                    input_class="input-medium"
                />
                <div class="cluster">
                    <Button kind=ButtonKind::Main>"Ask"</Button>
                </div>
            </form>
        </Spread>
    }
    .into_any()
}

#[component]
fn Recipients(recipients: Vec<RecipientLine>) -> impl IntoView {
    if recipients.is_empty() {
        return ().into_any();
    }
    let rows = recipients
        .into_iter()
        .map(|to| {
            let action = format!("/school/privacy/sharing/recipients/{}/end", to.id);
            let name = to.name.clone();
            view! {
                <li class="row row-top">
                    <div class="stack gap-2">
                        <h3 class="row-title">{to.name.clone()}</h3>
                        <p>{to.does.clone()}</p>
                        <Where recipient=to />
                        <Confirm
                            summary=format!("End {name}")
                            message="Nothing is given to them any more, whatever anybody said."
                            action
                            button=format!("End {name}")
                        />
                    </div>
                </li>
            }
        })
        .collect_erased();
    view! {
        <Spread id="recipients" title="Who may be given data">
            <ul class="rows" role="list">
                {rows}
            </ul>
        </Spread>
    }
    .into_any()
}

#[component]
fn Add(again: Again<RecipientForm>) -> impl IntoView {
    let form = again.form.clone().unwrap_or_default();
    view! {
        <Spread id="add" title="Somebody new" note="Nothing is given by writing them down".to_owned()>
            <form class="form" method="post" action="/school/privacy/sharing/recipients" novalidate>
                <TextField id="name" label="Who?" error=again.error("name") value=form.name autocomplete="off" />
                <TextField
                    id="does"
                    label="What do they do for the school?"
                    error=again.error("does")
                    value=form.does
                    autocomplete="off"
                />
                <TextField
                    id="country"
                    label="In which country?"
                    hint=Some("Two letters: GB for the United Kingdom".to_owned())
                    error=again.error("country")
                    value=form.country
                    autocomplete="off"
                    input_class="input-short"
                />
                <TextField
                    id="allowed_by"
                    label="What allows data to go there?"
                    hint=Some("Empty for the United Kingdom".to_owned())
                    error=again.error("allowed_by")
                    value=form.allowed_by
                    autocomplete="off"
                />
                <TextField
                    id="policy_url"
                    label="Where is their privacy policy?"
                    error=again.error("policy_url")
                    value=form.policy_url
                    kind=InputKind::Url
                    autocomplete="off"
                />
                <TickField
                    id="sells_nothing"
                    label="They have promised not to sell it"
                    error=again.error("sells_nothing")
                    checked={form.sells_nothing == "yes"}
                />
                <div class="cluster">
                    <Button kind=ButtonKind::Main>"Write them down"</Button>
                </div>
            </form>
        </Spread>
    }
    .erased()
}
