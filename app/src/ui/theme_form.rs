//! The choice of colours: a plain form whose answer is a cookie, so the next
//! page is right from its first byte. It works without a script.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::{CollectErased, Erased};

/// Value, label and drawing of each choice.
const THEMES: [(&str, &str, IconName); 5] = [
    ("auto", "As the device", IconName::Auto),
    ("light", "Light", IconName::Sun),
    ("dark", "Dark", IconName::Moon),
    ("cream", "Cream", IconName::Book),
    ("contrast", "High contrast", IconName::Half),
];

/// The choice of colours.
#[component]
pub fn ThemeForm(
    /// The choice in force: `auto`, `light`, `dark`, `cream` or `contrast`.
    #[prop(into)]
    current: String,
    /// The page to come back to, a path of this site.
    #[prop(into)]
    back: String,
) -> impl IntoView {
    let choices = THEMES
        .into_iter()
        .map(move |(value, label, icon)| {
            let pressed = if value == current { "true" } else { "false" };
            view! {
                <button class="choice" type="submit" name="theme" value=value aria-pressed=pressed>
                    <Icon name=icon />
                    {label}
                </button>
            }
        })
        .collect_erased();
    view! {
        <form class="theme-form" method="post" action="/theme">
            <input type="hidden" name="back" value=back />
            <fieldset>
                <legend class="legend">"Colours"</legend>
                <div class="choices">{choices}</div>
            </fieldset>
        </form>
    }
    .erased()
}
