//! `/install`: putting the platform on the home screen. An iPad never asks by itself, so
//! its steps come first. What is kept on a tablet for working without a network stays
//! longer once it is installed.

use leptos::prelude::*;
use leptos_meta::Title;

use super::drawings::{Drawing, Drawn};
use crate::page::theme_word;
use crate::ui::{CollectErased, Door, Erased, Icon, IconName, PageHead};

/// A step, with the sign to look for and what the device shows, where there is one.
struct Step {
    words: &'static str,
    sign: Option<IconName>,
    drawing: Option<Drawing>,
}

const fn step(words: &'static str) -> Step {
    Step {
        words,
        sign: None,
        drawing: None,
    }
}

const fn shown(words: &'static str, sign: IconName) -> Step {
    Step {
        sign: Some(sign),
        ..step(words)
    }
}

const fn drawn(words: &'static str, drawing: Drawing) -> Step {
    Step {
        drawing: Some(drawing),
        ..step(words)
    }
}

const IPAD: [Step; 4] = [
    drawn("Open this page in Safari.", Drawing::Browser),
    drawn("Tap Share, the square with an arrow.", Drawing::Share),
    drawn(
        "Tap Add to Home Screen. It may be further down in the list.",
        Drawing::List,
    ),
    drawn(
        "Tap Add. Open it from the home screen from now on.",
        Drawing::HomeScreen,
    ),
];
const ANDROID: [Step; 3] = [
    shown(
        "Open this page in Chrome, and tap the menu at the top right.",
        IconName::Menu,
    ),
    shown("Tap Add to home screen, then Install.", IconName::Plus),
    step("Open it from the home screen from now on."),
];
const COMPUTER: [Step; 2] = [
    shown(
        "In Chrome or Edge, press the install sign at the end of the address bar.",
        IconName::Download,
    ),
    step("Press Install. It opens in a window of its own."),
];

/// `/install`.
#[component]
pub(crate) fn InstallRoute() -> impl IntoView {
    view! {
        <Title text="Put it on your tablet - Classimize" />
        <Door theme=theme_word() back="/install">
            <div class="door-wide stack">
                <PageHead
                    title="Put it on your tablet"
                    lede={"It costs nothing and takes a minute. It then opens like any other app, and work that you do without a network is kept for longer.".to_owned()}
                />
                <Steps title="iPad and iPhone" steps=&IPAD />
                <Steps title="Android tablet or phone" steps=&ANDROID />
                <Steps title="Chromebook, Windows or Mac" steps=&COMPUTER />
                <section>
                    <h2>"Tablets that the school looks after"</h2>
                    <p>
                        "Your device management can add it for everybody: as a web clip on iPads, as a web app on Android and Chromebooks. The address is the one at the top of this page, without what stands after the name. Staff then enrol each shared tablet under Devices, so that badges work on it."
                    </p>
                </section>
            </div>
        </Door>
    }
    .erased()
}

#[component]
fn Steps(title: &'static str, steps: &'static [Step]) -> impl IntoView {
    let steps = steps
        .iter()
        .map(|step| {
            view! {
                <li>
                    {step.words}
                    {step.sign.map(|sign| view! { " " <Icon name=sign /> })}
                    {step.drawing.map(|drawing| view! { <Drawn drawing /> })}
                </li>
            }
        })
        .collect_erased();
    view! {
        <section>
            <h2>{title}</h2>
            <ol class="install-steps">{steps}</ol>
        </section>
    }
    .erased()
}
