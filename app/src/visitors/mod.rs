//! The question to visitors of the public pages: the band that asks it, the tags that a
//! yes allows, and the part of the page about cookies where it is taken back.

use leptos::nonce::use_nonce;
use leptos::prelude::*;
use vocab::visitors::{Ground, PublicPages, ThirdParty, ThirdPartyPurpose, Visit};

use crate::ssr;
use crate::ui::{Button, CollectErased, Erased, Notice, TickField};

fn visit() -> Visit {
    ssr::beside().unwrap_or_default()
}

/// What the operator has set up for the public pages.
pub(crate) fn public_pages() -> PublicPages {
    with_context(|means: &ssr::Means| (*means.public).clone()).unwrap_or_default()
}

/// The scripts that this visitor has allowed on this page; none for anybody else.
#[component]
pub(crate) fn AllowedTags() -> impl IntoView {
    visit()
        .loaded
        .into_iter()
        .map(|ThirdParty { script, start, .. }| {
            view! {
                <script nonce=use_nonce() inner_html=start></script>
                <script nonce=use_nonce() async=true src=script></script>
            }
        })
        .collect_erased()
}

/// The band at the end of a public page, until it is answered. No and yes are alike, and
/// no comes first.
#[component]
pub(crate) fn Question() -> impl IntoView {
    if !visit().is_asked {
        return ().into_any();
    }
    let parties = visit().parties;
    let names = names_of(&parties);
    let back = ssr::path();
    view! {
        <aside class="question" aria-labelledby="question-h">
            <form method="post" action="/privacy/cookies">
                <input type="hidden" name="back" value=back />
                <h2 id="question-h">"May others learn of your visit?"</h2>
                <p>
                    {format!("Whoever runs this platform would like to use {names} on its public pages. Say yes only if you are 18 or older. Until you answer, nothing is loaded. School pages never use it.")}
                </p>
                <Answers />
                <details class="confirm">
                    <summary class="btn">"Choose"</summary>
                    <Ticks parties chosen=Vec::new() />
                </details>
            </form>
        </aside>
    }
    .into_any()
}

#[component]
fn Answers() -> impl IntoView {
    view! {
        <div class="cluster">
            <Button name="answer" value="reject">"Reject all"</Button>
            <Button name="answer" value="accept">"Accept all"</Button>
        </div>
    }
    .erased()
}

/// One box for each purpose, none ticked by itself, with all that is collected.
#[component]
fn Ticks(parties: Vec<ThirdParty>, chosen: Vec<ThirdPartyPurpose>) -> impl IntoView {
    let boxes = parties
        .into_iter()
        .map(|party| {
            let id = party.purpose.as_str();
            let is_closed = !party.is_open();
            let collects = party
                .collects
                .into_iter()
                .map(|what| view! { <li>{what}</li> })
                .collect_erased();
            view! {
                <TickField
                    id=id
                    label=format!("{}: {}", party.purpose.label(), party.name)
                    checked=!is_closed && chosen.contains(&party.purpose)
                    disabled=is_closed
                />
                <GroundWords ground=party.ground />
                <p>{format!("{} collects:", party.name)}</p>
                <ul>{collects}</ul>
                <p>
                    {format!("We cannot limit what {} receives. ", party.name)}
                    <a href=party.policy rel="noopener noreferrer nofollow">
                        {format!("The privacy policy of {}", party.name)}
                    </a>
                </p>
            }
        })
        .collect_erased();
    view! {
        <div class="stack">
            {boxes}
            <p>
                <Button name="answer" value="choose">"Keep my choice"</Button>
            </p>
        </div>
    }
    .erased()
}

/// What the register says of it: where the data goes and what allows that, or why nobody
/// can say yes.
#[component]
fn GroundWords(ground: Ground) -> impl IntoView {
    match ground {
        Ground::Open(words) => {
            let facts = words
                .into_iter()
                .map(|(what, words)| view! { <dt>{what}</dt> <dd>{words}</dd> })
                .collect_erased();
            view! { <dl class="facts">{facts}</dl> }.into_any()
        }
        Ground::Closed(why) => {
            view! { <p>{format!("You cannot say yes now. {why}")}</p> }.into_any()
        }
        Ground::Unknown => view! { <p>"You cannot say yes now."</p> }.into_any(),
    }
}

fn names_of(parties: &[ThirdParty]) -> String {
    let open = parties.iter().filter(|party| party.is_open());
    let names: Vec<&str> = open.map(|party| party.name.as_str()).collect();
    names.join(" and ")
}

/// On the page about cookies: what was chosen, and how to change it in one click.
#[component]
pub(crate) fn ChoicePart() -> impl IntoView {
    let visit = visit();
    let parties = visit.parties.clone();
    if parties.is_empty() {
        return view! {
            <p>"No third party is set up here: no analytics, no advertising. So there is nothing to accept or refuse, and no question is shown."</p>
        }
        .into_any();
    }
    let is_open = parties.iter().any(ThirdParty::is_open);
    let stands = if !is_open {
        "Nobody can say yes now, because nothing allows the data to go where it would go. A yes that was said rests, and nothing is loaded."
    } else if visit.has_refused_by_browser {
        "Your browser asks not to be followed (Global Privacy Control). That is obeyed: nothing is loaded, whatever stands here."
    } else if visit.chosen.is_empty() {
        "You have allowed nothing. Nothing of anybody else is loaded."
    } else {
        "You have said yes. You can take it back here; it holds from the next page on."
    };
    let cookies = parties
        .iter()
        .flat_map(|party| &party.cookies)
        .map(|name| view! { <li><code>{name.clone()}</code></li> })
        .collect_erased();
    view! {
        <section aria-labelledby="choice-h">
            <h2 id="choice-h">"Your choice"</h2>
            <Notice>
                <p>{stands}</p>
            </Notice>
            <form class="stack" method="post" action="/privacy/cookies">
                <input type="hidden" name="back" value="/privacy/cookies" />
                <Answers />
                <Ticks parties chosen=visit.chosen />
            </form>
            <p>"Only after a yes, and only on the public pages, these cookies are set too:"</p>
            <ul>{cookies}</ul>
        </section>
    }
    .into_any()
}
