//! A question that must be answered before going on. `Confirm` unfolds in its
//! place and works everywhere; `Dialog` is the browser's own dialog, opened by
//! a `DialogButton` where the browser knows how, or by an island.

use leptos::prelude::*;

use super::button::{Button, ButtonKind};
use super::tone::Tone;

/// The browser's dialog. It closes by its own button and by Escape.
#[component]
pub fn Dialog(
    /// Its `id`, which a `DialogButton` names.
    #[prop(into)]
    id: String,
    /// What it asks.
    #[prop(into)]
    title: String,
    /// The button that closes it and changes nothing.
    #[prop(default = "Close".to_owned(), into)]
    close: String,
    /// What happens, and the form with the button that does it.
    children: Children,
) -> impl IntoView {
    let labelled_by = format!("{id}-title");
    let title_id = labelled_by.clone();
    view! {
        <dialog class="dialog" id=id aria-labelledby=labelled_by>
            <h2 id=title_id>{title}</h2>
            {children()}
            <form class="dialog-acts" method="dialog">
                <button class="btn" type="submit">
                    {close}
                </button>
            </form>
        </dialog>
    }
}

/// Opens a dialog without a script, in browsers that know invoker commands.
#[component]
pub fn DialogButton(
    /// The dialog's `id`.
    #[prop(into)]
    opens: String,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <button class="btn" type="button" command="show-modal" commandfor=opens>
            {children()}
        </button>
    }
}

/// A button that unfolds the question and the button that does it. Needs no script.
#[component]
pub fn Confirm(
    /// The words that unfold it.
    #[prop(into)]
    summary: String,
    /// What will happen, what is kept, whether it can be taken back.
    #[prop(into)]
    message: String,
    /// Where the form goes, by POST.
    #[prop(into)]
    action: String,
    /// The button that does it, named after the act: "Archive 10B".
    #[prop(into)]
    button: String,
    /// Cannot be taken back.
    #[prop(optional)]
    danger: bool,
    /// Hidden fields that go with it, or fields to fill in.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (summary_class, tone, kind) = if danger {
        ("btn btn-danger", Tone::Error, ButtonKind::Danger)
    } else {
        ("btn", Tone::Plain, ButtonKind::Main)
    };
    view! {
        <details class="confirm">
            <summary class=summary_class>{summary}</summary>
            <form class="confirm-box" method="post" action=action data-tone=tone.as_attr()>
                <p>{message}</p>
                {children.map(|children| children())}
                <div class="cluster">
                    <Button kind>{button}</Button>
                </div>
            </form>
        </details>
    }
}
