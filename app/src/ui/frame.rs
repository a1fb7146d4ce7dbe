//! The frames of a page: `Frame` for people who are signed in, with the header
//! and one navigation list that the width of the screen puts in its place;
//! `Door` for pages before anybody is known. Neither loads anything.

use leptos::prelude::*;
use vocab::legal_entity::LegalEntity;

use super::avatar::Avatar;
use super::icon::{Icon, IconName};
use super::theme_form::ThemeForm;
use super::{CollectErased, Erased};

/// How the page that is shown stands to an entry of the navigation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Here {
    /// It is another.
    #[default]
    Elsewhere,
    /// It is a part of what the entry opens.
    Part,
    /// It is what the entry opens.
    Page,
}

impl Here {
    /// The value of `aria-current`; another page sets none.
    const fn as_current(self) -> Option<&'static str> {
        match self {
            Self::Elsewhere => None,
            Self::Part => Some("true"),
            Self::Page => Some("page"),
        }
    }
}

/// So many entries stand in the bar of a phone, and the last of all beside them.
const IN_THE_BAR: usize = 4;

/// One entry of the navigation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavItem {
    /// Its address.
    pub href: String,
    /// One short word: a phone's bar keeps it on one line.
    pub label: String,
    /// What follows it for whoever hears it, where one word is too few: " of access".
    pub rest: Option<&'static str>,
    /// Its drawing.
    pub icon: IconName,
    /// How the page that is shown stands to it.
    pub here: Here,
    /// How many things wait there.
    pub count: Option<u64>,
}

/// The frame of a page for somebody who is signed in.
#[component]
pub fn Frame(
    /// The navigation, most used first. The last entry leads to all pages: it stays where
    /// there is no room for the others.
    nav: Vec<NavItem>,
    /// The school's name.
    #[prop(into)]
    school: String,
    /// Name, initials and id of who is signed in.
    #[prop(optional_no_strip, into)]
    person: Option<(String, String, String)>,
    /// A desk: the narrow rail, the full width.
    #[prop(optional)]
    dense: bool,
    /// What they do may wait on the device to be sent.
    #[prop(optional)]
    syncs: bool,
    /// The page.
    children: Children,
) -> impl IntoView {
    let class = if dense { "shell shell-dense" } else { "shell" };
    view! {
        <div class=class>
            <a class="skip" href="#main">
                "Skip to the page"
            </a>
            <header class="top">
                <Brand href="/home" name=school />
                <div class="top-end">
                    {syncs.then(|| view! { <Sent /> })}
                    {person.map(|(name, initials, whose)| view! {
                        <Me name initials whose />
                        <SignOut />
                    })}
                </div>
            </header>
            {(!nav.is_empty()).then(|| view! { <NavBar items=nav /> })}
            <main class="page" id="main" tabindex="-1">
                {children()}
            </main>
        </div>
    }
    .erased()
}

/// In context where whoever reads is signed in: a public page leads them back to their own.
#[derive(Clone, Copy, Debug)]
pub struct SignedIn;

/// The frame of a public page, and of those before anybody is known.
#[component]
pub fn Door(
    /// The theme in force, for the choice in the footer.
    #[prop(default = "auto".to_owned(), into)]
    theme: String,
    /// The path of this page, to come back to after the choice.
    #[prop(default = "/sign-in".to_owned(), into)]
    back: String,
    /// The page.
    children: Children,
) -> impl IntoView {
    let leads_to_sign_in = !back.starts_with("/sign-in");
    let is_known = use_context::<SignedIn>().is_some();
    let (home, way_in) = if is_known {
        ("/home", "Back to your pages")
    } else {
        ("/sign-in", "Sign in")
    };
    view! {
        <a class="skip" href="#main">
            "Skip to the page"
        </a>
        <div class="door">
            <header>
                <Brand href=home name="Classimize".to_owned() />
            </header>
            <main id="main" tabindex="-1">
                {children()}
            </main>
            <footer class="foot">
                {(leads_to_sign_in || is_known).then(|| view! { <a href=home>{way_in}</a> })}
                <a href="/privacy">"Privacy"</a>
                <a href="/contact">"Contact"</a>
                <a href="/accessibility">"Accessibility"</a>
                <a href="/settings/reading">"Reading settings"</a>
                <a href="/install">"Install the app"</a>
                <RunBy />
                <ThemeForm current=theme back=back />
            </footer>
        </div>
    }
    .erased()
}

/// Who runs this server, from the one record of it.
#[component]
fn RunBy() -> impl IntoView {
    use_context::<LegalEntity>()
        .filter(LegalEntity::is_named)
        .map(|entity| {
            view! {
                <p class="small muted">
                    {format!("Run by {}", entity.line())}
                    {(!entity.email.is_empty()).then(|| format!(", {}", entity.email))}
                </p>
            }
        })
}

/// The sign of the product, an exercise book, beside a name.
#[component]
fn Brand(
    /// Where it leads.
    href: &'static str,
    /// The school's name, or the product's.
    name: String,
) -> impl IntoView {
    view! {
        <a class="brand" href=href>
            <svg class="brand-sign" viewBox="0 0 24 28" aria-hidden="true">
                <path d="M2 2h20v24H2z" />
                <path class="brand-margin" d="M7.5 2v24" />
                <path d="m11 14 3 3 5-6" />
            </svg>
            <span>{name}</span>
        </a>
    }
    .erased()
}

/// How far what was written on this device is, in a word that the script for work without a
/// network puts in. Without it nothing waits here, and nothing is shown.
#[component]
fn Sent() -> impl IntoView {
    view! {
        <a class="me chip" href="/shell" hidden>
            <span class="hush">"Your work: "</span>
            <span id="sync">"All sent"</span>
        </a>
    }
    .erased()
}

/// The way to one's own account.
#[component]
fn Me(
    /// The person's name.
    name: String,
    /// The person's initials.
    initials: String,
    /// By what a script knows whether somebody else has signed in since.
    whose: String,
) -> impl IntoView {
    view! {
        <a class="me" href="/settings" data-whose=whose>
            <Avatar initials />
            <span class="hush">"Your account: "</span>
            <span class="me-name">{name}</span>
        </a>
    }
    .erased()
}

/// The way out, on every page: a tablet is handed on after each lesson.
#[component]
fn SignOut() -> impl IntoView {
    view! {
        <form method="post" action="/sign-out">
            <button class="btn btn-quiet way-out" type="submit">
                <Icon name=IconName::SignOut />
                <span class="way-out-words">"Sign out"</span>
            </button>
        </form>
    }
    .erased()
}

/// The navigation: one list; the width decides whether it is a bar, a rail or a column.
#[component]
fn NavBar(
    /// The entries.
    items: Vec<NavItem>,
) -> impl IntoView {
    let last = items.len().saturating_sub(1);
    let items = items
        .into_iter()
        .enumerate()
        .map(|(at, item)| {
            let class = (at >= IN_THE_BAR && at != last).then_some("wide");
            let count = item.count.filter(|count| *count > 0).map(|count| {
                view! {
                    " "
                    <span class="count">{count} <span class="hush">" waiting"</span></span>
                }
            });
            view! {
                <li class=class>
                    <a href=item.href aria-current=item.here.as_current()>
                        <Icon name=item.icon />
                        {item.label}
                        {item.rest.map(|rest| view! { <span class="hush">{rest}</span> })}
                        {count}
                    </a>
                </li>
            }
        })
        .collect_erased();
    view! {
        <nav class="bar" aria-label="Main">
            <ul>{items}</ul>
        </nav>
    }
    .erased()
}
