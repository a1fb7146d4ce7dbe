//! Where a student writes: a plain text field of the form around it, kept by "Save draft".
//! The island beside it wakes what keeps the words while they are typed (`keeper.rs`). It
//! draws nothing: all that it shows is here already, so that a student's tablet loads no code
//! for drawing.

use leptos::prelude::*;

use super::keeper;
#[cfg(feature = "ssr")]
use crate::ui::{as_content, field::field_words};

/// Wakes what keeps the words of the field beside it.
#[island]
pub fn DraftKeeper() -> impl IntoView {
    if cfg!(target_arch = "wasm32") {
        keeper::wake();
    }
}

/// The text field of an answer, saved as it is typed.
#[cfg(feature = "ssr")]
#[component]
pub(super) fn DraftField(
    /// Which work, and whose page this is: handed back as it came.
    page: String,
    /// The draft as the server has it, or what came back with a form.
    text: String,
    /// The version of the draft.
    version: i32,
    /// When it was saved, in words.
    saved: Option<String>,
    /// True where the text came back with a form and is not the draft that is kept.
    unsaved: bool,
    /// What another device saved, where the form that came back still had it below the text.
    theirs: Option<String>,
    /// What is wrong with it, from the form.
    error: Option<String>,
) -> impl IntoView {
    let described = if error.is_some() {
        "text-error text-state"
    } else {
        "text-state"
    };
    let is_wrong = error.is_some();
    let saved = saved.filter(|_| !unsaved);
    // Until the island is awake nothing is saved by itself, and nobody is told that it were.
    let asleep = "Press Save draft to keep what you write";
    let (state, awake) = match saved {
        Some(when) => (format!("Saved {when}. {asleep}"), format!("Saved {when}")),
        None => (asleep.to_owned(), "Saved as you write".to_owned()),
    };
    view! {
        <div class="field">
            <label for="text">"My answer"</label>
            <span class="hint" id="text-state" role="status" data-awake=awake>
                {state}
            </span>
            {field_words("text", None, error)}
            <textarea
                class="input lined"
                id="text"
                name="text"
                rows="8"
                aria-describedby=described
                aria-invalid={is_wrong.then_some("true")}
                data-page=page
                data-version=version
                data-unsaved={unsaved.then_some("")}
            >
                {as_content(text)}
            </textarea>
            <input type="hidden" id="version" name="version" value=version />
            {theirs.map(|words| view! { <Theirs words /> })}
            <template id="theirs-to-come">
                <Theirs words=String::new() />
            </template>
            <DraftKeeper />
        </div>
    }
}

/// What the student's other device saved. It is said by the island that it is not needed any
/// more: until that is awake nobody is offered a button that does nothing.
#[cfg(feature = "ssr")]
#[component]
fn Theirs(words: String) -> impl IntoView {
    view! {
        <div class="notice" data-tone="warn" role="alert" id="theirs-notice">
            <div class="stack">
                <p>
                    <strong>"Your other device saved different words."</strong>
                    " They are here, so that you can copy what you need. Until you have it, they are saved below yours."
                </p>
                <textarea class="input" id="theirs" name="theirs" rows="4" readonly aria-label="The words from your other device">
                    {as_content(words)}
                </textarea>
                <p>
                    <button class="btn" type="button" id="theirs-done" hidden>
                        "I have what I need"
                    </button>
                </p>
            </div>
        </div>
    }
}
