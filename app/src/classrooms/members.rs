//! The page of who is in a classroom. Its forms are answered by
//! `server/src/routes/classrooms.rs`.

use domain::access;
use domain::classrooms::{self, policy::Action};
use leptos::prelude::*;
use vocab::classrooms::{Candidate, ClassroomRole, Member, MemberForm, MembersPage};
use vocab::ids::{ClassroomId, PersonId};

use super::pages::ClassroomFrame;
use crate::assignments::ArrangedLink;
use crate::error::AppError;
use crate::page::{Credentials, PageMade, WhatIsWrong, load};
use crate::routes::id_in_path;
use crate::ssr;
use crate::ui::{
    Avatar, Button, ButtonLink, Closed, CollectErased, Confirm, Erased, IconName, InputKind, Pager,
    Restricted, Spread, TextField, initials_of,
};

/// `/classrooms/:id/people`.
#[component]
pub(crate) fn MembersRoute() -> impl IntoView {
    let id = id_in_path::<ClassroomId>();
    // A form that was refused says what it was found with.
    let sent = ssr::again::<MemberForm>().form;
    let query = sent.map(|form| form.q).or_else(|| ssr::query("q"));
    let query = query.unwrap_or_default();
    let number = ssr::query("page")
        .and_then(|number| number.parse().ok())
        .unwrap_or(1);
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let classroom = access::classroom(db.read(), &actor, id?, Action::SeeMembers).await?;
            let asked = (query.as_str(), number);
            let page = classrooms::members(db.read(), &actor, &classroom, asked, now).await?;
            Ok::<_, AppError>((actor, page))
        },
        |(actor, page)| {
            let may = |action| {
                classrooms::policy::allows(page.head.standing, action)
                    && page.head.archived.is_none()
            };
            let (may_manage, sees_photos) = (may(Action::ManageMembers), may(Action::SeePhotos));
            let me = actor.person;
            view! {
                <ClassroomFrame actor head=page.head.clone() tab="/people">
                    <WhatIsWrong again={ssr::again::<()>()} />
                    <Credentials />
                    <Members page me may_manage sees_photos />
                </ClassroomFrame>
            }
        },
    )
}

#[component]
fn Members(page: MembersPage, me: PersonId, may_manage: bool, sees_photos: bool) -> impl IntoView {
    let path = format!("/classrooms/{}", page.head.id);
    let pages = pages(&page, &path);
    let (teachers, students): (Vec<_>, Vec<_>) = page
        .members
        .into_iter()
        .partition(|member| member.role == ClassroomRole::Teacher);
    let count = page.students;
    // Those of another page are not nobody.
    let names_teachers = page.teachers == 0 || !teachers.is_empty();
    let names_students = count == 0 || !students.is_empty();
    let (of_students, passwords, add) = (path.clone(), format!("{path}/passwords"), path.clone());
    let photos = sees_photos.then(|| {
        view! {
            <div class="cluster">
                <ButtonLink href=format!("{path}/photos")>"May be photographed"</ButtonLink>
            </div>
        }
    });
    view! {
        {names_teachers
            .then(|| {
                view! {
                    <Spread id="teachers" title="Teachers">
                        <MemberRows members=teachers path me may_manage />
                    </Spread>
                }
            })}
        <Spread id="students" title="Students" note=format!("{count} in this classroom")>
            <div class="stack">
                {photos}
                {names_students.then(|| view! { <MemberRows members=students path=of_students me may_manage /> })}
                {pages}
                {may_manage
                    .then(|| {
                        view! {
                            <Confirm
                                summary="Passwords for students who have none"
                                message="Each of them gets a new password. A link that one of them holds stops working, and whoever is signed in by badge is signed out: what they wrote on a tablet is kept. You see the list once, to print or to read out."
                                action=passwords
                                button="Make passwords"
                            >
                                <PageMade />
                            </Confirm>
                        }
                    })}
            </div>
        </Spread>
        {may_manage.then(|| view! { <AddMember path=add query=page.query found=page.found has_more=page.has_more_found /> })}
    }
    .erased()
}

/// The way through the pages of a large classroom.
fn pages(page: &MembersPage, path: &str) -> impl IntoView + use<> {
    let number = page.page;
    let to = |number: u64| format!("{path}/people?page={number}");
    (page.pages > 1).then(|| {
        view! {
            <Pager
                label="Pages of people"
                words=format!("Page {number} of {}", page.pages)
                before={(number > 1).then(|| to(number - 1))}
                after={(number < page.pages).then(|| to(number + 1))}
            />
        }
    })
}

#[component]
fn MemberRows(members: Vec<Member>, path: String, me: PersonId, may_manage: bool) -> impl IntoView {
    if members.is_empty() {
        return view! { <p class="muted">"Nobody yet."</p> }.into_any();
    }
    let rows = members
        .into_iter()
        .map(|member| {
            let name = member.name.clone();
            let action = format!("{path}/members/{}/end", member.enrolment);
            let is_student = member.role == ClassroomRole::Student;
            let (message, button) = ending(&name, member.person == me);
            let password = (may_manage && is_student && !member.is_closed).then(|| {
                view! {
                    <Confirm
                        summary="New password"
                        message=format!("For when {name} forgot theirs. You see the new one once; the old one and any link stop working, and {name} is signed out everywhere.")
                        action=format!("{path}/passwords/{}", member.person)
                        button="Make a new password"
                    />
                }
            });
            view! {
                <li class="row row-lead">
                    <Avatar initials=initials_of(&member.name) />
                    <div>
                        <span class="row-title">{member.name}</span>
                        {member.username.map(|username| view! { <div class="row-meta">{username}</div> })}
                    </div>
                    <div class="row-end">
                        {member.is_restricted.then(|| view! { <Restricted /> })}
                        {member.is_closed.then(|| view! { <Closed /> })}
                        {member.arranged.map(|arranged| view! { <ArrangedLink arranged /> })}
                        {password}
                        {may_manage
                            .then(|| {
                                view! {
                                    <Confirm
                                        summary="End place"
                                        about=format!(" of {name}")
                                        message=message
                                        action=action
                                        button=button
                                    />
                                }
                            })}
                    </div>
                </li>
            }
        })
        .collect_erased();
    view! { <ul class="rows" role="list">{rows}</ul> }.into_any()
}

/// What is said before a place ends, and the button that ends it.
fn ending(name: &str, is_own: bool) -> (String, String) {
    if is_own {
        let message = "You leave this classroom. All work and marks in it are kept.";
        return (message.to_owned(), "End your place".to_owned());
    }
    (
        format!("{name} leaves this classroom. Their work and marks are kept."),
        format!("End {name}'s place"),
    )
}

#[component]
fn AddMember(path: String, query: String, found: Vec<Candidate>, has_more: bool) -> impl IntoView {
    let error = ssr::again::<MemberForm>().error("person");
    let nobody = (!query.is_empty() && found.is_empty()).then(|| {
        view! { <p class="muted">"Nobody in this school is called that, or they are in this classroom already."</p> }
    });
    let more = has_more.then(|| {
        let words = format!(
            "More than {} people are called that. Type more of the name.",
            found.len()
        );
        view! { <p class="muted">{words}</p> }
    });
    let no_name =
        (query.trim().is_empty() && ssr::query("q").is_some()).then(|| "Type a name".to_owned());
    let action = format!("{path}/members");
    let rows = (!found.is_empty()).then(|| {
        let rows = found
            .into_iter()
            .map(|candidate| {
                let (action, query) = (action.clone(), query.clone());
                view! { <CandidateRow candidate action query /> }
            })
            .collect_erased();
        view! { <ul class="rows" role="list">{rows}</ul> }
    });
    // Who was found stands far down: the page that answers begins there.
    view! {
        <Spread id="add" title="Add somebody">
            <div class="stack">
                <form class="filters" method="get" action=format!("{path}/people#add")>
                    <TextField id="q" label="Name" value=query error=no_name kind=InputKind::Search />
                    <Button icon=IconName::Search>"Find"</Button>
                </form>
                {error.map(|words| view! { <p class="field-error" id="person" tabindex="-1">{words}</p> })}
                {nobody}
                {rows}
                {more}
            </div>
        </Spread>
    }
    .erased()
}

/// Somebody who was found, with the one place that fits them.
#[component]
fn CandidateRow(candidate: Candidate, action: String, query: String) -> impl IntoView {
    let about = candidate.about();
    let whom = format!(" {}", candidate.name);
    view! {
        <li class="row">
            <div>
                <span class="row-title">{candidate.name}</span>
                <div class="row-meta">{about}</div>
            </div>
            <form class="row-end" method="post" action=action>
                <input type="hidden" name="q" value=query />
                <input type="hidden" name="person" value=candidate.person.to_string() />
                <input type="hidden" name="role" value=candidate.role.to_string() />
                <Button>
                    "Add" <span class="hush">{whom}</span>
                </Button>
            </form>
        </li>
    }
    .erased()
}
