//! `/my-data`: what one may ask about one's own data and that of one's children, and
//! how far each request has come. Forms: `server/src/routes/rights.rs`.

use domain::consent::{self, About};
use domain::{erasure, rights};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::consent::AgeBand;
use vocab::ids::PersonId;
use vocab::moment::Moment;
use vocab::people::Role;
use vocab::rights::{AskRequest, RequestKind, Tally};

use super::asked::Asked;
use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load};
use crate::readers::Reader;
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, ButtonLink, CollectErased, Erased, IconName, Notice, PageHead, SelectField,
    Spread, TextArea, Tone, options,
};

/// `/my-data`.
#[component]
pub(crate) fn MyDataRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let people = consent::people(db.read(), &actor)
                .await
                .map_err(ssr::unavailable)?;
            let asked = rights::mine_of(db.read(), &actor, &people, now).await?;
            let leaving = erasure::own(db.read(), &actor, now)
                .await
                .map_err(ssr::unavailable)?;
            let tally = rights::tally(db.read(), &actor, now)
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, people, asked, leaving, tally))
        },
        |(actor, people, asked, leaving, tally)| {
            let is_child = actor.is(Role::Student);
            let lede = if is_child {
                "You can see what is kept about you, take it with you, and say when something is wrong. Nobody minds if you ask."
            } else {
                "You can see everything that is kept about you, take it along, have it corrected, limited or erased."
            };
            let (one, reader) = (actor.person, Reader::of(&actor));
            view! {
                <Title text=format!("My data - {}", actor.school_name) />
                <Page actor current="/settings">
                    <PageHead
                        title="My data"
                        crumbs=vec![("/settings".to_owned(), "Account".to_owned())]
                        lede={lede.to_owned()}
                    />
                    <Done />
                    {leaving.map(|until| view! { <CallOff until /> })}
                    <Known people=people.clone() one />
                    <Copies people=people.clone() one />
                    <HandedIn people=people.clone() one is_child />
                    <Helps people=people.clone() one is_child reader />
                    <Looked people=people.clone() one />
                    <Asked asked />
                    <Ask people one />
                    <Answered tally />
                </Page>
            }
        },
    )
}

/// One's own erasure, while it can be called off.
#[component]
fn CallOff(until: Moment) -> impl IntoView {
    view! {
        <Spread id="erasure" title="Your erasure">
            <Notice tone=Tone::Warn title=format!("You are erased after {}", until.words)>
                <p>
                    "Until then you can change your mind. Afterwards your account and everything about you is gone. Download your copy first, if you want one."
                </p>
            </Notice>
            <form method="post" action="/my-data/erasure/call-off">
                <Button kind=ButtonKind::Main>"Call it off"</Button>
            </form>
        </Spread>
    }
    .erased()
}

#[component]
fn Known(people: Vec<About>, one: PersonId) -> impl IntoView {
    let rows = people
        .into_iter()
        .map(|about| {
            let href = format!("/my-data/{}/facts", about.id);
            view! {
                <li class="row">
                    <a class="row-title" href=href>
                        {whose(&about, one)}
                    </a>
                </li>
            }
        })
        .collect_erased();
    view! {
        <Spread id="known" title="Is it right?" note="Name, year, address: see it, and say what is wrong".to_owned()>
            <ul class="rows" role="list">
                {rows}
            </ul>
        </Spread>
    }
    .erased()
}

#[component]
fn Copies(people: Vec<About>, one: PersonId) -> impl IntoView {
    let rows = people
        .into_iter()
        .map(|about| {
            let whose = whose(&about, one);
            // The same rule as `domain::export::door`.
            let at_once = about.id == one || about.age == AgeBand::Under13;
            let (what, button) = if at_once {
                (
                    "A page to read, the same for machines, and every file",
                    view! {
                        <ButtonLink href=format!("/my-data/{}/copy", about.id) icon=IconName::Import>
                            "Get the copy"
                        </ButtonLink>
                    }
                        .into_any(),
                )
            } else {
                (
                    "From 13 on they are asked first: the school sends it to you",
                    view! { <ButtonLink href=format!("/my-data?kind=access&about={}#ask", about.id)>"Ask for a copy"</ButtonLink> }
                        .into_any(),
                )
            };
            view! {
                <li class="row">
                    <div>
                        <span class="row-title">{whose}</span>
                        <div class="row-meta">{what}</div>
                    </div>
                    {button}
                </li>
            }
        })
        .collect_erased();
    view! {
        <Spread id="copy" title="A copy of everything">
            <ul class="rows" role="list">
                {rows}
            </ul>
        </Spread>
    }
    .into_any()
}

/// Receipts, for a student and for who looks after one.
#[component]
fn HandedIn(people: Vec<About>, one: PersonId, is_child: bool) -> impl IntoView {
    let students: Vec<_> = people
        .into_iter()
        .filter(|about| is_child || about.id != one)
        .collect();
    (!students.is_empty()).then(|| {
        let rows = for_each(students, one, "/my-data/receipts", |name| match name {
            Some(name) => format!("What {name} handed in"),
            None => "What I handed in".to_owned(),
        });
        view! {
            <Spread id="receipts" title="Receipts">
                <ul class="rows" role="list">
                    {rows}
                </ul>
            </Spread>
        }
    })
}

/// What the school has arranged for oneself as a student, and for each child.
#[component]
fn Helps(people: Vec<About>, one: PersonId, is_child: bool, reader: Reader) -> impl IntoView {
    let note = reader.words(
        "What your school set up for you",
        "Access arrangements of the school: extra time, breaks, how pages look",
    );
    let rows: Vec<_> = people
        .into_iter()
        .filter(|about| about.id != one || is_child)
        .map(|about| {
            let words = if about.id == one {
                "What helps me".to_owned()
            } else {
                format!("What helps {}", about.name)
            };
            view! { <LinkRow href=format!("/arrangements/{}", about.id) words /> }
        })
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <Spread id="helps" title="What helps" note=note.to_owned()>
                <ul class="rows" role="list">
                    {rows}
                </ul>
            </Spread>
        }
    })
}

#[component]
fn Looked(people: Vec<About>, one: PersonId) -> impl IntoView {
    let rows = for_each(people, one, "/my-data/who-looked", |name| match name {
        Some(name) => format!("Who looked at the data of {name}"),
        None => "Who looked at my data".to_owned(),
    });
    view! {
        <Spread id="looked" title="Who looked, and who may">
            <ul class="rows" role="list">
                {rows} <LinkRow href="/my-data/who-may" words="Who may see my data or act for me" />
                <LinkRow href="/my-data/objections" words="Say no to a use of my data" />
            </ul>
        </Spread>
    }
    .erased()
}

/// A link to a page about oneself, and to the same about each child, by name.
fn for_each(
    people: Vec<About>,
    one: PersonId,
    page: &'static str,
    words: impl Fn(Option<&str>) -> String,
) -> Vec<impl IntoView> {
    people
        .into_iter()
        .map(|about| {
            let (href, name) = if about.id == one {
                (page.to_owned(), None)
            } else {
                (format!("{page}?of={}", about.id), Some(&*about.name))
            };
            let words = words(name);
            view! { <LinkRow href words /> }
        })
        .collect()
}

#[component]
fn LinkRow(#[prop(into)] href: String, #[prop(into)] words: String) -> impl IntoView {
    view! {
        <li class="row">
            <a class="row-title" href=href>
                {words}
            </a>
        </li>
    }
    .erased()
}

/// On the first page of a student for whose data somebody else asks.
#[component]
pub(crate) fn AskedFirst() -> impl IntoView {
    view! {
        <Notice tone=Tone::Plain title="Somebody else asks for your data".to_owned()>
            <ButtonLink href="/my-data#asked">"See what, and say what you think"</ButtonLink>
        </Notice>
    }
    .erased()
}

fn whose(about: &About, one: PersonId) -> String {
    if about.id == one {
        "About me".to_owned()
    } else {
        format!("About {}", about.name)
    }
}

/// Whether the promise of 48 hours is kept, in numbers that name nobody.
#[component]
fn Answered(tally: Tally) -> impl IntoView {
    let words = match (tally.in_time, tally.late) {
        (0, 0) => return ().into_any(),
        (1, 0) => "One request of the last year was answered, within 48 hours.".to_owned(),
        (in_time, 0) => {
            format!("{in_time} requests of the last year were answered, all within 48 hours.")
        }
        (in_time, late) => format!(
            "Requests of the last year that were answered within 48 hours: {in_time}. Later, or not yet although the 48 hours are over: {late}."
        ),
    };
    view! { <p class="small muted">{words}</p> }.into_any()
}

/// What can be chosen, as somebody says it.
pub(super) fn wishes(kinds: &[RequestKind]) -> Vec<(String, String)> {
    options(kinds.iter().map(|kind| (kind, kind.wish())))
}

#[component]
fn Ask(people: Vec<About>, one: PersonId) -> impl IntoView {
    let again: Again<AskRequest> = ssr::again();
    let form = again.form.clone().unwrap_or_default();
    let kind = if form.kind.is_empty() {
        ssr::query("kind").unwrap_or_default()
    } else {
        form.kind
    };
    let has_children = people.len() > 1;
    let kinds: Vec<RequestKind> = [
        RequestKind::Rectification,
        RequestKind::Erasure,
        RequestKind::Restriction,
        RequestKind::Access,
        RequestKind::Portability,
        RequestKind::EducationRecord,
        RequestKind::Complaint,
        RequestKind::Question,
    ]
    .into_iter()
    .filter(|kind| has_children || *kind != RequestKind::EducationRecord)
    .collect();
    let whom = people
        .iter()
        .map(|about| (about.id.to_string(), whose(about, one)))
        .collect::<Vec<_>>();
    let about = if form.about.is_empty() {
        ssr::query("about").unwrap_or_else(|| one.to_string())
    } else {
        form.about
    };
    // From beside a field that is wrong.
    let text = match ssr::query("field") {
        Some(field) if form.text.is_empty() => format!("{field} is wrong. It should be "),
        _ => form.text,
    };
    view! {
        <Spread
            id="ask"
            title="Ask for something"
            note="The school answers within 48 hours and does it within a month".to_owned()
        >
            <form class="form" method="post" action="/my-data">
                <WhatIsWrong again=again.clone() />
                {if has_children {
                    view! { <SelectField id="about" label="About whom?" options=whom selected=about /> }
                        .into_any()
                } else {
                    view! { <input type="hidden" name="about" value=one.to_string() /> }.into_any()
                }}
                <SelectField
                    id="kind"
                    label="What do you want?"
                    error=again.error("kind")
                    options=wishes(&kinds)
                    selected=kind
                />
                <TextArea
                    id="text"
                    label="What is it about?"
                    hint=Some("In your own words. May be left empty where it is clear".to_owned())
                    error=again.error("text")
                    value=text
                    rows=4
                />
                <div class="cluster">
                    <Button kind=ButtonKind::Main>"Send"</Button>
                </div>
            </form>
            <p class="cluster above">
                <ButtonLink href="/my-data/objections">"Say no to a use instead"</ButtonLink>
            </p>
        </Spread>
    }
    .into_any()
}
