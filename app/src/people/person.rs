//! One person's page: who they are, their family and classrooms, their way in,
//! and what the office does with it. Secrets that were just made are shown once.

use domain::people;
use domain::schools::policy::{self, Action};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};
use vocab::ids::PersonId;
use vocab::people::{PersonDetail, Role, Roles, SigningIn};

use super::pages::WayIn;
use super::roles::RolesOf;
use crate::error::AppError;
use crate::page::{Credentials, Done, Page, WhatIsWrong, load};
use crate::routes::id_in_path;
use crate::ssr::{self, Again, Posted};
use crate::ui::{
    Button, ButtonKind, ButtonLink, CollectErased, Confirm, Erased, IconName, Notice, PageHead,
    Spread, TextField, Tone,
};

/// Who is to look after a student.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct GuardianForm {
    /// The guardian's username.
    pub guardian: String,
}

/// Whom a guardian is to look after.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct ChildForm {
    /// The student's username.
    pub child: String,
}

/// `/people/:id`.
#[component]
pub(crate) fn PersonRoute() -> impl IntoView {
    let id = id_in_path::<PersonId>();
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let person = people::find(db.read(), &actor, id?, now).await?;
            Ok::<_, AppError>((actor, person))
        },
        |(actor, person)| {
            let may_manage = policy::allows(actor.roles, Action::ManagePeople);
            let is_oneself = actor.person == person.summary.id;
            let again: Again<GuardianForm> = ssr::again();
            view! {
                <Title text=format!("{} - {}", person.summary.name, actor.school_name) />
                <Page actor current="/people">
                    <PageHead
                        title=person.summary.name.clone()
                        dateline=what_they_are(&person)
                        crumbs=vec![("/people".to_owned(), "People".to_owned())]
                    >
                        {(may_manage && !person.summary.has_ended)
                            .then(|| view! { <ButtonLink href=format!("/people/{}/edit", person.summary.id)>"Edit"</ButtonLink> })}
                    </PageHead>
                    <Done />
                    <WhatIsWrong again=again.clone() />
                    <Credentials />
                    <InvitationLink />
                    {person.summary.is_restricted.then(|| view! { <IsRestricted /> })}
                    {(person.summary.signing_in == SigningIn::Closed).then(|| view! { <IsClosed /> })}
                    <Details person=person.clone() may_manage />
                    <Family person=person.clone() again may_manage />
                    <Classrooms person=person.clone() />
                    {(may_manage && !person.summary.has_ended)
                        .then(|| view! { <RolesOf person=person.clone() is_oneself /> })}
                    {may_manage.then(|| view! { <Acts person is_oneself /> })}
                </Page>
            }
        },
    )
}

/// Their roles; of a leaver those that ended as they left, and when that was.
fn what_they_are(person: &PersonDetail) -> String {
    match &person.left {
        None => person.summary.roles.words(),
        Some(left) if left.roles == Roles::default() => format!("Until {}", left.at.words),
        Some(left) => format!("{} until {}", left.roles.words(), left.at.words),
    }
}

/// What a restriction means for whoever reads the page.
#[component]
fn IsRestricted() -> impl IntoView {
    view! {
        <Notice tone=Tone::Warn icon=Some(IconName::Lock) title="Restricted".to_owned()>
            <p>
                "What the school has about this person is kept, and nothing else is done with it. The data protection lead knows more."
            </p>
        </Notice>
    }
    .erased()
}

/// What a closed account means, and what opens it.
#[component]
fn IsClosed() -> impl IntoView {
    view! {
        <Notice tone=Tone::Warn icon=Some(IconName::Lock) title="Closed by the roster".to_owned()>
            <p>
                "The roster has closed this account: nobody signs in with it, and no link or password is made for it. The next import that has it enabled opens it."
            </p>
        </Notice>
    }
    .erased()
}

/// An invitation link that was just made.
#[component]
fn InvitationLink() -> impl IntoView {
    let Some(Posted::Invitation(made)) = use_context::<Posted>() else {
        return ().into_any();
    };
    let way = if made.is_mailed {
        "It goes to them by mail as well."
    } else {
        "It is not mailed: hand it on yourself."
    };
    view! {
        <Notice tone=Tone::Ok icon=Some(IconName::Link) title=format!("An invitation link for {}", made.name)>
            <p>{format!("{way} You see it only this once. It works once, and the link before it works no more.")}</p>
            <code class="handover">{made.link}</code>
        </Notice>
    }
    .into_any()
}

#[component]
fn Details(person: PersonDetail, may_manage: bool) -> impl IntoView {
    let id = person.summary.id;
    let is_arranged_for = may_manage && person.summary.roles.has(Role::Student);
    let facts = [
        ("Given name", Some(person.given_name.clone())),
        ("Family name", Some(person.family_name.clone())),
        ("Year group", person.summary.year_group.clone()),
        ("E-mail", person.email.clone()),
        ("Username", person.summary.username.clone()),
        (
            "Invited until",
            person.invited_until.clone().map(|until| until.words),
        ),
        (
            "Comes from",
            Some(match person.from_import {
                Some(_) => "A roster import, which keeps this up to date".to_owned(),
                None => person.source.label().to_owned(),
            }),
        ),
    ];
    let facts = facts
        .into_iter()
        .filter_map(|(label, value)| value.map(|value| view! { <dt>{label}</dt> <dd>{value}</dd> }))
        .collect_erased();
    view! {
        <Spread id="details" title="Details">
            <dl class="facts">
                {facts} <dt>"Signing in"</dt> <dd>
                    <WayIn has_ended=person.summary.has_ended signing_in=person.summary.signing_in />
                </dd>
            </dl>
            <p class="cluster above">
                {is_arranged_for
                    .then(|| view! { <ButtonLink href=format!("/arrangements/{id}")>"Access arrangements"</ButtonLink> })}
                <ButtonLink href=format!("/school/privacy/new?of={id}") kind=ButtonKind::Quiet>
                    "Write down what they ask about privacy"
                </ButtonLink>
            </p>
        </Spread>
    }
    .erased()
}

#[component]
fn Family(person: PersonDetail, again: Again<GuardianForm>, may_manage: bool) -> impl IntoView {
    let is_student = person.summary.roles.has(Role::Student);
    let takes_guardians = is_student && may_manage && !person.summary.has_ended;
    let is_guardian = person.summary.roles.has(Role::Guardian);
    let takes_children =
        (is_guardian || person.summary.roles.is_staff()) && may_manage && !person.summary.has_ended;
    if person.family.is_empty() && !is_student && !is_guardian && !takes_children {
        return ().into_any();
    }
    let nobody = person
        .family
        .is_empty()
        .then(|| view! { <p class="muted">"Nobody yet."</p> });
    let rows = person
        .family
        .iter()
        .map(|tie| {
            let word = if tie.is_guardian { "Guardian" } else { "Child" };
            let name = tie.name.clone();
            let action = format!("/people/{}/family/{}/end", person.summary.id, tie.person);
            let end = may_manage.then(|| {
                view! {
                    <Confirm
                        summary="End tie"
                        about=format!(" to {name}")
                        message=format!("The tie to {name} ends: the guardian sees nothing of the student any more, from the next click on.")
                        action
                        button="End this tie"
                        danger=true
                    />
                }
            });
            view! {
                <li class="row row-tight">
                    <div>
                        <a class="row-title" href=format!("/people/{}", tie.person)>
                            {tie.name.clone()}
                        </a>
                        <div class="row-meta">{word}</div>
                    </div>
                    {end}
                </li>
            }
        })
        .collect_erased();
    let rows =
        (!person.family.is_empty()).then(|| view! { <ul class="rows" role="list">{rows}</ul> });
    let path = format!("/people/{}", person.summary.id);
    let child: Again<ChildForm> = ssr::again();
    view! {
        <Spread id="family" title="Family">
            <div class="stack">
                {nobody} {rows}
                {takes_guardians
                    .then(|| {
                        let field = ByUsername {
                            id: "guardian",
                            label: "Add a guardian",
                            look_up: ("/people?role=guardian", "Look up guardians"),
                        };
                        let typed = again.form.clone().unwrap_or_default().guardian;
                        view! { <AddRelative action=format!("{path}/guardians") field typed error=again.error("guardian") /> }
                    })}
                {takes_children
                    .then(|| {
                        let field = ByUsername {
                            id: "child",
                            label: "Add a child",
                            look_up: ("/people?role=student", "Look up students"),
                        };
                        let typed = child.form.clone().unwrap_or_default().child;
                        view! { <AddRelative action=format!("{path}/children") field typed error=child.error("child") /> }
                    })}
            </div>
        </Spread>
    }
    .into_any()
}

/// A field that takes the username of somebody of the school.
struct ByUsername {
    id: &'static str,
    label: &'static str,
    /// Where usernames are found, and its words.
    look_up: (&'static str, &'static str),
}

#[component]
fn AddRelative(
    action: String,
    field: ByUsername,
    typed: String,
    error: Option<String>,
) -> impl IntoView {
    let (href, words) = field.look_up;
    view! {
        <form class="form" method="post" action=action>
            <TextField
                id=field.id
                label=field.label
                hint=Some("Their username, as the list of people shows it".to_owned())
                error
                value=typed
                autocomplete="off"
            />
            <div class="cluster">
                <Button icon=IconName::Plus>{field.label}</Button>
                <ButtonLink href=href kind=ButtonKind::Quiet>
                    {words}
                </ButtonLink>
            </div>
        </form>
    }
    .erased()
}

#[component]
fn Classrooms(person: PersonDetail) -> impl IntoView {
    if person.classrooms.is_empty() {
        return ().into_any();
    }
    let rows = person
        .classrooms
        .into_iter()
        .map(|(id, name, role)| {
            let of_room = format!(" in {name}");
            view! {
                <li class="row row-tight">
                    <div>
                        <a class="row-title" href=format!("/classrooms/{id}")>
                            {name}
                        </a>
                        <div class="row-meta">{capital(&role)}</div>
                    </div>
                    <div class="row-end">
                        <a class="btn btn-quiet" href=format!("/classrooms/{id}/photos")>
                            "May be photographed" <span class="hush">{of_room}</span>
                        </a>
                    </div>
                </li>
            }
        })
        .collect_erased();
    view! {
        <Spread id="classrooms" title="Classes">
            <ul class="rows" role="list">{rows}</ul>
        </Spread>
    }
    .into_any()
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

/// What the office may do with a person.
#[component]
fn Acts(person: PersonDetail, is_oneself: bool) -> impl IntoView {
    let name = person.summary.name.clone();
    let path = format!("/people/{}", person.summary.id);
    if person.summary.has_ended {
        return view! {
            <Spread id="acts" title="Has left">
                <form class="stack" method="post" action=format!("{path}/restore")>
                    <p>{format!("{name} has left the school. Their work and marks are kept.")}</p>
                    <Button icon=IconName::Undo>"Bring them back"</Button>
                </form>
            </Spread>
        }
        .into_any();
    }
    // Passwords are handed out to those who are students and nothing else.
    let is_student_only = person.summary.roles == Roles::default().with(Role::Student);
    let has_a_role = person.summary.roles != Roles::default();
    let is_closed = person.summary.signing_in == SigningIn::Closed;
    view! {
        {(has_a_role && !is_closed).then(|| view! { <WayInActs name=name.clone() path=path.clone() is_student_only /> })}
        {(!is_oneself)
            .then(|| {
                view! {
                    <Spread id="end" title="Leaving">
                        <Confirm
                            summary="End their time here"
                            about=format!(": {name}")
                            message=format!("{name} leaves the school: no more signing in, no more classes. Their work and marks are kept, and you can bring them back.")
                            action=format!("{path}/end")
                            button=format!("End {name}'s time here")
                            danger=true
                        />
                    </Spread>
                }
            })}
    }
    .into_any()
}

#[component]
fn WayInActs(name: String, path: String, is_student_only: bool) -> impl IntoView {
    view! {
        <Spread id="way-in" title="Way in" note={"With a link they choose their own username and password".to_owned()}>
            <div class="stack">
                <form method="post" action=format!("{path}/invite")>
                    <Button kind=ButtonKind::Main icon=IconName::Link>
                        "Make an invitation link"
                    </Button>
                </form>
                {is_student_only
                    .then(|| {
                        view! {
                            <Confirm
                                summary="New password"
                                message=format!("{name} gets a new password, which you see once. Their old one and any link stop working, and they are signed out everywhere.")
                                action=format!("{path}/password")
                                button="Make a new password"
                            />
                        }
                    })}
            </div>
        </Spread>
    }
    .erased()
}
