//! `/home`: what is to do, what waits to be marked, what the children have due,
//! how the school stands, which clocks run. Somebody with several roles sees several parts.

use leptos::prelude::*;
use leptos_meta::Title;
use vocab::home::{AdminHome, Child, HomePage, TeacherHome, ToMark, TodoGroup};
use vocab::ids::PersonId;
use vocab::people::{Role, Standing};

use super::lead::LeadPart;
use super::todo::{GoOn, TodoList, first_to_do, pressing};
use crate::classrooms::ClassroomRows;
use crate::error::AppError;
use crate::navigation::Counts;
use crate::page::{Done, Page, load};
use crate::policies::PolicyBanner;
use crate::rights::AskedFirst;
use crate::sharing::AskedToShare;
use crate::ssr;
use crate::ui::{
    Avatar, ButtonKind, ButtonLink, Card, Chip, CollectErased, Empty, Erased, IconName, Notice,
    PageHead, Spread, Switch, Tab, Tone, initials_of,
};

/// `/home`.
#[component]
pub(crate) fn HomeRoute() -> impl IntoView {
    load(
        async move {
            let actor = ssr::actor()?;
            let length = domain::home::Length::Short(whole_part(actor.person));
            let home = domain::home::page(ssr::db().read(), &actor, length, ssr::now()).await?;
            Ok::<_, AppError>((actor, home))
        },
        |(actor, home)| {
            let title = if home.student.is_some() {
                "To do"
            } else if home.teacher.is_some() {
                "Today"
            } else if home.children.is_some() {
                "Your children"
            } else {
                "Home"
            };
            let is_operator = actor.is(Role::Operator);
            let counts = waiting(&home);
            view! {
                <Title text=format!("{title} - {}", actor.school_name) />
                <Page actor current="/home" counts>
                    <Head title today=home.today choice=home.children.as_deref().and_then(choice) />
                    <Done />
                    <PolicyBanner />
                    {home.is_asked_to_share.then(|| view! { <AskedToShare /> })}
                    {home.is_asked_first.then(|| view! { <AskedFirst /> })}
                    {home.needs_you
                        .then(|| {
                            view! {
                                <Notice tone=Tone::Warn title="Something that you wrote needs you".to_owned()>
                                    <p>
                                        <a href="/needs-you">"See what it is"</a>
                                    </p>
                                </Notice>
                            }
                        })}
                    <GoOn item=home.student.as_ref().and_then(first_to_do).cloned() />
                    {home.student.map(|todo| view! { <TodoList todo whose=None /> })}
                    {home.teacher.map(|teacher| view! { <TeacherPart teacher /> })}
                    {home.children.map(|children| view! { <GuardianPart children_here=children /> })}
                    {home.admin.map(|admin| view! { <AdminPart admin /> })}
                    {home.lead.map(|lead| view! { <LeadPart lead /> })}
                    {is_operator.then(|| view! { <OperatorPart /> })}
                </Page>
            }
        },
    )
}

/// What this page knows of what waits behind the navigation: work that presses, hand-ins
/// without a mark, open requests.
fn waiting(home: &HomePage) -> Counts {
    let work = home.student.as_ref().map(|todo| ("/work", pressing(todo)));
    let marking = home.teacher.as_ref().map(|teacher| {
        let to_mark = teacher.classrooms.iter().map(|room| room.to_mark);
        ("/marking", to_mark.sum::<u64>())
    });
    let requests = home
        .lead
        .as_ref()
        .map(|lead| ("/school/privacy", lead.open as u64));
    [work, marking, requests].into_iter().flatten().collect()
}

/// The part of a list that the address asks for whole: `?all=done` of one's own,
/// `?all={child}-done` of a child's.
fn whole_part(own: PersonId) -> Option<(PersonId, TodoGroup)> {
    let all = ssr::query("all")?;
    match all.rsplit_once('-') {
        Some((child, group)) => Some((child.parse().ok()?, group.parse().ok()?)),
        None => Some((own, all.parse().ok()?)),
    }
}

#[component]
fn TeacherPart(teacher: TeacherHome) -> impl IntoView {
    let is_longer = teacher.to_mark_total > teacher.to_mark.len();
    view! {
        <Spread id="marking" title="Marking" note="Oldest first".to_owned()>
            <MarkingRows to_mark=teacher.to_mark />
            {is_longer
                .then(|| {
                    view! {
                        <ButtonLink href="/marking">
                            {format!("All {} that wait", teacher.to_mark_total)}
                        </ButtonLink>
                    }
                })}
        </Spread>
        <Spread id="classes" title="Classes">
            <ClassroomRows classrooms=teacher.classrooms sets_work=true />
        </Spread>
    }
    .erased()
}

/// Work that waits for its teacher.
#[component]
pub(crate) fn MarkingRows(
    /// Oldest due date first.
    to_mark: Vec<ToMark>,
    /// Stands on the page itself and not in a part of it.
    #[prop(optional)]
    alone: bool,
) -> impl IntoView {
    if to_mark.is_empty() {
        return view! {
            <Empty icon=IconName::TickCircle title="Nothing waits" alone>
                <p class="muted">"Work appears here as soon as somebody hands it in."</p>
            </Empty>
        }
        .into_any();
    }
    let rows = to_mark
        .into_iter()
        .map(|work| {
            let due = work.due.map(|due| format!(". Due {}", due.words));
            view! {
                <li class="row">
                    <div>
                        <a class="row-title" href=format!("/assignments/{}", work.assignment)>
                            {work.title}
                        </a>
                        <div class="row-meta">{work.classroom} {due}</div>
                    </div>
                    <div class="row-end">
                        {(work.to_mark > 0)
                            .then(|| {
                                view! {
                                    <Chip tone=Tone::Info icon=Some(IconName::Marking)>
                                        {format!("{} to mark", work.to_mark)}
                                    </Chip>
                                }
                            })}
                        {(work.to_return > 0)
                            .then(|| {
                                view! {
                                    <Chip tone=Tone::Warn icon=Some(IconName::Returned)>
                                        {format!("{} to return", work.to_return)}
                                    </Chip>
                                }
                            })}
                    </div>
                </li>
            }
        })
        .collect_erased();
    view! { <ul class="rows" role="list">{rows}</ul> }.into_any()
}

#[component]
fn GuardianPart(children_here: Vec<Child>) -> impl IntoView {
    if children_here.is_empty() {
        return view! {
            <Empty icon=IconName::People title="No children yet" alone=true>
                <p class="muted">"The school office links you to your children. Ask them if somebody is missing here."</p>
                <ButtonLink href="/contact">"Write to the school"</ButtonLink>
            </Empty>
        }
        .into_any();
    }
    let chosen = chosen(&children_here);
    let cards = children_here
        .into_iter()
        .filter(|child| chosen.is_none_or(|chosen| chosen == child.person))
        .map(|child| {
            let heading = format!("child-{}", child.person);
            let year = child.year_group.map(|year| format!("Year {year}"));
            view! {
                <Card lead=true labelled_by=heading.clone() class="child">
                    <div class="child-head">
                        <Avatar initials=initials_of(&child.name) />
                        <div>
                            <h2 id=heading>{child.name}</h2>
                            {year.map(|year| view! { <p class="muted">{year}</p> })}
                        </div>
                    </div>
                    <TodoList todo=child.todo whose=Some(child.person) />
                </Card>
            }
        })
        .collect_erased();
    cards.into_any()
}

/// The child that the address names, if it is one of theirs.
fn chosen(children_here: &[Child]) -> Option<PersonId> {
    let named = ssr::query("child").and_then(|id| id.parse().ok());
    named.filter(|id| children_here.iter().any(|child| child.person == *id))
}

/// One child or all of them, where there are several.
fn choice(children_here: &[Child]) -> Option<Vec<Tab>> {
    let chosen = chosen(children_here);
    let all = Tab {
        href: "/home".to_owned(),
        label: "All children".to_owned(),
        current: chosen.is_none(),
        count: None,
    };
    let each = children_here.iter().map(|child| Tab {
        href: format!("/home?child={}", child.person),
        label: child.name.clone(),
        current: chosen == Some(child.person),
        count: None,
    });
    (children_here.len() > 1).then(|| std::iter::once(all).chain(each).collect())
}

/// The head of the page; whoever looks after several children chooses one there.
#[component]
fn Head(title: &'static str, today: String, choice: Option<Vec<Tab>>) -> impl IntoView {
    match choice {
        Some(items) => view! {
            <PageHead title dateline=today>
                <Switch label="Which child" items />
            </PageHead>
        }
        .into_any(),
        None => view! { <PageHead title dateline=today /> }.into_any(),
    }
}

#[component]
fn AdminPart(admin: AdminHome) -> impl IntoView {
    view! {
        {(!admin.is_declared)
            .then(|| {
                view! {
                    <Notice tone=Tone::Warn title="The roster is locked".to_owned()>
                        <p>
                            "Before people can be imported, the school signs its declaration. "
                            <a href="/school/declaration">"Read and sign it"</a>
                        </p>
                    </Notice>
                }
            })}
        {admin
            .declaration_ends
            .map(|end| {
                view! {
                    <Notice tone=Tone::Warn title="Sign the declaration again".to_owned()>
                        <p>
                            {format!("It ends on {}. After that rosters are locked; classes go on. ", end.words)}
                            <a href="/school/declaration">"Read and sign it"</a>
                        </p>
                    </Notice>
                }
            })}
        <dl class="figures">
            <Figure count=admin.students label="students" />
            <Figure count=admin.teachers label="teachers" />
            <Figure count=admin.guardians label="guardians" />
            <Figure count=admin.classrooms label="classrooms" />
        </dl>
        <Spread id="next" title="Next">
            <ul class="rows" role="list">
                <WithoutWayIn count=admin.students_without_way_in role=Role::Student />
                <WithoutWayIn count=admin.teachers_without_way_in role=Role::Teacher />
                <WithoutWayIn count=admin.guardians_without_way_in role=Role::Guardian />
                {admin
                    .last_import
                    .map(|(id, file, at)| {
                        view! {
                            <li class="row">
                                <div>
                                    <a class="row-title" href=format!("/people/import/{id}")>
                                        "Last import"
                                    </a>
                                    <div class="row-meta">{format!("{file}, {}", at.words)}</div>
                                </div>
                            </li>
                        }
                    })}
            </ul>
            <p class="cluster">
                <ButtonLink href="/people/import" icon=IconName::Import kind=ButtonKind::Main>
                    "Import people"
                </ButtonLink>
                <ButtonLink href="/people" icon=IconName::People>
                    "Find somebody"
                </ButtonLink>
                <ButtonLink href="/school/details" icon=IconName::School>
                    "Name and time zone"
                </ButtonLink>
                <ButtonLink href="/school/links" icon=IconName::Link>
                    "Sites outside"
                </ButtonLink>
                <ButtonLink href="/school/devices" icon=IconName::Account>
                    "Devices for badges"
                </ButtonLink>
            </p>
        </Spread>
    }
    .erased()
}

/// Those of a role who have neither a password nor a link, with the way to let them in; nothing
/// where everybody has one.
#[component]
fn WithoutWayIn(count: u64, role: Role) -> impl IntoView {
    if count == 0 {
        return ().into_any();
    }
    let one = role.label().to_lowercase();
    let who = match count {
        1 => format!("1 {one} has no link or password"),
        many => format!("{many} {one}s have no link or password"),
    };
    let how = if role == Role::Student {
        "Make passwords there, or on the People page of each classroom"
    } else {
        "Make invitation links there"
    };
    view! {
        <li class="row">
            <div>
                <a class="row-title" href=format!("/people?role={role}&state={}", Standing::NoLink)>
                    {who}
                </a>
                <div class="row-meta">{how}</div>
            </div>
        </li>
    }
    .into_any()
}

#[component]
fn Figure(count: u64, label: &'static str) -> impl IntoView {
    view! {
        <div>
            <dt>{label}</dt>
            <dd>{count}</dd>
        </div>
    }
    .erased()
}

/// The operator sees which schools there are, and nothing inside them.
#[component]
fn OperatorPart() -> impl IntoView {
    load(
        async move {
            let actor = ssr::actor()?;
            let door = domain::access::school(&actor, domain::schools::policy::Action::SeeSchools)?;
            Ok::<_, AppError>(domain::schools::list_for_operator(ssr::db().read(), &door).await?)
        },
        |schools| {
            let rows = schools
                .into_iter()
                .map(|school| {
                    view! {
                        <li class="row">
                            <span class="row-title">{school.name}</span>
                            <span class="row-end">{school.code}</span>
                        </li>
                    }
                })
                .collect_erased();
            view! {
                <Spread id="schools" title="Schools" note="Their insides are their own".to_owned()>
                    <ul class="rows" role="list">
                        {rows}
                    </ul>
                </Spread>
            }
        },
    )
}
