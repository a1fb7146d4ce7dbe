//! A question that must be answered before going on. It unfolds in its place and needs no
//! script; a window over the page would need one on the tablets that schools have.

use leptos::prelude::*;

use super::Erased;
use super::button::{Button, ButtonKind};
use super::tone::Tone;

/// A button that unfolds the question and the button that does it. Needs no script.
#[component]
pub fn Confirm(
    /// The words that unfold it.
    #[prop(into)]
    summary: String,
    /// What they are about, after them for whoever hears the page: ": Ada Okafor". Several
    /// questions of one page have names that differ.
    #[prop(optional, into)]
    about: Option<String>,
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
    /// It came back with a mistake, and stays unfolded.
    #[prop(optional)]
    open: bool,
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
        <details class="confirm" open=open>
            <summary class=summary_class>
                {summary} {about.map(|about| view! { <span class="hush">{about}</span> })}
            </summary>
            <form class="confirm-box" method="post" action=action data-tone=tone.as_attr()>
                <p>{message}</p>
                {children.map(|children| children())}
                <div class="cluster">
                    <Button kind>{button}</Button>
                </div>
            </form>
        </details>
    }
    .erased()
}
