//! `/badge`: scan or type the code, tap three pictures. One form, so that it works without
//! a camera and without scripts, and so that nobody learns which half was wrong.

use domain::badges::devices;
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::badges::BadgeSignIn;

use super::pictures::PictureTiles;
use crate::page::{Done, WhatIsWrong, load, theme_word};
use crate::ssr::{self, Again};
use crate::ui::{Assets, Button, ButtonKind, ButtonLink, Door, Erased, PageHead, TextField};

/// The cookie of an enrolled device, and its name on encrypted connections, where it is
/// bound to this host.
pub const ENROLMENT_COOKIES: [&str; 2] = ["enrolment", "__Host-enrolment"];

/// Where somebody types on an enrolled device.
const TYPING: &str = "/sign-in?typed=yes";

/// `/badge`.
#[component]
pub(crate) fn BadgeRoute() -> impl IntoView {
    let token = ENROLMENT_COOKIES.into_iter().rev().find_map(ssr::cookie);
    load(
        async move {
            let Some(token) = token else {
                return Ok(None);
            };
            devices::find(ssr::db().read(), &token, ssr::now())
                .await
                .map_err(ssr::unavailable)
        },
        |here| match here {
            Some(here) => view! { <TakeBadge school=here.school_name /> }.into_any(),
            None => view! { <NotEnrolled /> }.into_any(),
        },
    )
}

#[component]
fn NotEnrolled() -> impl IntoView {
    view! {
        <Title text="Badges - Classimize" />
        <Door theme=theme_word() back="/badge">
            <PageHead title="Badges do not work here" dateline="Classimize".to_owned() />
            <WhatIsWrong again={ssr::again::<BadgeSignIn>()} />
            <div class="door-form">
                <p>"Badges work on your school's own tablets, once a member of staff has set them up under Devices."</p>
                <div class="cluster">
                    <ButtonLink href=TYPING kind=ButtonKind::Main big=true>
                        "Sign in by typing"
                    </ButtonLink>
                </div>
            </div>
        </Door>
    }
    .erased()
}

#[component]
fn TakeBadge(school: String) -> impl IntoView {
    let scanner = expect_context::<Assets>().scanner;
    let again: Again<BadgeSignIn> = ssr::again();
    let code = again
        .form
        .as_ref()
        .map(|form| form.code.clone())
        .unwrap_or_default();
    let picture_error = again.error("pictures");
    let described_by = picture_error.is_some().then_some("pictures-error");
    view! {
        <Title text="Sign in with your badge - Classimize" />
        <Door theme=theme_word() back="/badge">
            <PageHead title="Hold up your badge" dateline=school />
            // Off for the ticks as well: who goes back to the page finds none of the child before.
            <form class="badge-form" id="badge-form" method="post" action="/badge" autocomplete="off">
                <Done />
                <WhatIsWrong again=again.clone() />
                <div class="badge-scan" id="scan" data-off="">
                    <Button submit=false big=true>"Use the camera"</Button>
                    <video class="badge-video" muted playsinline hidden></video>
                    <p class="muted" role="status"></p>
                </div>
                <TextField
                    id="code"
                    label="Letters under the square"
                    hint=Some("Such as KX4-72M-9TQ".to_owned())
                    error=again.error("code")
                    value=code
                    autocomplete="off"
                    input_class="input-code"
                    max_length=200_u32
                />
                <fieldset class="picture-field" id="pictures" tabindex="-1" aria-describedby=described_by>
                    // Shown by the script that sends the form at the third (WCAG 2.2, 3.2.2).
                    <legend>
                        "Tap your three pictures"
                        <span id="at-third" data-off="">": you are signed in when you touch the third"</span>
                    </legend>
                    {picture_error
                        .map(|words| {
                            view! {
                                <p class="field-error" id="pictures-error">
                                    <span class="hush">"Error: "</span>
                                    {words}
                                </p>
                            }
                        })}
                    <PictureTiles />
                </fieldset>
                <div class="cluster">
                    <Button kind=ButtonKind::Main big=true>
                        "Sign in"
                    </Button>
                    <ButtonLink href=TYPING kind=ButtonKind::Quiet>
                        "Sign in by typing"
                    </ButtonLink>
                </div>
            </form>
            <script type="module" src="/badge.js" data-scanner=scanner></script>
        </Door>
    }
    .erased()
}
