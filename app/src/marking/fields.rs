//! The fields of the desk: mark and comment, with the buttons that save them. They say what
//! saving does, and what the student sees of it.

use leptos::ev::SubmitEvent;
use leptos::html::Form;
use leptos::prelude::*;
use vocab::marking::{KeptMark, MarkForm, MarkingDesk};
use wasm_bindgen::JsCast;

use crate::ui::as_content;
use crate::ui::field::field_words;

#[component]
pub(super) fn MarkFields(
    desk: MarkingDesk,
    form: MarkForm,
    /// What is wrong with the mark and with the comment.
    wrong: [Option<String>; 2],
    /// What saving does where somebody else saved first.
    #[prop(optional_no_strip)]
    over: Option<String>,
    send: Callback<(SubmitEvent, MarkForm)>,
    node: NodeRef<Form>,
    busy: RwSignal<Option<&'static str>>,
) -> impl IntoView {
    let version = form.version;
    let attempt = desk.attempt();
    let out_of = desk.head.points;
    let has_next = desk.next.is_some();
    let is_returned = desk.mark.returned.is_some();
    // Taking off is said where it can be done.
    let is_marked = desk
        .queue
        .iter()
        .any(|line| line.submission == desk.submission && line.is_marked);
    let can_take_off = is_marked && !is_returned && over.is_none();
    let (intent, save) = match &over {
        Some(over) => ("save", over.clone()),
        None if has_next => ("next", "Save and next".to_owned()),
        None => ("save", "Save".to_owned()),
    };
    let and_return = match over {
        Some(over) => format!("{over} and return"),
        None if is_returned => "Save and return again".to_owned(),
        None => "Save and return".to_owned(),
    };
    let [points_error, comment_error] = wrong;
    let on_submit = move |event: SubmitEvent| {
        let Some(form) = node.get_untracked() else {
            return;
        };
        let intent = event
            .submitter()
            .and_then(|button| button.get_attribute("value"))
            .unwrap_or_else(|| "save".to_owned());
        send.run((event, read(&form, version, intent)));
    };
    let who = desk.mark.marked_by.clone().zip(desk.mark.marked.clone());
    // A mark from when the work had points stays to be seen.
    let gets_words_only = out_of.is_none() && form.points.is_empty() && desk.mark.points.is_none();
    let hint = out_of.map_or_else(
        || "This work gets words only".to_owned(),
        |points| format!("Out of {points}"),
    );
    let has_points_error = points_error.is_some();
    let has_comment_error = comment_error.is_some();
    let comment = form.comment.clone();
    view! {
        <form
            class="form"
            method="post"
            action=format!("/submissions/{}/mark", desk.submission)
            node_ref=node
            on:submit=on_submit
        >
            <input type="hidden" name="version" value=version />
            <input type="hidden" name="attempt" value=attempt.map(|attempt| attempt.to_string()) />
            <div class="field" hidden=gets_words_only>
                <label for="points">"Mark"</label>
                {field_words("points", Some(hint), points_error)}
                <input
                    class="input input-short"
                    id="points"
                    name="points"
                    inputmode="decimal"
                    autocomplete="off"
                    value=form.points.clone()
                    prop:value=form.points
                    prop:readOnly={move || busy.get().is_some()}
                    aria-describedby={if has_points_error { "points-error work-h points-hint" } else { "work-h points-hint" }}
                    aria-invalid={has_points_error.then_some("true")}
                />
            </div>
            <div class="field">
                <label for="comment">"Comment"</label>
                {field_words("comment", None, comment_error)}
                <textarea
                    class="input"
                    id="comment"
                    name="comment"
                    rows="6"
                    autocomplete="off"
                    prop:value=form.comment.clone()
                    prop:readOnly={move || busy.get().is_some()}
                    aria-describedby={has_comment_error.then_some("comment-error")}
                    aria-invalid={has_comment_error.then_some("true")}
                >
                    {as_content(comment)}
                </textarea>
            </div>
            <div class="stack gap-2">
                <button class="btn btn-main btn-wide" type="submit" name="intent" value=intent>
                    {save}
                </button>
                <button class="btn btn-wide" type="submit" name="intent" value="return">
                    {and_return}
                </button>
            </div>
            <p>
                <a class="btn btn-quiet" href="/my-data">"Ask about privacy"</a>
            </p>
            <p class="small muted">
                {match desk.mark.returned {
                    Some(at) => since(&at.words),
                    None => "The student sees nothing until you return it.".to_owned(),
                }}
                {can_take_off.then_some(" Until then you can take it off: save it empty.")}
            </p>
            {who.map(|(who, at)| view! { <p class="small muted">{format!("Last saved by {who}, {}", at.words)}</p> })}
        </form>
    }
}

/// Since when the student reads it, and what follows.
pub(super) fn since(at: &str) -> String {
    format!("Returned {at}. A change is seen at once.")
}

/// The fields as they are kept.
pub(super) fn form_of(mark: &KeptMark) -> MarkForm {
    MarkForm {
        attempt: None,
        points: mark
            .points
            .map(|points| points.to_string())
            .unwrap_or_default(),
        comment: mark.comment.clone(),
        version: mark.version,
        intent: String::new(),
    }
}

/// What was typed before the desk woke up, which sets the fields to what it is given; nothing
/// where they are as the page brought them. A browser fills them with nothing of its own: it is
/// told so by `autocomplete`, for what it keeps may be older than what is saved.
pub(super) fn typed_in_sleep(version: i32) -> Option<MarkForm> {
    if cfg!(feature = "ssr") {
        return None;
    }
    let points = document()
        .get_element_by_id("points")?
        .dyn_into::<web_sys::HtmlInputElement>()
        .ok()?;
    let form = points.form()?;
    let comment = field::<web_sys::HtmlTextAreaElement>(&form, "comment")?;
    let is_as_sent =
        points.value() == points.default_value() && Ok(comment.value()) == comment.default_value();
    (!is_as_sent).then(|| read(&form, version, String::new()))
}

/// What stands in the fields.
pub(super) fn read(form: &web_sys::HtmlFormElement, version: i32, intent: String) -> MarkForm {
    MarkForm {
        points: field::<web_sys::HtmlInputElement>(form, "points")
            .map(|field| field.value())
            .unwrap_or_default(),
        comment: field::<web_sys::HtmlTextAreaElement>(form, "comment")
            .map(|field| field.value())
            .unwrap_or_default(),
        version,
        attempt: None,
        intent,
    }
}

fn field<T: JsCast>(form: &web_sys::HtmlFormElement, name: &str) -> Option<T> {
    form.elements().named_item(name)?.dyn_into().ok()
}
