//! The calm band on somebody's first page: the notice to read, the terms to answer, and
//! what is announced. It stands above the work and never in its way.

use domain::policies::{Asked, AskedNotice, Coming};
use leptos::prelude::*;
use vocab::policies::PolicyDocument;

use crate::ssr;
use crate::ui::{
    Button, ButtonKind, ButtonLink, Chip, CollectErased, Erased, IconName, Notice, Tone,
};

/// What is to be read, answered or known; nothing where there is nothing.
#[component]
pub(crate) fn PolicyBanner() -> impl IntoView {
    let Asked {
        notice,
        terms,
        coming,
        ..
    } = ssr::asked();
    let terms = terms.is_some().then(|| {
        view! {
            <Notice title="Terms of use".to_owned()>
                <p>"The platform's terms are waiting for your answer. They are separate from the privacy notice."</p>
                <p>
                    <ButtonLink href="/terms">"Read the terms"</ButtonLink>
                </p>
            </Notice>
        }
    });
    if notice.is_none() && terms.is_none() && coming.is_empty() {
        return ().into_any();
    }
    view! {
        <div class="notices">
            {notice.map(|notice| view! { <ToRead notice /> })}
            {terms}
            {coming.into_iter().map(|coming| view! { <Announced coming /> }).collect_erased()}
        </div>
    }
    .into_any()
}

#[component]
fn ToRead(notice: AskedNotice) -> impl IntoView {
    let is_child = notice.document == PolicyDocument::ChildrensNotice;
    let (title, words, read, done) = if is_child {
        (
            "What your school keeps about you",
            "Your school keeps some things about you here. You may read which, or ask a grown-up to read it with you.",
            "Read it",
            "I have read it",
        )
    } else {
        (
            "How your data is used here",
            "The school decides about your data, and the platform keeps it only for the school's work. The whole notice says what is kept, why and how long. Reading it is no consent, and you can go on with your work at any time.",
            "Read the notice",
            "I have read it",
        )
    };
    let changed = notice.is_change.then(|| {
        view! {
            <p>
                <Chip tone=Tone::Info icon=Some(IconName::Info)>
                    "Changed since your last visit"
                </Chip>
            </p>
        }
    });
    let href = match (is_child, notice.is_change) {
        (_, true) => format!("/privacy/versions/{}", notice.id),
        (true, false) => "/privacy?for=child".to_owned(),
        (false, false) => "/privacy".to_owned(),
    };
    view! {
        <Notice title=title.to_owned()>
            {changed}
            <p>{words}</p>
            <form class="cluster" method="post" action="/notice/read">
                <input type="hidden" name="version" value=notice.id.to_string() />
                <ButtonLink href>{read}</ButtonLink>
                <Button kind=ButtonKind::Plain>{done}</Button>
            </form>
        </Notice>
    }
    .erased()
}

#[component]
fn Announced(coming: Coming) -> impl IntoView {
    let title = format!(
        "{} changes on {}",
        coming.document.label(),
        domain::moments::day(coming.from)
    );
    view! {
        <Notice tone=Tone::Warn title=title>
            <p>"The change matters, so it is announced ahead. Tell the people of your school what it means for them."</p>
            <p>
                <ButtonLink href=format!("/privacy/versions/{}", coming.id)>
                    {format!("What changes in {}", coming.semver)}
                </ButtonLink>
            </p>
        </Notice>
    }
    .erased()
}
