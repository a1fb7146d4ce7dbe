//! `/school/privacy/mail`: mail that cannot be missed and did not arrive. Its form:
//! `server/src/routes/mail.rs`.

use domain::schools::policy::Action;
use domain::{access, mail};
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::mail::FailedMail;

use crate::error::AppError;
use crate::page::{Done, Page, load};
use crate::registers::crumbs;
use crate::ssr;
use crate::ui::{Button, ButtonKind, Listed, PageHead};

/// `/school/privacy/mail`.
#[component]
pub(crate) fn NotArrivedRoute() -> impl IntoView {
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            let door = access::school(&actor, Action::HandleRequests)?;
            let mails = mail::failed(db.read(), &actor, &door, now)
                .await
                .map_err(ssr::unavailable)?;
            Ok::<_, AppError>((actor, mails))
        },
        |(actor, mails)| {
            view! {
                <Title text=format!("Mail that did not arrive - {}", actor.school_name) />
                <Page actor current="/school/privacy">
                    <PageHead
                        title="Mail that did not arrive"
                        crumbs=crumbs()
                        lede={"What cannot be missed and was given up in the last 30 days: answers to requests, and notices of policies and providers.".to_owned()}
                    />
                    <Done />
                    <NotArrived mails />
                </Page>
            }
        },
    )
}

#[component]
fn NotArrived(mails: Vec<FailedMail>) -> impl IntoView {
    let again = mails.iter().any(|mail| mail.may_go_again).then(|| {
        view! {
            <form class="below" method="post" action="/school/privacy/mail/again">
                <Button kind=ButtonKind::Main>"Try again"</Button>
            </form>
        }
    });
    let lines = mails
        .into_iter()
        .map(|mail| view! { <NotArrivedRow mail /> }.into_any())
        .collect();
    view! {
        <Listed
            id="mail"
            title="Given up"
            empty="Everything arrived"
            explains="Nothing that cannot be missed was given up in the last 30 days."
            lines
        />
        {again}
    }
    .into_any()
}

#[component]
fn NotArrivedRow(mail: FailedMail) -> impl IntoView {
    let whom = mail
        .whom
        .unwrap_or_else(|| "Somebody without an account".to_owned());
    let title = format!("{}: {whom}", mail.what);
    let title = match mail.request {
        Some(id) => view! {
            <a class="row-title" href=format!("/school/privacy/requests/{id}")>
                {title}
            </a>
        }
        .into_any(),
        None => view! { <span class="row-title">{title}</span> }.into_any(),
    };
    let next = if mail.may_go_again {
        ""
    } else {
        " Tell them another way."
    };
    view! {
        <li class="row">
            <div>
                {title}
                <div class="row-meta">{format!("Given up {}: {}.{next}", mail.ended.words, mail.why)}</div>
            </div>
        </li>
    }
    .into_any()
}
