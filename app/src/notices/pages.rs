//! `/privacy`, `/privacy/cookies` and `/privacy/retention`: all of it made from the data
//! map and the register of cookies.

use domain::notice::{self, Activity, Recipient, who_receives};
use domain::retention::{self, ToldLine};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::error::AppError;
use crate::page::{load, theme_word};
use crate::ssr;
use crate::ui::{ButtonLink, CollectErased, Column, Door, Erased, PageHead, Tab, Table, Tabs};
use crate::visitors::{ChoicePart, public_pages};

/// For whom the notice is worded.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    Adult,
    Student,
    Child,
}

/// `/privacy`.
#[component]
pub(crate) fn PrivacyNoticeRoute() -> impl IntoView {
    let reader = match ssr::query("for").as_deref() {
        Some("child") => Reader::Child,
        Some("student") => Reader::Student,
        _ => Reader::Adult,
    };
    let tab = |label: &str, href: &str, of: Reader| Tab {
        href: href.to_owned(),
        label: label.to_owned(),
        current: of == reader,
        count: None,
    };
    let tabs = vec![
        tab("For adults", "/privacy", Reader::Adult),
        tab("For students", "/privacy?for=student", Reader::Student),
        tab("For children", "/privacy?for=child", Reader::Child),
    ];
    let lede = match reader {
        Reader::Adult => {
            "What is kept, why, on what basis and for how long. This page is made from the list of everything the platform stores, so it is complete. The school decides about its data and is the controller; whoever runs the platform does what the school says, as its processor."
        }
        Reader::Student => {
            "This is what your school keeps about you here, why, and for how long. You can see all of it under My data, and ask for anything wrong to be put right."
        }
        Reader::Child => {
            "Your school keeps some things about you here. This page says which. If you want to know more, ask your teacher or somebody at home."
        }
    };
    load(
        async move {
            let school = ssr::maybe_actor().map(|actor| actor.school);
            notice::recipients(ssr::db().read(), school, ssr::now())
                .await
                .map_err(ssr::unavailable)
        },
        move |recipients| view! { <PrivacyNotice reader lede tabs recipients /> },
    )
}

#[component]
fn PrivacyNotice(
    reader: Reader,
    lede: &'static str,
    tabs: Vec<Tab>,
    recipients: Vec<Recipient>,
) -> impl IntoView {
    let activities = notice::activities()
        .into_iter()
        .map(|activity| {
            let who = who_receives(&recipients, &activity.categories);
            view! { <ActivityPart activity reader who /> }
        })
        .collect_erased();
    view! {
        <Title text="Privacy - Classimize" />
        <Door theme=theme_word() back="/privacy">
            <div class="door-wide stack">
            <PageHead title="Privacy" lede={lede.to_owned()} />
            <Tabs label="Who is reading" items=tabs />
            {(reader != Reader::Child).then(|| view! { <p class="muted">{domain::policies::INDEPENDENT_SCHOOLS}</p> })}
            {activities}
            <section aria-labelledby="rights-h">
                <h2 id="rights-h">{if reader == Reader::Child { "You may ask" } else { "Your rights" }}</h2>
                <p>
                    {match reader {
                        Reader::Child => "You may see everything. You may say when something is wrong. Nobody minds.",
                        _ => {
                            "You can see everything, take it with you, have it corrected, limited or erased, and object. The school answers within 48 hours and does it within a month. You can complain to the school, and to the Information Commissioner's Office (ico.org.uk, 0303 123 1113)."
                        }
                    }}
                </p>
                <p class="cluster">
                    <ButtonLink href="/my-data">"My data"</ButtonLink>
                    <ButtonLink href="/contact">"Write to the school"</ButtonLink>
                </p>
            </section>
            <section aria-labelledby="more-h">
                <h2 id="more-h">"More"</h2>
                <ul class="rows" role="list">
                    <li class="row">
                        <a class="row-title" href="/privacy/retention">
                            "How long everything is kept"
                        </a>
                    </li>
                    <li class="row">
                        <a class="row-title" href="/privacy/cookies">
                            "What is kept in your browser"
                        </a>
                    </li>
                    <li class="row">
                        <a class="row-title" href="/privacy/providers">
                            "Who works for this platform"
                        </a>
                    </li>
                    <li class="row">
                        <a class="row-title" href="/trust">
                            "Every promise, and how it is kept"
                        </a>
                    </li>
                    <li class="row">
                        <a class="row-title" href="/privacy/history">
                            "What changed in this notice, and when"
                        </a>
                    </li>
                    <li class="row">
                        <a class="row-title" href="/privacy/record.csv" download="">
                            "Record of processing (CSV)"
                        </a>
                    </li>
                    <li class="row">
                        <a class="row-title" href="/privacy/record-30-1.csv" download="">
                            "Its part as controller (Article 30(1), CSV)"
                        </a>
                    </li>
                    <li class="row">
                        <a class="row-title" href="/privacy/record-30-2.csv" download="">
                            "Its part as processor for schools (Article 30(2), CSV)"
                        </a>
                    </li>
                    <li class="row">
                        <a class="row-title" href="/privacy/record.jsonld" download="">
                            "Record of processing (JSON-LD)"
                        </a>
                    </li>
                </ul>
                <p>{where_it_stands()}</p>
                <p class="muted">
                    {who_learns_of_a_visit()}
                    " "
                    {ssr::head().entity.sentence()}
                </p>
            </section>
            </div>
        </Door>
    }
    .erased()
}

/// Where the data lies: on the operator's own servers, and where these stand.
fn where_it_stands() -> String {
    let region = public_pages().data_region.map_or_else(
        || "Ask them where that server stands.".to_owned(),
        |region| format!("That server stands here: {region}."),
    );
    format!(
        "Everything is kept on the server of whoever runs this platform, with its files. No page loads anything from anywhere else. {region}"
    )
}

/// Nothing is sold; analytics and advertising as the operator has set them up.
fn who_learns_of_a_visit() -> String {
    let parties = public_pages().third_parties;
    let names: Vec<&str> = parties.iter().map(|party| party.name.as_str()).collect();
    if names.is_empty() {
        return "Nothing is sold, and there is no advertising and no analytics.".to_owned();
    }
    format!(
        "Nothing is sold. {} learns of a visit to the public pages, only after the visitor said yes; the pages of a school never use it.",
        names.join(" and ")
    )
}

#[component]
fn ActivityPart(activity: Activity, reader: Reader, who: String) -> impl IntoView {
    let title = if reader == Reader::Child {
        activity.purpose.words_for_children()
    } else {
        activity.purpose.words()
    };
    let facts = (reader != Reader::Child).then(|| {
        view! {
            <dt>"Who decides"</dt>
            <dd>{activity.responsible.words()}</dd>
            <dt>"About whom"</dt>
            <dd>{activity.subjects.join(", ")}</dd>
            <dt>"What allows it"</dt>
            <dd>{activity.bases.join("; ")}</dd>
            <dt>"Who receives it"</dt>
            <dd>{who}</dd>
            <dt>"How long"</dt>
            <dd>{activity.periods_in_words.join("; ")}</dd>
        }
    });
    view! {
        <section>
            <h2>{title}</h2>
            <dl class="facts">
                <dt>{if reader == Reader::Child { "We keep" } else { "What is kept" }}</dt>
                <dd>
                    {if reader == Reader::Child {
                        activity.categories_for_children.join(". ")
                    } else {
                        activity.categories.join("; ")
                    }}
                </dd>
                {facts}
            </dl>
        </section>
    }
    .erased()
}

/// `/privacy/cookies`.
#[component]
pub(crate) fn CookiesRoute() -> impl IntoView {
    let rows = notice::STORAGE
        .iter()
        .map(|item| {
            view! {
                <tr>
                    <th scope="row">
                        <code>{item.name}</code>
                    </th>
                    <td data-label="What for">{item.purpose}</td>
                    <td data-label="How long">{item.lifetime}</td>
                    <td data-label="Why without asking">{item.exception.words()}</td>
                </tr>
            }
        })
        .collect_erased();
    view! {
        <Title text="Cookies - Classimize" />
        <Door theme=theme_word() back="/privacy/cookies">
            <div class="door-wide stack">
            <PageHead
                title="What is kept in your browser"
                crumbs=vec![("/privacy".to_owned(), "Privacy".to_owned())]
                lede={"Only this is needed, and it follows nobody. Anything else would be asked for first.".to_owned()}
            />
            <Table
                caption="Cookies"
                hide_caption=true
                head=vec![
                    Column::text("Name"),
                    Column::text("What for"),
                    Column::text("How long"),
                    Column::text("Why without asking"),
                ]
            >
                {rows}
            </Table>
            <ChoicePart />
            </div>
        </Door>
    }
    .erased()
}

/// `/privacy/retention`.
#[component]
pub(crate) fn RetentionRoute() -> impl IntoView {
    load(
        async move {
            let actor = ssr::maybe_actor();
            let lines = retention::told(ssr::db().read(), actor.as_ref())
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor.map(|actor| actor.school_name), lines))
        },
        |(school, lines)| view! { <Schedule school lines /> },
    )
}

#[component]
fn Schedule(school: Option<String>, lines: Vec<ToldLine>) -> impl IntoView {
    let is_own = school.is_some();
    let lede = match school {
        Some(school) => format!("As it holds at {school}."),
        None => "As it is built in. A school may choose another period within the bounds; sign in to read what holds at yours.".to_owned(),
    };
    let rows = lines
        .into_iter()
        .map(|line| {
            let chosen = if line.is_chosen {
                ", chosen by the school"
            } else {
                ""
            };
            view! {
                <tr>
                    <th scope="row">{line.what}</th>
                    <td data-label="Whose">{line.whose}</td>
                    <td data-label="How long">{format!("{}{chosen}", line.period)}</td>
                    {(!is_own)
                        .then(|| {
                            view! {
                                <td data-label="A school may choose">
                                    {line.bounds.unwrap_or_else(|| "nothing else".to_owned())}
                                </td>
                            }
                        })}
                    <td data-label="Rule">
                        <code>{line.code}</code>
                    </td>
                </tr>
            }
        })
        .collect_erased();
    let mut head = vec![
        Column::text("What"),
        Column::text("Whose"),
        Column::text("How long"),
    ];
    if !is_own {
        head.push(Column::text("A school may choose"));
    }
    head.push(Column::text("Rule"));
    view! {
        <Title text="How long - Classimize" />
        <Door theme=theme_word() back="/privacy/retention">
            <div class="door-wide stack">
            <PageHead
                title="How long everything is kept"
                crumbs=vec![("/privacy".to_owned(), "Privacy".to_owned())]
                lede
            />
            <Table
                caption="Retention schedule"
                hide_caption=true
                head
            >
                {rows}
            </Table>
            </div>
        </Door>
    }
    .erased()
}
