//! The list of people and the form that adds one. Their forms are answered by
//! `server/src/routes/people.rs`.

use domain::access;
use domain::people::{self, Search};
use domain::schools::policy::{self, Action};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::params::ParamsMap;
use vocab::people::{NewPerson, PeoplePage, PersonSummary, Role, SigningIn};

use crate::error::AppError;
use crate::page::{
    Credentials, Done, Page, PageMade, WhatIsWrong, left_out_words, load, made_anew, made_later,
};
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, ButtonLink, Chip, Closed, Column, Confirm, Empty, IconName, InputKind,
    Notice, PageHead, Pager, Restricted, SelectField, Table, TextField, Tone, choose_from,
};

pub(crate) use super::person::PersonRoute;

/// `/people`.
#[component]
pub(crate) fn PeopleRoute() -> impl IntoView {
    let query = ssr::query("q").unwrap_or_default();
    let role = ssr::query("role").and_then(|word| word.parse::<Role>().ok());
    let is_waiting = ssr::query("waiting").is_some();
    let page = ssr::query("page")
        .and_then(|number| number.parse().ok())
        .unwrap_or(1);
    load(
        async move {
            let actor = ssr::actor()?;
            let search = Search {
                query: &query,
                role,
                is_waiting,
                page,
            };
            let page = people::list(ssr::db().read(), &actor, &search).await?;
            Ok::<_, AppError>((actor, page))
        },
        |(actor, page)| {
            let may_add = policy::allows(actor.roles, Action::ManagePeople);
            let may_import = policy::allows(actor.roles, Action::ImportRoster);
            view! {
                <Title text=format!("People - {}", actor.school_name) />
                <Page actor current="/people">
                    <PageHead title="People" dateline=found_words(&page)>
                        {may_add
                            .then(|| {
                                view! {
                                    <ButtonLink href="/people/new" icon=IconName::Plus>
                                        "Add a person"
                                    </ButtonLink>
                                }
                            })}
                        {may_import
                            .then(|| {
                                view! {
                                    <ButtonLink href="/people/import" icon=IconName::Import>
                                        "Import"
                                    </ButtonLink>
                                }
                            })}
                    </PageHead>
                    <Done />
                    <WhatIsWrong again={ssr::again::<()>()} />
                    <Credentials />
                    <InvitationLinks />
                    <Filters query=page.query.clone() role=page.role is_waiting=page.is_waiting />
                    {may_add.then(|| view! { <LetThemIn page=page.clone() /> })}
                    <Found page />
                </Page>
            }
        },
    )
}

fn found_words(page: &PeoplePage) -> String {
    let people = match page.total {
        1 => "1 person".to_owned(),
        many => format!("{many} people"),
    };
    if page.query.is_empty() && page.role.is_none() && !page.is_waiting {
        people
    } else {
        format!("{people} found")
    }
}

#[component]
fn Filters(query: String, role: Option<Role>, is_waiting: bool) -> impl IntoView {
    let everybody = (String::new(), "Everybody".to_owned());
    let roles = std::iter::once(everybody).chain(role_options()).collect();
    view! {
        <form class="filters" method="get" action="/people" role="search">
            <TextField id="q" label="Name or username" value=query kind=InputKind::Search />
            <SelectField id="role" label="Role" options=roles selected=role.map(|role| role.to_string()).unwrap_or_default() />
            <label class="check">
                <input type="checkbox" name="waiting" checked=is_waiting />
                "Only who cannot sign in yet"
            </label>
            <Button icon=IconName::Search>"Find"</Button>
        </form>
    }
}

/// Lets many in at once, where the list shows those of one role who wait. It stays where an
/// answer may have been lost, also when nobody waits any more.
#[component]
fn LetThemIn(page: PeoplePage) -> impl IntoView {
    let is_needed = page.total > 0 || ssr::carried_on().is_some();
    let Some(role) = page.role.filter(|_| page.is_waiting && is_needed) else {
        return ().into_any();
    };
    if role == Role::Student {
        return view! {
            <Confirm
                summary="Make passwords for these students"
                message="For up to 100 who have none yet, by name; not for accounts that the roster has closed. You see them once: print the page. Do it again for the next 100."
                action="/people/passwords"
                button="Make passwords"
            >
                <PageMade />
            </Confirm>
        }
        .into_any();
    }
    view! {
        <Confirm
            summary="Make invitation links for these people"
            message="For up to 100 who have no open link yet, by name; not for accounts that the roster has closed. You see them once: print the page or send each link on. Do it again for the next 100."
            action=format!("/people/invitations/{role}")
            button="Make links"
        >
            <PageMade />
        </Confirm>
    }
    .into_any()
}

/// Invitation links that were just made for many.
#[component]
fn InvitationLinks() -> impl IntoView {
    let Some(ssr::Posted::Invitations(handout)) = use_context::<ssr::Posted>() else {
        return ().into_any();
    };
    let (anew, later) = (handout.made_anew, handout.made_later);
    let elsewhere = (later > 0).then(|| view! { <p>{made_later("links", later)}</p> });
    let left_out = left_out_words(handout.closed).map(|words| view! { <p>{words}</p> });
    if handout.made.is_empty() {
        let words = match handout.closed {
            0 => "Everybody here has a link that can still be used, or can sign in already.",
            _ => "Everybody else here has a link that can still be used, or can sign in already.",
        };
        let nobody = (later == 0).then(|| view! { <p>{words}</p> });
        return view! { <Notice>{nobody} {elsewhere} {left_out}</Notice> }.into_any();
    }
    let rows = handout
        .made
        .into_iter()
        .map(|made| {
            view! {
                <tr>
                    <th scope="row">{made.name}</th>
                    <td data-label="Link">
                        <code class="handover">{made.link}</code>
                    </td>
                    <td data-label="By mail">{if made.is_mailed { "Sent to them too" } else { "No: hand it on" }}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <Notice tone=Tone::Ok title="Invitation links".to_owned()>
            <p>"Some go by mail too, to adults whose address is known; hand on the others yourself. You see them only this once, and each works once, for two weeks."</p>
            {(anew > 0).then(|| view! { <p>{made_anew("links", anew)}</p> })}
            {elsewhere}
            {left_out}
        </Notice>
        <Table
            caption="Invitation links"
            hide_caption=true
            head=vec![Column::text("Name"), Column::text("Link"), Column::text("By mail")]
        >
            {rows}
        </Table>
    }
    .into_any()
}

fn role_options() -> impl Iterator<Item = (String, String)> {
    Role::IN_A_SCHOOL
        .into_iter()
        .map(|role| (role.to_string(), role.label().to_owned()))
}

#[component]
fn Found(page: PeoplePage) -> impl IntoView {
    if page.people.is_empty() {
        let is_whole_school = page.query.is_empty() && page.role.is_none() && !page.is_waiting;
        let (title, words) = if page.is_waiting && page.query.is_empty() {
            ("Nobody waits", "Everybody here can sign in.")
        } else if is_whole_school {
            (
                "Nobody here yet",
                "Add people one by one, or import the school's roster.",
            )
        } else {
            ("Nobody found", "Try fewer letters, or choose Everybody.")
        };
        return view! {
            <Empty icon=IconName::People title=title alone=true>
                <p class="muted">{words}</p>
                {(!is_whole_school).then(|| view! { <ButtonLink href="/people">"Show everybody"</ButtonLink> })}
            </Empty>
        }
        .into_any();
    }
    let pages = pages(&page);
    let rows = page
        .people
        .into_iter()
        .map(|person| view! { <PersonRow person /> })
        .collect_view();
    view! {
        <Table
            caption="People"
            hide_caption=true
            head=vec![
                Column::text("Name"),
                Column::text("Roles"),
                Column::text("Year"),
                Column::text("Username"),
                Column::text("Signing in"),
            ]
        >
            {rows}
        </Table>
        {pages}
    }
    .into_any()
}

#[component]
fn PersonRow(person: PersonSummary) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">
                <a href=format!("/people/{}", person.id)>{person.name}</a>
            </th>
            <td data-label="Roles">{person.roles.words()}</td>
            <td data-label="Year">{person.year_group.unwrap_or_default()}</td>
            <td data-label="Username">{person.username.unwrap_or_default()}</td>
            <td data-label="Signing in">
                <WayIn has_ended=person.has_ended signing_in=person.signing_in />
                {person.is_restricted.then(|| view! { <Restricted /> })}
            </td>
        </tr>
    }
}

/// Whether somebody can sign in, as shape and word.
#[component]
pub(super) fn WayIn(
    /// They have left the school.
    has_ended: bool,
    /// What they can do where they have not.
    signing_in: SigningIn,
) -> impl IntoView {
    let (tone, icon, words) = match (has_ended, signing_in) {
        (true, _) => (Tone::Plain, IconName::Lock, "Has left"),
        (false, SigningIn::Yes) => (Tone::Ok, IconName::TickCircle, "Can sign in"),
        (false, SigningIn::NotYet) => (Tone::Plain, IconName::Circle, "Not yet"),
        (false, SigningIn::Closed) => return view! { <Closed /> }.into_any(),
    };
    view! {
        <Chip tone icon=Some(icon)>
            {words}
        </Chip>
    }
    .into_any()
}

/// The way through the pages of a search that finds many.
fn pages(page: &PeoplePage) -> impl IntoView + use<> {
    let number = page.page;
    (page.pages > 1).then(|| {
        view! {
            <Pager
                label="Pages of people"
                words=format!("Page {number} of {}", page.pages)
                before={(number > 1).then(|| address(page, number - 1))}
                after={(number < page.pages).then(|| address(page, number + 1))}
            />
        }
    })
}

/// The address of a page of the same search.
fn address(page: &PeoplePage, number: u64) -> String {
    let role = page.role.map_or("", Role::as_str);
    let search: ParamsMap = [
        ("q", page.query.clone()),
        ("role", role.to_owned()),
        ("page", number.to_string()),
    ]
    .into_iter()
    .chain(page.is_waiting.then(|| ("waiting", "on".to_owned())))
    .collect();
    format!("/people{}", search.to_query_string())
}

/// `/people/new`.
#[component]
pub(crate) fn NewPersonRoute() -> impl IntoView {
    load(
        async move {
            let actor = ssr::actor()?;
            access::school(&actor, Action::ManagePeople)?;
            Ok::<_, AppError>(actor)
        },
        |actor| {
            let again: Again<NewPerson> = ssr::again();
            view! {
                <Title text=format!("Add a person - {}", actor.school_name) />
                <Page actor current="/people">
                    <PageHead title="Add a person" crumbs=vec![("/people".to_owned(), "People".to_owned())] />
                    <form class="form" method="post" action="/people/new" novalidate>
                        <WhatIsWrong again=again.clone() />
                        <PersonFields again />
                        <div class="cluster">
                            <Button kind=ButtonKind::Main>"Add this person"</Button>
                            <ButtonLink href="/people" kind=ButtonKind::Quiet>
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
fn PersonFields(again: Again<NewPerson>) -> impl IntoView {
    let form = again.form.clone().unwrap_or_default();
    let roles = choose_from(role_options());
    let hint = |words: &str| Some(words.to_owned());
    view! {
        <div class="form-pair">
            <TextField id="given_name" label="Given name" error=again.error("given_name") value=form.given_name autocomplete="off" />
            <TextField id="family_name" label="Family name" error=again.error("family_name") value=form.family_name autocomplete="off" />
        </div>
        <SelectField id="role" label="Role" error=again.error("role") options=roles selected=form.role />
        <TextField
            id="year_group"
            label="Year group"
            hint=hint("Students only. Such as 10")
            error=again.error("year_group")
            value=form.year_group
            input_class="input-short"
        />
        <TextField
            id="email"
            label="E-mail address"
            hint=hint("May be left empty: students need none. Used only to tell them what the school has to say, never for anything else")
            error=again.error("email")
            value=form.email
            kind=InputKind::Email
            autocomplete="off"
        />
        <TextField
            id="username"
            label="Username"
            hint=hint("May be left empty: one is made from the name")
            error=again.error("username")
            value=form.username
            autocomplete="off"
        />
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_keeps_the_search() {
        let page = PeoplePage {
            query: "O'Brien & Söhne".to_owned(),
            role: Some(Role::Student),
            is_waiting: false,
            people: Vec::new(),
            total: 60,
            page: 1,
            pages: 2,
        };
        assert_eq!(
            address(&page, page.page + 1),
            "/people?q=O%27Brien%20%26%20S%C3%B6hne&role=student&page=2"
        );
    }
}
