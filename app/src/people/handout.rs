//! Links and passwords for many: the button that makes them, and the one answer in which they
//! stand, to be printed or handed on. Its form is answered by `server/src/routes/people.rs`.

use domain::Actor;
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::people::{PeoplePage, Role, Standing};

use super::pages::{address, people_words};
use crate::page::{Credentials, Page, PageMade, kept_words, left_out_words, made_anew, made_later};
use crate::ssr::{self, InvitationLink, Posted};
use crate::ui::{
    ButtonLink, CollectErased, Column, Confirm, Erased, Notice, PageHead, Table, Tone,
};

/// What an answer hands out, and to how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Handed {
    title: &'static str,
    many: usize,
}

/// What this answer hands out, if it hands anything out.
pub(super) fn handed_out() -> Option<Handed> {
    let (title, many) = match use_context::<Posted>()? {
        Posted::Credentials(handout) => ("Passwords to hand out", handout.made.len()),
        Posted::Invitations(handout) => ("Links to hand out", handout.made.len()),
        _ => return None,
    };
    (many > 0).then_some(Handed { title, many })
}

/// What is handed out, alone on its page: on paper nothing else belongs to it.
#[component]
pub(super) fn HandedOut(
    /// Who hands it out.
    actor: Actor,
    /// The page of the list that the button stood on.
    page: PeoplePage,
    /// What, and to how many.
    handed: Handed,
) -> impl IntoView {
    let Handed { title, many } = handed;
    let list = address(&page, page.page);
    let crumbs = vec![(list.clone(), "People".to_owned())];
    let is_lost = ssr::carried_on().is_some();
    view! {
        <Title text=format!("{title} - {}", actor.school_name) />
        <Page actor current="/people">
            <PageHead title=title dateline=people_words(many as u64) crumbs=crumbs />
            <Credentials />
            <InvitationLinks />
            {is_lost.then(|| view! { <LetThemIn page /> })}
            <p class="cluster">
                <ButtonLink href=list>"Go on with the list"</ButtonLink>
            </p>
        </Page>
    }
    .erased()
}

/// The address of whoever has this role and has not used their link or password.
pub(super) fn not_come(role: Option<Role>) -> String {
    let role = role.map_or("", Role::as_str);
    format!("/people?role={role}&state={}", Standing::NotCome)
}

/// Lets many in at once, where the list shows all those of one role who wait, or any who have
/// not used what they were handed. It stays where an answer may have been lost, also when nobody
/// waits any more.
#[component]
pub(super) fn LetThemIn(
    /// The list.
    page: PeoplePage,
) -> impl IntoView {
    let is_needed = page.total > 0 || ssr::carried_on().is_some();
    let (Some(role), Some(standing)) = (page.role.filter(|_| is_needed), page.standing) else {
        return ().into_any();
    };
    // First ones are made for the whole school, whatever the list is searched for.
    let is_searched = !page.query.is_empty();
    match standing {
        Standing::NotCome => view! { <MakeThemAnew page role /> }.into_any(),
        Standing::Left => ().into_any(),
        Standing::Waiting | Standing::NoLink if is_searched => ().into_any(),
        Standing::NoLink if role == Role::Student => view! {
            <p class="cluster">
                <ButtonLink href=format!("/people?role={role}&state={}", Standing::Waiting)>
                    "Make passwords for all who have none"
                </ButtonLink>
            </p>
        }
        .into_any(),
        Standing::Waiting if role == Role::Student => view! {
            <Confirm
                summary="Make passwords for all students who have none"
                message="For up to 100 students of the school who have no password yet, by name; not for accounts that the roster has closed. A link that one of them holds stops working, and whoever is signed in by badge is signed out: what they wrote on a tablet is kept. You see them once: print the page. Do it again for the next 100."
                action="/people/passwords"
                button="Make passwords"
            >
                <PageMade />
            </Confirm>
        }
        .into_any(),
        Standing::Waiting | Standing::NoLink => view! {
            <Confirm
                summary="Make invitation links for all who have none"
                message="For up to 100 with this role who have no password and no open link yet, by name; not for accounts that the roster has closed. You see them once: print the page or send each link on. Do it again for the next 100."
                action=format!("/people/invitations/{role}")
                button="Make links"
            >
                <PageMade />
            </Confirm>
        }
        .into_any(),
    }
}

/// Makes anew what the people of this page were handed and have not used. Students get
/// passwords, also in place of links.
#[component]
fn MakeThemAnew(page: PeoplePage, role: Role) -> impl IntoView {
    let (what, action, before) = if role == Role::Student {
        (
            "passwords",
            "/people/passwords/again".to_owned(),
            "The passwords and links that they were handed before stop working, and they are signed out everywhere, also where they came in by badge: what they wrote on a tablet is kept.",
        )
    } else {
        (
            "links",
            format!("/people/invitations/{role}/again"),
            "The links that they were handed before stop working.",
        )
    };
    let list = address(&page, page.page);
    let ids: Vec<String> = page
        .people
        .iter()
        .map(|person| person.id.to_string())
        .collect();
    let message = format!(
        "For those on this page of the list who have not used theirs. {before} You see the new {what} once: print the page, or hand each on."
    );
    view! {
        <Confirm summary=format!("Make new {what} for these people") message action button=format!("Make new {what}")>
            <PageMade />
            <input type="hidden" name="people" value=ids.join(",") />
            <input type="hidden" name="list" value=list />
        </Confirm>
    }
    .erased()
}

/// Invitation links that were just made for many.
#[component]
pub(super) fn InvitationLinks() -> impl IntoView {
    let Some(Posted::Invitations(handout)) = use_context::<Posted>() else {
        return ().into_any();
    };
    let (anew, later) = (handout.made_anew, handout.made_later);
    let elsewhere = (later > 0).then(|| view! { <p>{made_later("links", later)}</p> });
    let kept = kept_words("a link", handout.kept).map(|words| view! { <p>{words}</p> });
    let left_out = left_out_words(handout.closed).map(|words| view! { <p>{words}</p> });
    if handout.made.is_empty() {
        let words = match handout.closed {
            0 => "Everybody here has a link that can still be used, or can sign in already.",
            _ => "Everybody else here has a link that can still be used, or can sign in already.",
        };
        let role = ssr::query("role").and_then(|word| word.parse::<Role>().ok());
        let nobody = (later == 0 && handout.kept == 0).then(|| {
            view! {
                <p>
                    {words} " " <a href=not_come(role)>"Who has not used theirs yet"</a>
                </p>
            }
        });
        return view! { <Notice>{nobody} {elsewhere} {kept} {left_out}</Notice> }.into_any();
    }
    let words = mailed_words(&handout.made);
    view! {
        <Notice tone=Tone::Ok title="Invitation links".to_owned()>
            <p>{format!("{words} You see them only this once, and each works once, for two weeks.")}</p>
            {(anew > 0).then(|| view! { <p>{made_anew("links", anew)}</p> })}
            {elsewhere}
            {kept}
            {left_out}
        </Notice>
        <Links made=handout.made />
    }
    .into_any()
}

/// Which of them go by mail as well.
fn mailed_words(made: &[InvitationLink]) -> &'static str {
    let mailed = made.iter().filter(|link| link.is_mailed).count();
    if mailed == 0 {
        "None of them goes by mail: hand them on yourself."
    } else if mailed == made.len() {
        "All of them go by mail too."
    } else {
        "Some go by mail too, to adults whose address is known; hand on the others yourself."
    }
}

/// The links, each with whose it is. A column in which every row would say the same is left out.
#[component]
fn Links(made: Vec<InvitationLink>) -> impl IntoView {
    let has_children = made.iter().any(|link| !link.children.is_empty());
    let mailed = made.iter().filter(|link| link.is_mailed).count();
    let is_mixed = mailed > 0 && mailed < made.len();
    let head: Vec<Column> = [
        Some("Name"),
        has_children.then_some("Guardian of"),
        Some("Link"),
        is_mixed.then_some("By mail"),
    ]
    .into_iter()
    .flatten()
    .map(Column::text)
    .collect();
    let rows = made
        .into_iter()
        .map(|link| {
            let children = link.children.join(", ");
            let way = if link.is_mailed {
                "Sent to them too"
            } else {
                "No: hand it on"
            };
            view! {
                <tr>
                    <th scope="row">{link.name}</th>
                    {has_children.then(|| view! { <td data-label="Guardian of">{children}</td> })}
                    <td data-label="Link">
                        <code class="handover">{link.link}</code>
                    </td>
                    {is_mixed.then(|| view! { <td data-label="By mail">{way}</td> })}
                </tr>
            }
        })
        .collect_erased();
    view! {
        <Table caption="Invitation links" hide_caption=true head>
            {rows}
        </Table>
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_which_links_go_by_mail_and_never_that_some_do_where_none_does() {
        let link = |is_mailed| InvitationLink {
            name: "Rosa Okafor".to_owned(),
            children: Vec::new(),
            link: "https://x.example/invitation/x".to_owned(),
            is_mailed,
        };
        let none = mailed_words(&[link(false), link(false)]);
        assert!(none.starts_with("None"), "{none}");
        let all = mailed_words(&[link(true)]);
        assert!(all.starts_with("All"), "{all}");
        let some = mailed_words(&[link(true), link(false)]);
        assert!(some.starts_with("Some"), "{some}");
    }
}
