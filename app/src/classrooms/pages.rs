//! The pages of a classroom. Their forms are answered by
//! `server/src/routes/classrooms.rs`.

use domain::classrooms::{self, policy::Action};
use domain::{Actor, access};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::assignments::{AssignmentSummary, ChildState, Stage, WorkCounts};
use vocab::classrooms::{ClassroomForm, ClassroomHead, ClassroomPage, Standing, Unfinished};
use vocab::ids::ClassroomId;
use vocab::people::Role;

use crate::assignments::{StageChip, StateChip};
use crate::error::AppError;
use crate::page::{Done, FieldsNotice, Page, WhatIsWrong, load};
use crate::routes::id_in_path;
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, ButtonLink, Chip, CollectErased, Confirm, Empty, Erased, IconName, Notice,
    PageHead, Spread, Tab, Tabs, TextField, Tone,
};

/// `/classrooms/new`.
#[component]
pub(crate) fn NewClassroomRoute() -> impl IntoView {
    load(
        async move {
            let actor = ssr::actor()?;
            access::school(&actor, domain::schools::policy::Action::MakeClassroom)?;
            Ok::<_, AppError>(actor)
        },
        |actor| {
            let again: Again<ClassroomForm> = ssr::again();
            view! {
                <Title text="New classroom" />
                <Page actor current="/classrooms">
                    <PageHead title="New classroom" crumbs=vec![("/classrooms".to_owned(), "Classes".to_owned())] />
                    <form class="form" method="post" action="/classrooms/new">
                        <WhatIsWrong again=again.clone() />
                        <ClassroomFields form=again.form.clone().unwrap_or_default() again />
                        <div class="cluster">
                            <Button kind=ButtonKind::Main>"Make the classroom"</Button>
                            <ButtonLink href="/classrooms" kind=ButtonKind::Quiet>
                                "Cancel"
                            </ButtonLink>
                        </div>
                    </form>
                </Page>
            }
        },
    )
}

#[component]
fn ClassroomFields(form: ClassroomForm, again: Again<ClassroomForm>) -> impl IntoView {
    view! {
        <TextField id="name" label="Name" hint=Some("Such as 10Ma2".to_owned()) error=again.error("name") value=form.name />
        <TextField id="subject" label="Subject" error=again.error("subject") value=form.subject />
        <TextField id="year_group" label="Year group" hint=Some("Such as 10".to_owned()) error=again.error("year_group") value=form.year_group />
    }
    .erased()
}

/// Head, tabs and archive notice of a classroom's pages.
#[component]
pub(crate) fn ClassroomFrame(
    actor: Actor,
    head: ClassroomHead,
    /// The last part of the tab's address.
    tab: &'static str,
    #[prop(optional)] dateline: Option<String>,
    children: Children,
) -> impl IntoView {
    let path = format!("/classrooms/{}", head.id);
    let item = |label: &str, part: &str| Tab {
        href: format!("{path}{part}"),
        label: label.to_owned(),
        current: part == tab,
        count: None,
    };
    let mut tabs = vec![item("Work", "")];
    if classrooms::policy::allows(head.standing, Action::SeeMembers) {
        tabs.push(item("People", "/people"));
    }
    if classrooms::policy::allows(head.standing, Action::Rename) {
        tabs.push(item("Consents", "/consents"));
        tabs.push(item("Settings", "/settings"));
    }
    if classrooms::policy::allows(head.standing, Action::GiveBadges) && head.archived.is_none() {
        tabs.push(item("Badges", "/badges"));
    }
    // A guardian has one part alone, and nothing to choose.
    let tabs = (tabs.len() > 1).then_some(tabs);
    let sets_work =
        classrooms::policy::allows(head.standing, Action::SetWork) && head.archived.is_none();
    view! {
        <Title text=format!("{} - {}", head.name, actor.school_name) />
        <Page actor current="/classrooms">
            <PageHead
                title=head.name.clone()
                dateline=dateline
                crumbs=vec![("/classrooms".to_owned(), "Classes".to_owned())]
            >
                {(sets_work && tab.is_empty())
                    .then(|| {
                        view! {
                            <ButtonLink href=format!("{path}/assignments/new") kind=ButtonKind::Main icon=IconName::Plus>
                                "Set work"
                            </ButtonLink>
                        }
                    })}
            </PageHead>
            {tabs.map(|items| view! { <Tabs label=head.name.clone() items /> })}
            <Done />
            <ArchivedNotice classroom=head />
            {children()}
        </Page>
    }
    .erased()
}

/// That a classroom is archived, on its pages and on those of its work; nothing where it is in
/// use.
#[component]
pub(crate) fn ArchivedNotice(
    /// Which.
    classroom: ClassroomHead,
) -> impl IntoView {
    let ClassroomHead {
        id,
        standing,
        archived,
        ..
    } = classroom;
    let settings = format!("/classrooms/{id}/settings");
    let leads_there =
        classrooms::policy::allows(standing, Action::Archive) && ssr::path() != settings;
    archived.map(|at| {
        let back = leads_there.then(|| {
            view! {
                <p>
                    <a href=settings>"Bring it back to change something"</a>
                </p>
            }
        });
        view! {
            <Notice title="This classroom is archived".to_owned()>
                <p>{format!("Since {}. Everything in it can still be read.", at.words)}</p>
                {back}
            </Notice>
        }
    })
}

/// `/classrooms/:id`: the stream.
#[component]
pub(crate) fn ClassroomRoute() -> impl IntoView {
    let id = id_in_path::<ClassroomId>();
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let classroom = access::classroom(db.read(), &actor, id?, Action::See).await?;
            let page = classrooms::page(db.read(), &actor, &classroom, now).await?;
            Ok::<_, AppError>((actor, page))
        },
        |(actor, page)| {
            let dateline = stream_dateline(&page);
            view! {
                <ClassroomFrame actor head=page.head.clone() tab="" dateline>
                    <Stream page />
                </ClassroomFrame>
            }
        },
    )
}

fn stream_dateline(page: &ClassroomPage) -> String {
    let year = page
        .head
        .year_group
        .as_ref()
        .map(|year| format!("Year {year}"));
    let students = match page.students {
        1 => "1 student".to_owned(),
        many => format!("{many} students"),
    };
    [
        page.head.subject.clone(),
        year,
        Some(page.teachers.join(", ")).filter(|names| !names.is_empty()),
        Some(students),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(". ")
}

#[component]
fn Stream(page: ClassroomPage) -> impl IntoView {
    if page.work.is_empty() {
        let words = match page.head.standing {
            Standing::Teacher => "Press Set work to begin. You can save it as a draft first.",
            _ => "Work that is set for this classroom appears here.",
        };
        return view! {
            <Empty icon=IconName::Work title="No work yet" alone=true>
                <p class="muted">{words}</p>
            </Empty>
        }
        .into_any();
    }
    let (waiting, out): (Vec<_>, Vec<_>) = page
        .work
        .into_iter()
        .partition(|work| matches!(work.stage, Stage::Draft | Stage::Scheduled));
    view! {
        {(!waiting.is_empty())
            .then(|| {
                view! {
                    <Spread id="waiting" title="Not out yet" note="Only its teachers see it".to_owned()>
                        <WorkRows work=waiting />
                    </Spread>
                }
            })}
        <Spread id="work" title="Work">
            <WorkRows work=out />
        </Spread>
    }
    .into_any()
}

#[component]
fn WorkRows(work: Vec<AssignmentSummary>) -> impl IntoView {
    let rows = work
        .into_iter()
        .map(|work| {
            let meta = match (&work.goes_out, &work.due, work.stage) {
                (Some(at), _, Stage::Scheduled) => format!("Goes out {}", at.words),
                (_, Some(due), _) if work.was_due => format!("Was due {}", due.words),
                (_, Some(due), _) => format!("Due {}", due.words),
                (_, None, _) => "No due date".to_owned(),
            };
            // Of what nobody sees yet nothing can be handed in.
            let is_out = matches!(work.stage, Stage::Published | Stage::Closed);
            let counts = work.counts.filter(|_| is_out).map(counts_words);
            view! {
                <li class="row">
                    <div>
                        <a class="row-title" href=format!("/assignments/{}", work.id)>
                            {work.title}
                        </a>
                        <div class="row-meta">{meta} {counts.map(|counts| format!(". {counts}"))}</div>
                    </div>
                    <div class="row-end">
                        {match (work.mine, work.counts) {
                            (Some(state), _) => view! { <StateChip state /> }.into_any(),
                            (None, Some(counts)) if counts.to_mark > 0 => {
                                view! {
                                    <Chip tone=Tone::Info icon=Some(IconName::Marking)>
                                        {format!("{} to mark", counts.to_mark)}
                                    </Chip>
                                }
                                    .into_any()
                            }
                            _ if !work.children.is_empty() => {
                                view! { <ChildStates states=work.children /> }.into_any()
                            }
                            _ => view! { <StageChip stage=work.stage /> }.into_any(),
                        }}
                    </div>
                </li>
            }
        })
        .collect_erased();
    view! { <ul class="rows" role="list">{rows}</ul> }
}

/// Where a guardian's children stand: each by name where there are several.
#[component]
fn ChildStates(states: Vec<ChildState>) -> impl IntoView {
    let is_named = states.len() > 1;
    states
        .into_iter()
        .map(|ChildState { name, state }| {
            view! {
                <span class="cluster gap-2">
                    {is_named.then(|| view! { <span>{name}</span> })}
                    <StateChip state />
                </span>
            }
        })
        .collect_erased()
}

fn counts_words(counts: WorkCounts) -> String {
    format!("{} of {} handed in", counts.handed_in, counts.students)
}

/// `/classrooms/:id/settings`.
#[component]
pub(crate) fn ClassroomSettingsRoute() -> impl IntoView {
    let id = id_in_path::<ClassroomId>();
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let classroom = access::classroom(db.read(), &actor, id?, Action::Archive).await?;
            let head = classrooms::head(&classroom, &actor, now);
            let unfinished = classrooms::unfinished(db.read(), &classroom).await?;
            let note = (actor.is(Role::SchoolAdmin) && classrooms::is_of_roster(&classroom))
                .then(|| "The next roster import may change it back".to_owned());
            Ok::<_, AppError>((
                actor,
                head,
                (classrooms::form(&classroom), note),
                unfinished,
            ))
        },
        |(actor, head, (stored, note), unfinished)| {
            view! {
                <ClassroomFrame actor head=head.clone() tab="/settings">
                    <Settings head stored unfinished note />
                </ClassroomFrame>
            }
        },
    )
}

#[component]
fn Settings(
    head: ClassroomHead,
    stored: ClassroomForm,
    unfinished: Unfinished,
    /// Beside the name.
    note: Option<String>,
) -> impl IntoView {
    let path = format!("/classrooms/{}", head.id);
    let again: Again<ClassroomForm> = ssr::again();
    if head.archived.is_some() {
        let typed = again.form.clone();
        return view! {
            <div class="stack">
                <WhatIsWrong again />
                {typed.map(|names| view! { <Names title="What you wrote" names /> })}
                <form method="post" action=format!("{path}/restore")>
                    <Button icon=IconName::Undo>"Bring it back from the archive"</Button>
                </form>
            </div>
        }
        .into_any();
    }
    let form = again.form.clone().unwrap_or_else(|| stored.clone());
    // Whatever is wrong with the form: what somebody else saved is not overwritten unseen.
    let is_changed = !form.seen.is_empty() && form.seen != stored.seen;
    let seen = stored.seen.clone();
    let (rename, archive) = (format!("{path}/settings"), format!("{path}/archive"));
    let mut message = "It leaves everybody's list. All work, marks and feedback stay readable, and you can bring it back.".to_owned();
    if let Some(words) = unfinished.words() {
        message = format!("{message} {words}");
    }
    view! {
        <Spread id="names" title="Name" note>
            <form class="form" method="post" action=rename>
                <WhatIsWrong again=again.clone() />
                {is_changed.then(|| view! { <Names title="The classroom as it is now" names=stored /> })}
                <input type="hidden" name="seen" value=seen />
                <ClassroomFields form again />
                <div class="cluster">
                    <Button kind=ButtonKind::Main>"Save"</Button>
                </div>
            </form>
        </Spread>
        <Spread id="archive" title="Archive" note="For a year or a course that is over".to_owned()>
            <Confirm
                summary="Archive this classroom"
                message
                action=archive
                button="Archive"
                danger=true
            />
        </Spread>
    }
    .into_any()
}

/// What is in the fields of a form, to be read beside another.
#[component]
fn Names(title: &'static str, names: ClassroomForm) -> impl IntoView {
    let fields = vec![
        ("Name", names.name),
        ("Subject", names.subject),
        ("Year group", names.year_group),
    ];
    view! { <FieldsNotice title fields /> }
}
