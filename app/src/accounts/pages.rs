//! The sign-in page, the page behind an invitation link, and one's own settings.
//! Their forms are answered by `server/src/routes/accounts.rs`.

use domain::OnDevice;
use domain::accounts::{invitations, sessions};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use vocab::accounts::{AcceptInvitation, ChangePassword, InvitationPage, SessionSummary, SignIn};
use vocab::consent::ConsentPurpose;

use crate::badges::ENROLMENT_COOKIES;
use crate::error::AppError;
use crate::page::{Done, Page, WhatIsWrong, load, theme_word};
use crate::ssr::{self, Again};
use crate::ui::{
    Button, ButtonKind, ButtonLink, Chip, CollectErased, Confirm, Door, Erased, IconName,
    InputKind, PageHead, Spread, TextField, ThemeForm, TickField, Tone,
};

/// `/sign-in`.
#[component]
pub(crate) fn SignInRoute() -> impl IntoView {
    let again: Again<SignIn> = ssr::again();
    let next = ssr::query("next").filter(|next| super::is_own_path(next));
    let school = again
        .form
        .as_ref()
        .map(|form| form.school.clone())
        .or_else(|| ssr::query("school"))
        .or_else(|| ssr::cookie("school"))
        .unwrap_or_default();
    let username = again
        .form
        .as_ref()
        .map(|form| form.username.clone())
        .unwrap_or_default();
    let own_device = again
        .form
        .as_ref()
        .is_some_and(|form| !form.own_device.is_empty());
    // Staff have said whose device it is.
    let is_enrolled = ENROLMENT_COOKIES
        .into_iter()
        .any(|name| ssr::cookie(name).is_some());
    view! {
        <Title text="Sign in - Classimize" />
        <Door theme=theme_word()>
            <PageHead title="Sign in" dateline="Classimize".to_owned() />
            <form class="door-form" method="post" action="/sign-in">
                <Done />
                <WhatIsWrong again=again.clone() />
                {next.map(|next| view! { <input type="hidden" name="next" value=next /> })}
                <TextField
                    id="school"
                    label="School code"
                    hint=Some("The letters and numbers that your school gave you".to_owned())
                    error=again.error("school")
                    value=school
                    autocomplete="organization"
                    input_class="input-code"
                />
                <TextField id="username" label="Username" error=again.error("username") value=username autocomplete="username" />
                <TextField
                    id="password"
                    label="Password"
                    kind=InputKind::Password
                    error=again.error("password")
                    autocomplete="current-password"
                />
                {(!is_enrolled)
                    .then(|| {
                        view! {
                            <TickField
                                id="own_device"
                                label="This is my own device"
                                hint=Some("For students: what you saved to read stays here when you close the browser. Leave it empty where others use it too".to_owned())
                                checked=own_device
                            />
                        }
                    })}
                <div class="cluster">
                    <Button kind=ButtonKind::Main big=true>
                        "Sign in"
                    </Button>
                </div>
            </form>
            <section class="door-or" aria-labelledby="help-h">
                <h2 id="help-h">"Cannot sign in?"</h2>
                <p class="muted">"Students: ask your teacher or the school office for a new password."</p>
                <p class="muted">"Staff and guardians: ask the school office for a new invitation link."</p>
            </section>
        </Door>
    }
    .erased()
}

/// `/invitation/:token`.
#[component]
pub(crate) fn InvitationRoute() -> impl IntoView {
    let token = use_params_map()
        .read_untracked()
        .get("token")
        .unwrap_or_default();
    let action = format!("/invitation/{token}");
    load(
        async move { Ok::<_, AppError>(invitations::open(ssr::db().read(), &token, ssr::now()).await?) },
        move |page| view! { <Invitation page action /> },
    )
}

#[component]
fn Invitation(page: InvitationPage, action: String) -> impl IntoView {
    let again: Again<AcceptInvitation> = ssr::again();
    let username = again
        .form
        .as_ref()
        .map_or_else(|| page.username.clone(), |form| form.username.clone());
    let least = if page.is_student { 8 } else { 12 };
    view! {
        <Title text="Your account - Classimize" />
        <Door theme=theme_word() back=action.clone()>
            <PageHead title=format!("Welcome, {}", page.name) dateline=page.school.clone() />
            <form class="door-form" method="post" action=action>
                <WhatIsWrong again=again.clone() />
                <TextField
                    id="username"
                    label="Username"
                    hint=Some("You will sign in with it".to_owned())
                    error=again.error("username")
                    value=username
                    autocomplete="username"
                />
                <TextField
                    id="password"
                    label="New password"
                    kind=InputKind::Password
                    hint=Some(format!("At least {least} characters. Three or four words make a good password"))
                    error=again.error("password")
                    autocomplete="new-password"
                />
                <Switches choices=page.choices is_guardian=page.is_guardian form=again.form.clone().unwrap_or_default() />
                <div class="cluster">
                    <Button kind=ButtonKind::Main big=true>
                        "Make my account"
                    </Button>
                </div>
            </form>
            <section class="door-or" aria-labelledby="code-h">
                <h2 id="code-h">"Your school code"</h2>
                <p class="receipt">{page.school_code}</p>
                <p class="muted">"Keep it with your username: you need both to sign in."</p>
            </section>
        </Door>
    }
    .erased()
}

/// What can be said yes to while the account is made: all of it is off, and about whoever
/// makes it.
#[component]
fn Switches(
    choices: Vec<ConsentPurpose>,
    is_guardian: bool,
    form: AcceptInvitation,
) -> impl IntoView {
    if choices.is_empty() {
        return ().into_any();
    }
    let on = form.switched_on();
    let switches = choices
        .into_iter()
        .map(|purpose| {
            view! {
                <TickField
                    id=purpose.as_str()
                    label=purpose.label()
                    hint=Some(purpose.question().to_owned())
                    checked=on.contains(&purpose)
                />
            }
        })
        .collect_erased();
    view! {
        <fieldset class="stack gap-2">
            <legend class="legend">"About you, only if you want to"</legend>
            <p class="muted">
                "Everything works without these. You can say yes or no at any time under Account."
            </p>
            {is_guardian
                .then(|| {
                    view! {
                        <p class="muted">
                            "These are about you alone. About your child you answer once you have signed in, under Privacy."
                        </p>
                    }
                })}
            {switches}
        </fieldset>
    }
    .into_any()
}

/// `/settings`.
#[component]
pub(crate) fn SettingsRoute() -> impl IntoView {
    load(
        async move {
            let actor = ssr::actor()?;
            let devices = sessions::list(ssr::db().read(), &actor, ssr::now())
                .await
                .map_err(ssr::unavailable)?;
            let to_read = domain::safety::to_read(ssr::db().read(), &actor).await?;
            Ok::<_, AppError>((actor, devices, to_read))
        },
        |(actor, devices, (reports, reads_log))| {
            let again: Again<ChangePassword> = ssr::again();
            view! {
                <Title text="Your account - Classimize" />
                <Page actor=actor.clone() current="/settings">
                    <PageHead title="Your account" dateline=format!("{}, {}", actor.name, actor.roles.words()) />
                    <Done />
                    <WhatIsWrong again=again.clone() />
                    <Spread id="privacy" title="Privacy">
                        <ul class="rows" role="list">
                            <li class="row">
                                <a class="row-title" href="/settings/privacy">
                                    "Your choices"
                                </a>
                            </li>
                            <li class="row">
                                <a class="row-title" href="/settings/sharing">
                                    "Sharing"
                                </a>
                            </li>
                            <li class="row">
                                <a class="row-title" href="/settings/messages">
                                    "Messages"
                                </a>
                            </li>
                            <li class="row">
                                <a class="row-title" href="/my-data">
                                    "My data"
                                </a>
                            </li>
                        </ul>
                    </Spread>
                    <Spread id="safety" title="Safety">
                        <ul class="rows" role="list">
                            <li class="row">
                                <a class="row-title" href="/report">
                                    "Report a problem"
                                </a>
                            </li>
                            {reports
                                .map(|open| {
                                    let words = match open {
                                        0 => "Reports of others".to_owned(),
                                        open => format!("Reports of others: {open} open"),
                                    };
                                    view! {
                                        <li class="row">
                                            <a class="row-title" href="/school/reports">
                                                {words}
                                            </a>
                                        </li>
                                    }
                                })}
                            {reads_log
                                .then(|| {
                                    view! {
                                        <li class="row">
                                            <a class="row-title" href="/school/security">
                                                "Security log"
                                            </a>
                                        </li>
                                    }
                                })}
                        </ul>
                    </Spread>
                    <Spread id="looks" title="Looks" note="Kept for you, on every device".to_owned()>
                        <div class="stack">
                            <ThemeForm current=theme_word() back="/settings" />
                            <p>
                                <ButtonLink href="/settings/reading">"Text size, spacing, letters and reading aloud"</ButtonLink>
                            </p>
                        </div>
                    </Spread>
                    <Spread id="devices" title="Devices" note="Where you are signed in".to_owned()>
                        <Devices devices />
                    </Spread>
                    <Spread id="this-device" title="This device">
                        <ForgetDevice on=actor.on_device />
                    </Spread>
                    <Spread id="password-part" title="Password" note="Other devices are signed out when you change it".to_owned()>
                        <form class="form" method="post" action="/settings/password">
                            <TextField
                                id="current_password"
                                label="Present password"
                                kind=InputKind::Password
                                error=again.error("current_password")
                                autocomplete="current-password"
                            />
                            <TextField
                                id="new_password"
                                label="New password"
                                kind=InputKind::Password
                                error=again.error("new_password")
                                autocomplete="new-password"
                            />
                            <div class="cluster">
                                <Button kind=ButtonKind::Main>"Change password"</Button>
                            </div>
                        </form>
                    </Spread>
                </Page>
            }
        },
    )
}

/// Takes everything away that this browser keeps; not where a class shares it, for others'
/// unsent work lies there.
#[component]
fn ForgetDevice(on: OnDevice) -> impl IntoView {
    if on == OnDevice::Shared {
        return view! {
            <p class="muted">"A class shares this device. Nothing of yours can be read on it after you sign out."</p>
        }
        .into_any();
    }
    view! {
        <Confirm
            summary="Forget this device"
            message="You are signed out, and everything goes that this browser keeps: work to read without a network, and work that is not sent yet."
            action="/settings/forget-device"
            button="Forget it"
            danger=true
        />
    }
    .into_any()
}

#[component]
fn Devices(devices: Vec<SessionSummary>) -> impl IntoView {
    let has_others = devices.iter().any(|device| !device.is_this_one);
    let rows = devices
        .into_iter()
        .map(|device| {
            let action = format!("/settings/sessions/{}/end", device.id);
            let name = device.device.clone();
            view! {
                <li class="row">
                    <div>
                        <span class="row-title">{device.device}</span>
                        <div class="row-meta">{format!("Last used {}. Signed in {}", device.last_used.words, device.signed_in.words)}</div>
                    </div>
                    <div class="row-end">
                        {if device.is_this_one {
                            view! { <Chip tone=Tone::Ok icon=Some(IconName::TickCircle)>"This device"</Chip> }.into_any()
                        } else {
                            view! {
                                <form method="post" action=action>
                                    <Button>"Sign out" <span class="hush">{format!(" {name}")}</span></Button>
                                </form>
                            }
                                .into_any()
                        }}
                    </div>
                </li>
            }
        })
        .collect_erased();
    view! {
        <ul class="rows" role="list">{rows}</ul>
        {has_others
            .then(|| {
                view! {
                    <form method="post" action="/settings/sessions/end-others">
                        <Button>"Sign out everywhere else"</Button>
                    </form>
                }
            })}
    }
    .into_any()
}
