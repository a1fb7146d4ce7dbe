//! Mail that cannot be missed and did not arrive, on the lead's page. Its form:
//! `server/src/routes/mail.rs`.

use leptos::prelude::*;
use vocab::mail::FailedMail;

use crate::ui::{Button, Spread};

/// What did not arrive in the last thirty days; nothing where everything did.
#[component]
pub(super) fn NotArrived(mails: Vec<FailedMail>) -> impl IntoView {
    if mails.is_empty() {
        return ().into_any();
    }
    let may_go_again = mails.iter().any(|mail| mail.may_go_again);
    let again = may_go_again.then(|| {
        view! {
            <form method="post" action="/school/privacy/mail/again">
                <Button>"Try again"</Button>
            </form>
        }
    });
    let rows = mails
        .into_iter()
        .map(|mail| view! { <NotArrivedRow mail /> })
        .collect_view();
    view! {
        <Spread id="mail" title="Mail that did not arrive" note="Of the last 30 days".to_owned()>
            <div class="stack">
                <ul class="rows" role="list">
                    {rows}
                </ul>
                {again}
            </div>
        </Spread>
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
}
