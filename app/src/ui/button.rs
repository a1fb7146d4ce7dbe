//! Buttons, and links that look like one. A screen has one main button; what
//! throws something away is a danger button and asks first (see `Confirm`).

use leptos::prelude::*;

use super::Erased;
use super::icon::{Icon, IconName};

/// How loud a button is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one thing to do on this screen.
    Main,
    /// Everything else.
    #[default]
    Plain,
    /// Cancel, and what stands in a row of its own kind.
    Quiet,
    /// Cannot be taken back.
    Danger,
}

fn class_of(kind: ButtonKind, big: bool, wide: bool, has_icon_alone: bool) -> String {
    let mut class = String::from("btn");
    class.push_str(match kind {
        ButtonKind::Main => " btn-main",
        ButtonKind::Plain => "",
        ButtonKind::Quiet => " btn-quiet",
        ButtonKind::Danger => " btn-danger",
    });
    for (is_on, word) in [
        (big, " btn-big"),
        (wide, " btn-wide"),
        (has_icon_alone, " btn-icon"),
    ] {
        if is_on {
            class.push_str(word);
        }
    }
    class
}

/// The words of a button; beside a lone drawing they are for screen readers only.
fn words(are_hidden: bool, children: Children) -> impl IntoView {
    if are_hidden {
        view! { <span class="hush">{children()}</span> }.into_any()
    } else {
        children()
    }
}

/// A button of a form.
#[component]
pub fn Button(
    /// How loud it is.
    #[prop(optional)]
    kind: ButtonKind,
    /// 56 px high, for the act of the page.
    #[prop(optional)]
    big: bool,
    /// As wide as its column.
    #[prop(optional)]
    wide: bool,
    /// A drawing before the words.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// A drawing in place of the words, which stay for screen readers.
    #[prop(optional, into)]
    icon_alone: Option<IconName>,
    /// Sends its form; `false` makes it a button for an island.
    #[prop(default = true)]
    submit: bool,
    /// The field's name that is sent when this button was pressed.
    #[prop(optional, into)]
    name: Option<String>,
    /// The value that is sent with the name.
    #[prop(optional, into)]
    value: Option<String>,
    /// The `id` of a form elsewhere on the page.
    #[prop(optional, into)]
    form: Option<String>,
    /// Another address than the form's own.
    #[prop(optional, into)]
    formaction: Option<String>,
    /// Cannot be pressed now; say why beside it.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// One of several answers: whether it is the one that holds.
    #[prop(optional)]
    pressed: Option<bool>,
    /// The words.
    children: Children,
) -> impl IntoView {
    let pressed = pressed.map(|pressed| if pressed { "true" } else { "false" });
    let kind_of_button = if submit { "submit" } else { "button" };
    view! {
        <button
            class=class_of(kind, big, wide, icon_alone.is_some())
            type=kind_of_button
            name=name
            value=value
            form=form
            formaction=formaction
            disabled={move || disabled.get()}
            aria-pressed=pressed
        >
            {icon.or(icon_alone).map(|name| view! { <Icon name /> })}
            {words(icon_alone.is_some(), children)}
        </button>
    }
    .erased()
}

/// A link that looks like a button: it goes somewhere and changes nothing.
#[component]
pub fn ButtonLink(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// How loud it is.
    #[prop(optional)]
    kind: ButtonKind,
    /// 56 px high, for the act of the page.
    #[prop(optional)]
    big: bool,
    /// As wide as its column.
    #[prop(optional)]
    wide: bool,
    /// A drawing before the words.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// A drawing in place of the words, which stay for screen readers.
    #[prop(optional, into)]
    icon_alone: Option<IconName>,
    /// The browser saves the answer as a file, and never fetches it ahead.
    #[prop(optional)]
    download: bool,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <a class=class_of(kind, big, wide, icon_alone.is_some()) href=href download={download.then_some("")}>
            {icon.or(icon_alone).map(|name| view! { <Icon name /> })}
            {words(icon_alone.is_some(), children)}
        </a>
    }
    .erased()
}
