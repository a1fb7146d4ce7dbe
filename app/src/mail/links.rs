//! The pages behind the links in mails. Opening one changes nothing, since programs that
//! look at mail open every link; its button does. No sign-in, no name.

use domain::mail::{self, Link};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use vocab::mail::{LinkPage, MailChoiceState};

use crate::error::AppError;
use crate::page::{load, theme_word};
use crate::ssr;
use crate::ui::{Button, ButtonKind, Door, Erased, Notice, PageHead, Tone};

/// `/unsubscribe/:token`.
#[component]
pub(crate) fn UnsubscribeRoute() -> impl IntoView {
    behind(Link::Unsubscribe, |page, action| {
        let is_off = page.state == MailChoiceState::Off;
        let what = page.category.label().to_lowercase();
        view! {
            <Shown title="Mail" action=action.clone() school=page.school>
                {if is_off {
                    view! {
                        <Notice tone=Tone::Ok title="Switched off".to_owned()>
                            <p>{format!("You get no more mail of this kind: {what}. Under Account, Messages you can switch it on again.")}</p>
                        </Notice>
                    }
                        .into_any()
                } else {
                    view! {
                        <form class="door-form" method="post" action=action>
                            <p>{format!("Do you want no more mail of this kind: {what}?")}</p>
                            <div class="cluster">
                                <Button kind=ButtonKind::Main big=true>
                                    "Send me no more"
                                </Button>
                            </div>
                        </form>
                    }
                        .into_any()
                }}
            </Shown>
        }
        .into_any()
    })
}

/// `/news/:token`.
#[component]
pub(crate) fn ConfirmNewsRoute() -> impl IntoView {
    behind(Link::Confirm, |page, action| {
        let words = match page.state {
            MailChoiceState::Asked => None,
            MailChoiceState::On => Some("You get news. Every one of them has a link that ends it."),
            MailChoiceState::Off => Some("You get no news."),
        };
        view! {
            <Shown title="News" action=action.clone() school=page.school>
                {match words {
                    Some(words) => {
                        view! {
                            <Notice tone=Tone::Ok>
                                <p>{words}</p>
                            </Notice>
                        }
                            .into_any()
                    }
                    None => {
                        view! {
                            <form class="door-form" method="post" action=action>
                                <p>{page.category.words()}</p>
                                <div class="cluster">
                                    <Button kind=ButtonKind::Main big=true>
                                        "Yes, send me news"
                                    </Button>
                                </div>
                            </form>
                        }
                            .into_any()
                    }
                }}
            </Shown>
        }
        .into_any()
    })
}

fn behind(link: Link, show: fn(LinkPage, String) -> AnyView) -> impl IntoView {
    let token = use_params_map()
        .read_untracked()
        .get("token")
        .unwrap_or_default();
    let action = ssr::path();
    load(
        async move {
            mail::open(ssr::db().read(), &ssr::head().key, link, &token)
                .await
                .map_err(ssr::unavailable)?
                .ok_or(AppError::NotFound)
        },
        move |page| show(page, action),
    )
}

#[component]
fn Shown(title: &'static str, action: String, school: String, children: Children) -> impl IntoView {
    view! {
        <Title text=format!("{title} - Classimize") />
        <Door theme=theme_word() back=action>
            <PageHead title=title dateline=school />
            {children()}
        </Door>
    }
    .erased()
}
