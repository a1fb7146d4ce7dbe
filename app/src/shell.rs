//! The HTML around every page: head, theme, and the scripts that start islands,
//! which are left out where a page has none.

use domain::schools::hue::{self, Hue};
use leptos::prelude::*;
use leptos_meta::MetaTags;
use vocab::people::Role;
use vocab::reading::Reading;

use crate::assignments::is_simple;
use crate::readers::Reader;
use crate::reading;
use crate::routes::App;
use crate::ssr;
use crate::ui::{Erased, SignedIn};
use crate::visitors::{AllowedTags, Question};

/// The themes that can be chosen; without a choice the device decides.
pub const THEMES: [&str; 4] = ["light", "dark", "cream", "contrast"];

/// The whole document.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let means = expect_context::<ssr::Means>();
    let assets = means.assets.clone();
    provide_context(assets.clone());
    provide_context(means.head.entity.clone());
    if ssr::maybe_actor().is_some() {
        provide_context(SignedIn);
    }
    let Look {
        reading,
        hue,
        theme_colours,
    } = look();
    let [theme, size, line, letters, measure, font, ruler, _] = words_beyond_plain(reading);
    let audience = audience();
    let path = ssr::path();
    let island = island_on(&path).and_then(|component| assets.islands.get(component));
    let options = island.map(|name| {
        let mut options = options;
        options.output_name = name.as_str().into();
        options
    });
    let is_shell = path == "/shell";
    view! {
        <!DOCTYPE html>
        <html lang="en-GB" data-theme=theme data-audience=audience data-icons=assets.icons.clone()
            data-size=size data-line=line data-letters=letters data-measure=measure data-font=font
            data-hue=hue.map(hue::address) data-ruler=ruler>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                {theme_colours.map(|(scheme, colour)| theme_colour(scheme, colour))}
                <link rel="icon" href=assets.favicon.clone() type="image/svg+xml" />
                <link rel="apple-touch-icon" href="/icons/apple-touch.png" />
                // With credentials: it names the school that this device belongs to.
                <link rel="manifest" href="/manifest.webmanifest" crossorigin="use-credentials" />
                <link rel="stylesheet" href=assets.css.clone() />
                {hue.map(|hue| view! { <link rel="stylesheet" href=hue::address(hue) /> })}
                {ruler.map(|_| view! { <script type="module" src=assets.ruler.clone()></script> })}
                {reading::reads_aloud().then(|| view! { <script type="module" src=assets.aloud.clone()></script> })}
                {options.map(|options| view! { <HydrationScripts options islands=true /> })}
                {works_offline(&path)
                    .then(|| view! { <script type="module" src=assets.offline.clone()></script> })}
                {(is_door(&path) && !works_offline(&path))
                    .then(|| {
                        view! {
                            <script type="module" src=assets.door.clone() data-offline=assets.offline.clone()></script>
                        }
                    })}
                {offers_versions(&path)
                    .then(|| view! { <script type="module" src=assets.offer.clone()></script> })}
                {is_shell
                    .then(|| {
                        view! {
                            <script type="module" src=assets.dress.clone() data-ruler=assets.ruler.clone()></script>
                            <script type="module" src=assets.workspace.clone()></script>
                        }
                    })}
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
    .erased()
}

/// How this page looks, and the colours of the browser's own bars in light and in dark.
struct Look {
    reading: Reading,
    hue: Option<Hue>,
    theme_colours: [(&'static str, String); 2],
}

fn look() -> Look {
    // The shell without a network is the same for everybody.
    if ssr::path() == "/shell" {
        return Look {
            reading: Reading::default(),
            hue: None,
            theme_colours: bars(PLAIN_BARS.map(str::to_owned)),
        };
    }
    let hue = reading::hue();
    let theme_colours = hue.and_then(hue::shades).map_or_else(
        || PLAIN_BARS.map(str::to_owned),
        |(light, dark)| [light.accent.to_string(), dark.tint.to_string()],
    );
    Look {
        reading: reading::in_force(),
        hue,
        theme_colours: bars(theme_colours),
    }
}

/// The colour of the browser's own bars where the device asks for this scheme.
fn theme_colour(scheme: &'static str, colour: String) -> impl IntoView {
    leptos::html::meta()
        .name("theme-color")
        .content(colour)
        .attr("media", format!("(prefers-color-scheme: {scheme})"))
}

fn bars([light, dark]: [String; 2]) -> [(&'static str, String); 2] {
    [("light", light), ("dark", dark)]
}

/// The browser's bars have the page's own ground where the school has no hue.
const PLAIN_BARS: [&str; 2] = ["#fcfbf8", "#111418"];

/// The words that the style sheet has a rule for: nothing where all is as it comes.
fn words_beyond_plain(reading: Reading) -> [Option<&'static str>; 8] {
    reading.beyond(Reading::default()).words()
}

/// The chosen theme, if one is chosen.
pub fn theme() -> Option<&'static str> {
    words_beyond_plain(reading::in_force())[0]
}

fn audience() -> Option<&'static str> {
    Reader::of(&ssr::maybe_actor()?).as_audience()
}

/// The component of the island on this page. Each is a WASM of its own, and a page has one
/// at most: where a student writes, and on the marking desk.
fn island_on(path: &str) -> Option<&'static str> {
    let is_work = path.starts_with("/assignments/") && !path.ends_with("/edit") && !is_simple(path);
    let writes = || ssr::maybe_actor().is_some_and(|actor| actor.is(Role::Student));
    if path.starts_with("/submissions/") {
        return Some("Desk");
    }
    (is_work && writes()).then_some("DraftKeeper")
}

/// Pages where something may lie on the device although no student is signed in: whoever
/// comes to sign in delivers what another left, what is forgotten goes, and a photo that
/// was shared is taken up. `door.js` loads the script of the student's pages where it is
/// needed.
fn is_door(path: &str) -> bool {
    matches!(path, "/sign-in" | "/badge" | "/settings" | "/share")
}

/// Students work without a network.
fn works_offline(path: &str) -> bool {
    let is_student = || {
        ssr::maybe_actor().is_some_and(|actor| actor.is(Role::Student) && !actor.roles.is_staff())
    };
    path == "/shell" || is_student()
}

/// Staff and guardians: a student's script makes the offer itself, and goes where somebody
/// signs out in another tab.
fn offers_versions(path: &str) -> bool {
    ssr::maybe_actor().is_some() && !works_offline(path)
}
