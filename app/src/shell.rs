//! The HTML around every page: head, theme, and the scripts that start islands,
//! which are left out where a page has none.

use leptos::prelude::*;
use leptos_meta::MetaTags;
use vocab::people::Role;
use vocab::schools::Phase;

use crate::routes::App;
use crate::ssr;
use crate::visitors::{AllowedTags, Question};

/// The cookie that holds the chosen theme, so that it is right on the first byte.
pub const THEME_COOKIE: &str = "theme";

/// The themes that can be chosen; without a choice the device decides.
pub const THEMES: [&str; 4] = ["light", "dark", "cream", "contrast"];

/// The whole document.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let means = expect_context::<ssr::Means>();
    let assets = means.assets.clone();
    provide_context(assets.clone());
    provide_context(means.head.entity.clone());
    let theme = theme();
    let audience = audience();
    let path = ssr::path();
    let with_islands = has_islands(&path);
    let is_shell = path == "/shell";
    view! {
        <!DOCTYPE html>
        <html lang="en-GB" data-theme=theme data-audience=audience data-icons=assets.icons.clone()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="theme-color" content="#fcfbf8" media="(prefers-color-scheme: light)" />
                <meta name="theme-color" content="#111418" media="(prefers-color-scheme: dark)" />
                <link rel="icon" href=assets.favicon.clone() type="image/svg+xml" />
                <link rel="apple-touch-icon" href="/icons/apple-touch.png" />
                // With credentials: it names the school that this device belongs to.
                <link rel="manifest" href="/manifest.webmanifest" crossorigin="use-credentials" />
                <link rel="stylesheet" href=assets.css.clone() />
                {with_islands.then(|| view! { <HydrationScripts options islands=true /> })}
                {works_offline(&path)
                    .then(|| view! { <script type="module" src=assets.offline.clone()></script> })}
                {(path == "/sign-in" && !works_offline(&path))
                    .then(|| {
                        view! {
                            <script type="module" src=assets.door.clone() data-offline=assets.offline.clone()></script>
                        }
                    })}
                {is_shell.then(|| view! { <script type="module" src=assets.workspace.clone()></script> })}
                <AllowedTags />
                <MetaTags />
            </head>
            <body>
                <App />
                <Question />
                {means.reloads.then(|| view! { <script type="module" src="/dev/reload.js"></script> })}
            </body>
        </html>
    }
}

/// The chosen theme, if one is chosen.
pub fn theme() -> Option<&'static str> {
    let chosen = ssr::cookie(THEME_COOKIE)?;
    THEMES.into_iter().find(|theme| *theme == chosen)
}

fn audience() -> Option<&'static str> {
    let actor = ssr::maybe_actor()?;
    match (
        actor.is(Role::Student) && !actor.roles.is_staff(),
        actor.phase,
    ) {
        (true, Phase::Primary) => Some("youngest"),
        (true, Phase::Secondary) => Some("student"),
        (false, _) => None,
    }
}

/// Islands live on the page where a student writes and on the marking desk.
fn has_islands(path: &str) -> bool {
    let is_work = path.starts_with("/assignments/") && !path.ends_with("/edit");
    let writes = || ssr::maybe_actor().is_some_and(|actor| actor.is(Role::Student));
    path.starts_with("/submissions/") || (is_work && writes())
}

/// Students work without a network. On the sign-in page, where whoever comes delivers
/// what another left on the tablet, `door.js` loads the same where it is needed.
fn works_offline(path: &str) -> bool {
    let is_student = || {
        ssr::maybe_actor().is_some_and(|actor| actor.is(Role::Student) && !actor.roles.is_staff())
    };
    path == "/shell" || is_student()
}
