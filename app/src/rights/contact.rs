//! `/contact`: for whoever has no account, or cannot sign in. No riddle to solve, no
//! stranger's program. The form is answered by `server/src/routes/rights.rs`.

use leptos::prelude::*;
use leptos_meta::Title;
use vocab::rights::{ContactForm, RequestKind};

use super::my_data::wishes;
use crate::page::{WhatIsWrong, theme_word};
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, Door, Erased, Notice, PageHead, SelectField, TextArea, TextField, Tone,
};

/// What becomes of a message, as it stands at the form. Which words stood there is kept with
/// each message by the version `domain::rights::CONTACT_NOTICE`: with other words that is
/// another one.
const NOTICE: &str = "What you write here is kept until three years after it is dealt with, a complaint until six, by the school, to answer you and for nothing else. It is no yes to news. If you give an e-mail address, you get a mail with the reference.";

/// `/contact`.
#[component]
pub(crate) fn ContactRoute() -> impl IntoView {
    let again: Again<ContactForm> = ssr::again();
    let form = again.form.clone().unwrap_or_default();
    let received = ssr::query("received").filter(|reference| {
        reference.len() <= 12
            && reference
                .chars()
                .all(|sign| sign.is_ascii_alphanumeric() || sign == '-')
    });
    let topic = if form.topic.is_empty() {
        ssr::query("topic").unwrap_or_default()
    } else {
        form.topic
    };
    view! {
        <Title text="Contact - Classimize" />
        <Door theme=theme_word() back="/contact">
            <PageHead
                title="Contact"
                dateline="Classimize".to_owned()
                lede={"Write to a school about your data or your child's. You need no account.".to_owned()}
            />
            {received
                .map(|reference| {
                    view! {
                        <Notice tone=Tone::Ok title="Your message has arrived".to_owned()>
                            <p>
                                "Its reference is " <b>{reference}</b>
                                ". Write it down. The school answers within 48 hours."
                            </p>
                        </Notice>
                    }
                })}
            <form class="door-form" method="post" action="/contact">
                <WhatIsWrong again=again.clone() />
                <TextField
                    id="school"
                    label="School code"
                    hint=Some("It stands on letters of the school".to_owned())
                    error=again.error("school")
                    value=form.school
                    input_class="input-code"
                />
                <TextField id="name" label="Your name" error=again.error("name") value=form.name autocomplete="name" />
                <TextField
                    id="contact"
                    label="How we can reach you"
                    hint=Some("An e-mail address, a telephone number or an address".to_owned())
                    error=again.error("contact")
                    value=form.contact
                    autocomplete="email"
                />
                <SelectField id="topic" label="What do you want?" error=again.error("topic") options=wishes(RequestKind::ALL) selected=topic />
                <TextArea id="text" label="What is it about?" error=again.error("text") value=form.text rows=6 />
                <div hidden>
                    <label for="website">"Leave this empty"</label>
                    <input id="website" name="website" autocomplete="off" />
                </div>
                <p class="small muted">{NOTICE}</p>
                <div class="cluster">
                    <Button kind=ButtonKind::Main big=true>
                        "Send"
                    </Button>
                </div>
            </form>
            <p class="muted">{ssr::head().entity.sentence()}</p>
            <SocialLinks />
        </Door>
    }
    .erased()
}

/// The operator's own pages elsewhere: plain links over the page that says whose rules
/// hold there. No button of theirs, no picture, no script.
#[component]
fn SocialLinks() -> impl IntoView {
    let links: Vec<_> = crate::visitors::public_pages()
        .social
        .iter()
        .filter_map(|link| domain::links::leaving(link))
        .map(|(page, host)| {
            view! {
                <li class="row">
                    <a class="row-title" href=page rel="noopener noreferrer nofollow">
                        {host}
                    </a>
                </li>
            }
        })
        .collect();
    (!links.is_empty()).then(|| {
        view! {
            <section class="door-or" aria-labelledby="elsewhere-h">
                <h2 id="elsewhere-h">"Classimize elsewhere"</h2>
                <ul class="rows" role="list">
                    {links}
                </ul>
            </section>
        }
    })
}

#[cfg(test)]
mod tests {
    use domain::rights::CONTACT_NOTICE;
    use domain::secrets::fingerprint;

    use super::NOTICE;

    #[test]
    fn the_words_of_a_version_of_the_notice_never_change() {
        assert_eq!(
            (CONTACT_NOTICE, fingerprint(NOTICE).as_str()),
            (
                "2026-12",
                "6ba059f9d856fbf3f851d7cc6c276a4aa454f24c6adda6d55cfea93b49dff515"
            ),
            "other words are another version: change both"
        );
    }
}
