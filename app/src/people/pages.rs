//! The list of people and the form that adds one. Their forms are answered by
//! `server/src/routes/people.rs`.

use domain::people::{self, Search};
use domain::schools::policy::{self, Action};
use domain::{Actor, access};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::params::ParamsMap;
use vocab::people::{NewPerson, PeoplePage, PersonSummary, Role, SigningIn, Standing};

use super::handout::{HandedOut, InvitationLinks, LetThemIn, handed_out, not_come};
use crate::error::AppError;
use crate::page::{Credentials, Done, Page, WhatIsWrong, load};
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, ButtonLink, Chip, Closed, CollectErased, Column, Empty, Erased, IconName,
    InputKind, PageHead, Pager, Restricted, SelectField, Table, TextField, Tone, choose_from,
};

pub(crate) use super::person::PersonRoute;

/// `/people`.
#[component]
pub(crate) fn PeopleRoute() -> impl IntoView {
    let query = ssr::query("q").unwrap_or_default();
    let role = ssr::query("role").and_then(|word| word.parse::<Role>().ok());
    let standing = ssr::query("state").and_then(|word| word.parse::<Standing>().ok());
    let page = ssr::query("page")
        .and_then(|number| number.parse().ok())
        .unwrap_or(1);
    load(
        async move {
            let actor = ssr::actor()?;
            let search = Search {
                query: &query,
                role,
                standing: standing.map(|standing| (standing, ssr::now())),
                page,
            };
            let page = people::list(ssr::db().read(), &actor, &search).await?;
            Ok::<_, AppError>((actor, page))
        },
        |(actor, page)| match handed_out() {
            Some(handed) => view! { <HandedOut actor page handed /> }.into_any(),
            None => view! { <Listed actor page /> }.into_any(),
        },
    )
}

/// The list with its search.
#[component]
fn Listed(actor: Actor, page: PeoplePage) -> impl IntoView {
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
            <Filters query=page.query.clone() role=page.role standing=page.standing />
            {may_add.then(|| view! { <LetThemIn page=page.clone() /> })}
            <Found page />
        </Page>
    }
    .erased()
}

fn found_words(page: &PeoplePage) -> String {
    let people = people_words(page.total);
    if is_whole_school(page) {
        people
    } else {
        format!("{people} found")
    }
}

/// How many people.
pub(crate) fn people_words(many: u64) -> String {
    match many {
        1 => "1 person".to_owned(),
        many => format!("{many} people"),
    }
}

/// Whether nothing narrows the list.
fn is_whole_school(page: &PeoplePage) -> bool {
    page.query.is_empty() && page.role.is_none() && page.standing.is_none()
}

#[component]
fn Filters(query: String, role: Option<Role>, standing: Option<Standing>) -> impl IntoView {
    let everybody = (String::new(), "Everybody".to_owned());
    let standings = Standing::ALL
        .iter()
        .map(|standing| (standing.to_string(), standing.label().to_owned()));
    let standings = std::iter::once(everybody.clone())
        .chain(standings)
        .collect();
    let roles = std::iter::once(everybody).chain(role_options()).collect();
    view! {
        <form class="filters" method="get" action="/people" role="search">
            <TextField id="q" label="Name or username" value=query kind=InputKind::Search />
            <SelectField id="role" label="Role" options=roles selected=role.map(|role| role.to_string()).unwrap_or_default() />
            <SelectField
                id="state"
                label="Signing in"
                options=standings
                selected=standing.map(|standing| standing.to_string()).unwrap_or_default()
            />
            <Button icon=IconName::Search>"Find"</Button>
        </form>
    }
    .erased()
}

fn role_options() -> impl Iterator<Item = (String, String)> {
    Role::IN_A_SCHOOL
        .into_iter()
        .map(|role| (role.to_string(), role.label().to_owned()))
}

#[component]
fn Found(page: PeoplePage) -> impl IntoView {
    if page.people.is_empty() {
        return view! { <Nobody page /> }.into_any();
    }
    let pages = pages(&page);
    let rows = page
        .people
        .into_iter()
        .map(|person| view! { <PersonRow person /> })
        .collect_erased();
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

/// Where nobody is found: why, and where to go on.
#[component]
fn Nobody(page: PeoplePage) -> impl IntoView {
    let (title, words) = match (page.standing, page.query.is_empty()) {
        (Some(Standing::Waiting), true) => ("Nobody waits", "Everybody here can sign in."),
        (Some(Standing::NoLink), true) => (
            "Nobody is without",
            "Everybody here has a password, or a link with which to make one.",
        ),
        (Some(Standing::NotCome), true) => (
            "Nobody has one unused",
            "Everybody who was handed a link or password in the last two weeks has come in.",
        ),
        (Some(Standing::Left), true) => ("Nobody has left", "Whoever leaves is listed here."),
        (None, true) if page.role.is_none() => (
            "Nobody here yet",
            "Add people one by one, or import the school's roster.",
        ),
        _ => ("Nobody found", "Try fewer letters, or choose Everybody."),
    };
    let on = match page.standing {
        Some(Standing::Waiting | Standing::NoLink) => {
            Some((not_come(page.role), "Who has not used theirs yet"))
        }
        _ if is_whole_school(&page) => None,
        _ => Some(("/people".to_owned(), "Show everybody")),
    };
    view! {
        <Empty icon=IconName::People title=title alone=true>
            <p class="muted">{words}</p>
            {on.map(|(href, label)| view! { <ButtonLink href=href>{label}</ButtonLink> })}
        </Empty>
    }
    .erased()
}

#[component]
fn PersonRow(person: PersonSummary) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">
                <a href=format!("/people/{}", person.id)>{person.name}</a>
            </th>
            <td data-label="Roles">{person.roles.words()}</td>
            <td data-label="Year">{person.year_group}</td>
            <td data-label="Username">{person.username}</td>
            <td data-label="Signing in">
                <WayIn has_ended=person.has_ended signing_in=person.signing_in />
                {person.is_restricted.then(|| view! { <Restricted /> })}
            </td>
        </tr>
    }
    .erased()
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
pub(super) fn address(page: &PeoplePage, number: u64) -> String {
    let role = page.role.map_or("", Role::as_str);
    let state = page
        .standing
        .map(|standing| ("state", standing.to_string()));
    let search: ParamsMap = [
        ("q", page.query.clone()),
        ("role", role.to_owned()),
        ("page", number.to_string()),
    ]
    .into_iter()
    .chain(state)
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
    .erased()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_keeps_the_search() {
        let page = PeoplePage {
            query: "O'Brien & Söhne".to_owned(),
            role: Some(Role::Student),
            standing: None,
            people: Vec::new(),
            total: 60,
            page: 1,
            pages: 2,
        };
        assert_eq!(
            address(&page, page.page + 1),
            "/people?q=O%27Brien%20%26%20S%C3%B6hne&role=student&page=2"
        );
        let left = PeoplePage {
            query: String::new(),
            standing: Some(Standing::Left),
            ..page
        };
        assert_eq!(
            address(&left, 3),
            "/people?q=&role=student&page=3&state=left"
        );
    }
}
