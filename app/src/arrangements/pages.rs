//! `/arrangements/:id`: what is arranged for one student. The student, who looks after
//! them and who teaches them read it; an admin of the school sets it.

use domain::{access, arrangements};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::arrangements::{ArrangementForm, ArrangementPage, ValidArrangement, extra_time_words};
use vocab::ids::PersonId;
use vocab::reading::Reading;

use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::readers::Reader;
use crate::reading::{ReadingFields, said};
use crate::routes::id_in_path;
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, ButtonLink, CollectErased, Confirm, Empty, Erased, IconName, InputKind,
    Notice, PageHead, Spread, TextArea, TextField, TickField,
};

/// `/arrangements/:id`.
#[component]
pub(crate) fn ArrangementsRoute() -> impl IntoView {
    let id = id_in_path::<PersonId>();
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let action = arrangements::policy::Action::See;
            let learner = access::arrangements(db.read(), &actor, id?, action).await?;
            let page = arrangements::page(db.read(), &actor, &learner, now).await?;
            Ok::<_, AppError>((actor, page))
        },
        |(actor, page)| {
            let title = if page.is_own {
                "What helps you".to_owned()
            } else {
                format!("What helps {}", page.name)
            };
            let crumbs = if page.may_set {
                vec![(format!("/people/{}", page.student), page.name.clone())]
            } else if page.is_own || page.is_child {
                vec![("/my-data".to_owned(), "My data".to_owned())]
            } else {
                vec![("/classrooms".to_owned(), "Classes".to_owned())]
            };
            let part = if page.is_own || page.is_child {
                "/my-data"
            } else {
                ""
            };
            let (is_own, reader) = (page.is_own, Reader::of(&actor));
            let lede = reader.words(
                "Your school set this up to help you. Without internet nothing is read out loud, and letters may look different.",
                "Access arrangements: set once by the school, and obeyed on every page. Without a network nothing is read aloud, and the letters that were chosen may be missing.",
            );
            let (arranged, set) = (page.clone(), page.may_set.then(|| page.clone()));
            view! {
                <Title text=format!("{title} - {}", actor.school_name) />
                <Page actor current=part>
                    <PageHead
                        title=title
                        lede=lede.to_owned()
                        crumbs=crumbs
                    />
                    <Done />
                    <Spread id="arranged" title="What is arranged" note=page.set.clone().map(|at| format!("Set {}", at.words))>
                        <Arranged page=arranged reader />
                    </Spread>
                    {set.map(|page| view! { <SetThem page reader /> })}
                    <WhoSees is_own reader />
                </Page>
            }
        },
    )
}

#[component]
fn Arranged(page: ArrangementPage, reader: Reader) -> impl IntoView {
    let ValidArrangement {
        extra_time_percent,
        rest_breaks,
        what_helps,
        reading,
    } = page.arrangement.clone();
    if page.arrangement.is_empty() {
        return view! {
            <Empty icon=IconName::Book title="Nothing yet">
                <p class="muted">"Everybody can choose reading settings of their own."</p>
            </Empty>
        }
        .into_any();
    }
    let looks = (reading != Reading::default()).then(|| said(reading).join(". "));
    let facts = [
        (
            "Extra time",
            extra_time_words(extra_time_percent).map(|words| {
                let meaning = reader.words(
                    "you have more time than the class",
                    "due times are later, by so much of the time that the class has",
                );
                format!("{words}: {meaning}")
            }),
        ),
        (
            "Rest breaks",
            rest_breaks.then(|| {
                let words = reader.words(
                    "Yes: you may take breaks, and they cost you no time",
                    "Yes: breaks do not count as working time",
                );
                words.to_owned()
            }),
        ),
        ("How pages look", looks),
        ("What helps", (!what_helps.is_empty()).then_some(what_helps)),
    ];
    let facts = facts
        .into_iter()
        .filter_map(|(label, value)| {
            value.map(|value| {
                view! {
                    <dt>{label}</dt>
                    <dd class="as-typed">{value}</dd>
                }
            })
        })
        .collect_erased();
    view! {
        <dl class="facts">{facts}</dl>
        {page
            .is_own
            .then(|| view! { <p><ButtonLink href="/settings/reading">"Change how pages look for you"</ButtonLink></p> })}
    }
    .into_any()
}

#[component]
fn SetThem(page: ArrangementPage, reader: Reader) -> impl IntoView {
    let again: Again<ArrangementForm> = ssr::again();
    let form = again
        .form
        .clone()
        .unwrap_or_else(|| (&page.arrangement).into());
    // Whatever is wrong with the form: what somebody else saved is not overwritten unseen.
    let is_changed = !form.seen.is_empty() && form.seen != page.seen;
    let now = is_changed.then(|| page.clone());
    let seen = page.seen.clone();
    let path = format!("/arrangements/{}", page.student);
    let has_any = !page.arrangement.is_empty();
    let name = page.name.clone();
    view! {
        <Spread id="set" title="Set them" note="For this student, everywhere".to_owned()>
            <div class="stack">
            <form class="form reading-form" method="post" action=path.clone()>
                <WhatIsWrong again=again.clone() />
                {now.map(|page| view! { <Notice title="What is arranged now".to_owned()><Arranged page reader /></Notice> })}
                <input type="hidden" name="seen" value=seen.clone() />
                <TextField
                    id="extra_time"
                    label="Extra time, in per cent"
                    hint=Some("Such as 25. Empty for none".to_owned())
                    error=again.error("extra_time")
                    value=form.extra_time.clone()
                    kind=InputKind::Decimal
                    input_class="input-short"
                />
                <TickField id="rest_breaks" label="Rest breaks" checked={form.rest_breaks == "yes"} />
                <TextArea
                    id="what_helps"
                    label="What helps"
                    hint=Some("For teachers of this student. Say what to do, and leave out diagnoses".to_owned())
                    error=again.error("what_helps")
                    value=form.what_helps.clone()
                    rows=4
                />
                <ReadingFields form=form.reading errors=again.errors unchosen=Some("Leave it to the student") />
                <div class="cluster">
                    <Button kind=ButtonKind::Main big=true>"Save"</Button>
                </div>
            </form>
            {has_any
                .then(|| {
                    view! {
                        <Confirm
                            summary="Take it all away"
                            message=format!("Nothing is arranged for {name} any more. What is written here is deleted.")
                            action=format!("{path}/end")
                            button="Take it all away"
                            danger=true
                        >
                            <input type="hidden" name="seen" value=seen />
                        </Confirm>
                    }
                })}
            </div>
        </Spread>
    }
    .erased()
}

#[component]
fn WhoSees(is_own: bool, reader: Reader) -> impl IntoView {
    let words = if is_own {
        reader.words(
            "Only you, the adults at home who look after you, your teachers and the school office can see this. Each time one of them looks, it is written down.",
            "This may say something about health, so only you, your guardians, your teachers and the school's admins see it. Each look is recorded.",
        )
    } else {
        "This may say something about health, so only the student, guardians, teachers of the student and the school's admins see it. Each look is recorded."
    };
    view! { <p class="small muted above">{words}</p> }
}
