//! The list of classrooms: those in use, and apart from them those that are archived.

use domain::classrooms::{self, Search};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::params::ParamsMap;
use vocab::classrooms::{ClassroomSummary, ClassroomsPage};

use crate::error::AppError;
use crate::page::{Done, Page, load};
use crate::ssr;
use crate::ui::{
    Button, ButtonLink, Chip, CollectErased, Empty, Erased, IconName, InputKind, PageHead, Pager,
    Spread, TextField, Tone,
};

/// `/classrooms`.
#[component]
pub(crate) fn ClassroomsRoute() -> impl IntoView {
    let query = ssr::query("q").unwrap_or_default();
    let is_archived = ssr::query("archived").is_some();
    let page = ssr::query("page")
        .and_then(|number| number.parse().ok())
        .unwrap_or(1);
    load(
        async move {
            let actor = ssr::actor()?;
            let search = Search {
                query: &query,
                is_archived,
                page,
            };
            let page = classrooms::list(ssr::db().read(), &actor, &search).await?;
            Ok::<_, AppError>((actor, page))
        },
        |(actor, page)| {
            let may_make = domain::schools::policy::allows(
                actor.roles,
                domain::schools::policy::Action::MakeClassroom,
            );
            let (title, crumbs) = if page.is_archived {
                let classes = ("/classrooms".to_owned(), "Classes".to_owned());
                ("Archived classrooms", vec![classes])
            } else {
                ("Classes", Vec::new())
            };
            view! {
                <Title text=format!("{title} - {}", actor.school_name) />
                <Page actor current="/classrooms">
                    <PageHead title=title dateline=found_words(&page) crumbs=crumbs>
                        {may_make
                            .then(|| {
                                view! {
                                    <ButtonLink href="/classrooms/new" icon=IconName::Plus>
                                        "New classroom"
                                    </ButtonLink>
                                }
                            })}
                    </PageHead>
                    <Done />
                    {is_searched(&page).then(|| view! { <Filters query=page.query.clone() is_archived=page.is_archived /> })}
                    <Found page />
                </Page>
            }
        },
    )
}

/// Where one page names them all, there is nothing to search.
fn is_searched(page: &ClassroomsPage) -> bool {
    page.pages > 1 || !page.query.is_empty()
}

fn found_words(page: &ClassroomsPage) -> Option<String> {
    let classrooms = match page.total {
        1 => "1 classroom".to_owned(),
        many => format!("{many} classrooms"),
    };
    if page.query.is_empty() {
        (page.pages > 1).then_some(classrooms)
    } else {
        Some(format!("{classrooms} found"))
    }
}

#[component]
fn Filters(query: String, is_archived: bool) -> impl IntoView {
    view! {
        <form class="filters" method="get" action="/classrooms" role="search">
            <TextField id="q" label="Name or subject" value=query kind=InputKind::Search />
            <label class="check">
                <input type="checkbox" name="archived" checked=is_archived />
                "Only archived ones"
            </label>
            <Button icon=IconName::Search>"Find"</Button>
        </form>
    }
    .erased()
}

#[component]
fn Found(page: ClassroomsPage) -> impl IntoView {
    let pages = pages(&page);
    let href = address(&page.query, true, 1);
    let words = format!("Archived classrooms ({})", page.archived);
    let archived = (page.archived > 0).then(|| {
        view! {
            <p class="above">
                <ButtonLink href icon=IconName::Lock>{words}</ButtonLink>
            </p>
        }
    });
    if page.classrooms.is_empty() && !page.query.is_empty() {
        return view! {
            <Empty icon=IconName::Classes title="No classroom found" alone=true>
                <p class="muted">"Try fewer letters."</p>
                <ButtonLink href=address("", page.is_archived, 1)>"Show all"</ButtonLink>
            </Empty>
            {archived}
        }
        .into_any();
    }
    view! {
        <Spread id="classrooms" title="Classrooms">
            <ClassroomRows classrooms=page.classrooms />
        </Spread>
        {pages}
        {archived}
    }
    .into_any()
}

/// The way through the pages of a long list.
fn pages(page: &ClassroomsPage) -> impl IntoView + use<> {
    let number = page.page;
    let to = |number| address(&page.query, page.is_archived, number);
    (page.pages > 1).then(|| {
        view! {
            <Pager
                label="Pages of classrooms"
                words=format!("Page {number} of {}", page.pages)
                before={(number > 1).then(|| to(number - 1))}
                after={(number < page.pages).then(|| to(number + 1))}
            />
        }
    })
}

/// The address of a page of such a list.
fn address(query: &str, is_archived: bool, number: u64) -> String {
    let search: ParamsMap = (!query.is_empty())
        .then(|| ("q", query.to_owned()))
        .into_iter()
        .chain(is_archived.then(|| ("archived", "on".to_owned())))
        .chain((number > 1).then(|| ("page", number.to_string())))
        .collect();
    format!("/classrooms{}", search.to_query_string())
}

/// Classrooms one below the other; a word of comfort if there are none.
#[component]
pub(crate) fn ClassroomRows(
    /// By name.
    classrooms: Vec<ClassroomSummary>,
    /// A way to set work beside each: for whoever teaches in all of them.
    #[prop(optional)]
    sets_work: bool,
) -> impl IntoView {
    if classrooms.is_empty() {
        return view! {
            <Empty icon=IconName::Classes title="No classrooms yet">
                <p class="muted">"They appear here as soon as you have a place in one."</p>
            </Empty>
        }
        .into_any();
    }
    let rows = classrooms
        .into_iter()
        .map(|classroom| {
            let meta = meta_line(&classroom);
            let name = classroom.name.clone();
            let is_archived = classroom.archived.is_some();
            view! {
                <li class="row">
                    <div>
                        <a class="row-title" href=format!("/classrooms/{}", classroom.id)>
                            {classroom.name}
                        </a>
                        <div class="row-meta">{meta}</div>
                    </div>
                    <div class="row-end">
                        {(classroom.to_mark > 0)
                            .then(|| {
                                view! {
                                    <Chip tone=Tone::Info icon=Some(IconName::Marking)>
                                        {format!("{} to mark", classroom.to_mark)}
                                    </Chip>
                                }
                            })}
                        {is_archived
                            .then(|| {
                                view! {
                                    <Chip icon=Some(IconName::Lock)>"Archived"</Chip>
                                }
                            })}
                        {(sets_work && !is_archived)
                            .then(|| {
                                view! {
                                    <a class="btn" href=format!("/classrooms/{}/assignments/new", classroom.id)>
                                        "Set work"
                                        <span class="hush">{format!(": {name}")}</span>
                                    </a>
                                }
                            })}
                    </div>
                </li>
            }
        })
        .collect_erased();
    view! { <ul class="rows" role="list">{rows}</ul> }.into_any()
}

fn meta_line(classroom: &ClassroomSummary) -> String {
    let year = classroom
        .year_group
        .as_ref()
        .map(|year| format!("Year {year}"));
    let students = match classroom.students {
        1 => "1 student".to_owned(),
        many => format!("{many} students"),
    };
    let teachers = (!classroom.teachers.is_empty()).then(|| classroom.teachers.clone());
    // A guardian looks first whose class it is.
    let whose = (!classroom.children.is_empty()).then(|| classroom.children.join(", "));
    let subject = classroom.subject.clone();
    // Others of its name may be archived as well, or in use.
    let archived = classroom.archived.as_ref();
    let archived = archived.map(|day| format!("Archived on {day}"));
    [whose, subject, year, teachers, Some(students), archived]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(". ")
}
