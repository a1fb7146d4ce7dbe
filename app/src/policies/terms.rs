//! `/terms`: what staff and guardians agree to, with a box of its own. It asks nothing
//! about privacy, and students never see it.

use domain::policies;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::people::Role;
use vocab::policies::{PolicyDocument, PolicyLine, TermsForm};

use super::pages::PolicyText;
use crate::error::AppError;
use crate::page::{Done, WhatIsWrong, load, theme_word};
use crate::ssr::{self, Again};
use crate::ui::{Button, ButtonKind, ButtonLink, Door, Erased, Notice, PageHead, TickField, Tone};

/// Students agree to nothing, so there is nothing here for them.
pub(crate) fn may_see_terms() -> bool {
    ssr::maybe_actor().is_none_or(|actor| {
        !actor.is(Role::Student) || actor.roles.is_staff() || actor.is(Role::Guardian)
    })
}

/// `/terms`.
#[component]
pub(crate) fn TermsRoute() -> impl IntoView {
    load(
        async move {
            if !may_see_terms() {
                return Err(AppError::NotFound);
            }
            let db = ssr::db();
            policies::in_force(db.read(), PolicyDocument::Terms, ssr::now())
                .await?
                .ok_or(AppError::NotFound)
        },
        |(line, text)| view! { <Terms line text /> },
    )
}

#[component]
fn Terms(line: PolicyLine, text: String) -> impl IntoView {
    let asked = ssr::asked();
    let refused = (ssr::query("done").as_deref() == Some("terms-refused") && asked.is_stopped)
        .then(|| {
            view! {
                <Notice tone=Tone::Warn title="You have not accepted the terms".to_owned()>
                    <p>
                        "Nothing of your work is lost, and nobody else's is touched. Until you accept, you cannot work here: your own data and your requests stay open to you. Talk to your school if something in the terms is wrong for you."
                    </p>
                    <p>
                        <ButtonLink href="/my-data">"My data"</ButtonLink>
                    </p>
                </Notice>
            }
        });
    let end = match (asked.terms, ssr::maybe_actor().is_some()) {
        (Some(version), _) => Either::Left(view! { <Answer version=version.to_string() /> }),
        (None, true) => Either::Right(Either::Left(view! {
            <p class="muted">"You have accepted these terms."</p>
            <p><ButtonLink href="/home">"Go to your first page"</ButtonLink></p>
        })),
        (None, false) => Either::Right(Either::Right(())),
    };
    view! {
        <Title text="Terms of use - Classimize" />
        <Door theme=theme_word() back="/terms">
            <div class="door-wide stack">
                <PageHead
                    title="Terms of use"
                    lede=format!("Version {}, in force since {}. For staff and guardians.", line.semver, line.from)
                />
                <Done />
                {refused}
                <PolicyText text />
                {end}
            </div>
        </Door>
    }
    .erased()
}

#[component]
fn Answer(version: String) -> impl IntoView {
    let again: Again<TermsForm> = ssr::again();
    view! {
        <form class="stack" method="post" action="/terms">
            <WhatIsWrong again=again.clone() />
            <input type="hidden" name="version" value=version />
            <TickField
                id="accept"
                label="I accept the terms of use"
                hint=Some("This is not about privacy: it allows no use of your data".to_owned())
                error=again.error("accept")
            />
            <div class="cluster">
                <Button kind=ButtonKind::Main name="intent" value="accept">
                    "Accept"
                </Button>
                <Button name="intent" value="refuse">"I do not accept"</Button>
            </div>
        </form>
    }
    .erased()
}
