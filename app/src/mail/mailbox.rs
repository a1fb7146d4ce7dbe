//! `/mailbox`: the mail that a developer's server would send, since it sends none. It is
//! there on one machine alone, and nowhere else.

use domain::mail;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::mail::{MailboxLine, MailboxMail};

use crate::error::AppError;
use crate::page::{load, theme_word};
use crate::ssr;
use crate::ui::{CollectErased, Door, Empty, Erased, IconName, PageHead, Spread};

/// `/mailbox`.
#[component]
pub(crate) fn MailboxRoute() -> impl IntoView {
    let chosen = ssr::query("mail");
    load(
        async move {
            let means = expect_context::<ssr::Means>();
            if !means.has_mailbox {
                return Err(AppError::NotFound);
            }
            let db = means.db.read();
            Ok(match chosen {
                None => Either::Left(
                    mail::mailbox(db, means.clock.now())
                        .await
                        .map_err(ssr::unavailable)?,
                ),
                Some(id) => {
                    let id = id.parse().map_err(|_| AppError::NotFound)?;
                    let opened = mail::open_mail(db, &means.head, id)
                        .await
                        .map_err(ssr::unavailable)?;
                    Either::Right(opened.ok_or(AppError::NotFound)?)
                }
            })
        },
        |shown| {
            let inside = match shown {
                Either::Left(lines) => view! { <Waiting lines /> }.into_any(),
                Either::Right(mail) => view! { <Opened mail /> }.into_any(),
            };
            view! {
                <Title text="Mailbox - Classimize" />
                <Door theme=theme_word() back="/mailbox">
                    <div class="door-wide stack">{inside}</div>
                </Door>
            }
        },
    )
}

#[component]
fn Waiting(lines: Vec<MailboxLine>) -> impl IntoView {
    let rows = lines
        .iter()
        .map(|line| {
            view! {
                <li class="row">
                    <div>
                        <a class="row-title" href=format!("/mailbox?mail={}", line.id)>
                            {line.subject.clone()}
                        </a>
                        <div class="row-meta">
                            {format!("To {}, ", line.to)} <time datetime=line.queued.iso.clone()>{line.queued.words.clone()}</time>
                        </div>
                    </div>
                </li>
            }
        })
        .collect_erased();
    let inside = if lines.is_empty() {
        view! {
            <Empty icon=IconName::TickCircle title="No mail waits">
                <p class="muted">"What the server would send appears here, for three days."</p>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <ul class="rows" role="list">
                {rows}
            </ul>
        }
        .into_any()
    };
    view! {
        <PageHead title="Mailbox" lede={"No mail server is set up, so mail is shown here. Only this machine sees it.".to_owned()} />
        <Spread id="waiting" title="Waiting">
            {inside}
        </Spread>
    }
    .into_any()
}

#[component]
fn Opened(mail: MailboxMail) -> impl IntoView {
    let links = mail
        .links
        .into_iter()
        .map(|path| {
            view! {
                <li class="row">
                    <a class="row-title" href=path.clone()>
                        {path.clone()}
                    </a>
                </li>
            }
        })
        .collect_erased();
    view! {
        <PageHead
            title=mail.subject
            dateline=format!("To {}", mail.to)
            crumbs=vec![("/mailbox".to_owned(), "Mailbox".to_owned())]
        />
        <pre class="paper as-typed">{mail.text}</pre>
        <ul class="rows" role="list">
            {links}
        </ul>
    }
    .erased()
}
