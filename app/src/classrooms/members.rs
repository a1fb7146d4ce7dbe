//! The page of who is in a classroom. Its forms are answered by
//! `server/src/routes/classrooms.rs`.

use domain::access;
use domain::classrooms::{self, policy::Action};
use leptos::prelude::*;
use vocab::classrooms::{ClassroomRole, Member, MemberForm, MembersPage};
use vocab::ids::{ClassroomId, PersonId};

use super::pages::ClassroomFrame;
use crate::assignments::ArrangedLink;
use crate::error::AppError;
use crate::page::{Credentials, PageMade, WhatIsWrong, load};
use crate::routes::id_in_path;
use crate::ssr::{self, Again};
use crate::ui::{
    Avatar, Button, ButtonKind, ButtonLink, Closed, Confirm, IconName, InputKind, Pager,
    Restricted, SelectField, Spread, TextField, initials_of,
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
                                message="Each of them gets a new password. You see the list once, to print or to read out."
                                action=passwords
                                button="Make passwords"
                            >
                                <PageMade />
                            </Confirm>
                        }
                    })}
            </div>
        </Spread>
        {may_manage.then(|| view! { <AddMember path=add query=page.query found=page.found /> })}
    }
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
                        message=format!("For when {name} forgot theirs. You see the new one once; the old one stops working, and {name} is signed out everywhere.")
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
        .collect_view();
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
fn AddMember(path: String, query: String, found: Vec<(PersonId, String)>) -> impl IntoView {
    let again: Again<MemberForm> = ssr::again();
    let error = again.error("person");
    let (person, role) = again
        .form
        .map(|form| (form.person.to_string(), form.role.to_string()))
        .unwrap_or_default();
    let is_searching = !query.is_empty();
    let options: Vec<(String, String)> = found
        .into_iter()
        .map(|(id, name)| (id.to_string(), name))
        .collect();
    let roles = vec![
        ("student".to_owned(), "Student".to_owned()),
        ("teacher".to_owned(), "Teacher".to_owned()),
    ];
    view! {
        <Spread id="add" title="Add somebody">
            <div class="stack">
                <form class="cluster" method="get" action=format!("{path}/people")>
                    <TextField id="q" label="Name or username" value=query.clone() kind=InputKind::Search />
                    <Button icon=IconName::Search>"Find"</Button>
                </form>
                {if options.is_empty() {
                    view! {
                        {error.map(|words| view! { <p class="field-error" id="person">{words}</p> })}
                        {is_searching
                            .then(|| view! { <p class="muted">"Nobody in this school is called that, or they are in this classroom already."</p> })}
                    }
                        .into_any()
                } else {
                    view! {
                        <form class="form" method="post" action=format!("{path}/members")>
                            <input type="hidden" name="q" value=query />
                            <SelectField id="person" label="Person" error options selected=person />
                            <SelectField id="role" label="Place" options=roles selected=role />
                            <div class="cluster">
                                <Button kind=ButtonKind::Main>"Add"</Button>
                            </div>
                        </form>
                    }
                        .into_any()
                }}
            </div>
        </Spread>
    }
}
