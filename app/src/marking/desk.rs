//! The marking desk as an island: the work, its mark, the queue. Every button and
//! link is a form or an address of its own, so the desk works without WASM; with
//! it, going to the next student is one small call instead of a page.

use leptos::either::Either;
use leptos::ev::{MouseEvent, SubmitEvent};
use leptos::html::Form;
use leptos::prelude::*;
use leptos::task::spawn_local;
use vocab::form::{FieldError, error_for};
use vocab::ids::SubmissionId;
use vocab::marking::{KeptMark, MarkForm, MarkSaved, MarkingDesk};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::JsValue;

use super::api;
use super::held_up::HeldUp;
use super::queue::{Queue, Steps};
use crate::assignments::{EarlierTry, Files};
use crate::ui::{Chip, ErrorSummary, IconName, Tone, as_content};

/// What stands between the teacher and a saved mark.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum InTheWay {
    /// Something in the form.
    Invalid(Vec<FieldError>),
    /// Somebody else saved first.
    Conflict(KeptMark),
    /// Anything else, in a sentence.
    Said(String),
}

/// What a teacher reads where the student handed in again meanwhile.
const NEW_TRY: &str = "There is a new try. Look at it, and save again.";
/// Why what is typed is not kept by going on.
const RETURNED: &str = "The student would see this at once.";
/// Asked behind why it is not kept.
const LEAVE: &str = " Your change is not saved. Go on without saving it?";

/// The desk.
#[island]
pub fn Desk(
    /// The submission to begin with.
    desk: MarkingDesk,
    /// What was typed, where a form came back.
    typed: Option<MarkForm>,
    /// Why it came back.
    in_the_way: Option<InTheWay>,
    /// What was just done, in a sentence.
    done: Option<String>,
    /// What the window's title says after the student's name.
    title_end: String,
) -> impl IntoView {
    let desk = RwSignal::new(desk);
    let typed = RwSignal::new(typed);
    let in_the_way = RwSignal::new(in_the_way);
    let done = RwSignal::new(done);
    // What is under way, as the status line says it. Until it is through nothing more
    // can be typed, for it would be replaced.
    let busy = RwSignal::new(None::<&'static str>);
    let fields = NodeRef::<Form>::new();
    let title_end = StoredValue::new(title_end);

    // Where somebody objected there is nothing to type in, and the node of the fields may be
    // that of an earlier student. What was typed before and came back stays.
    let has_no_form = move || typed.with(Option::is_none) && desk.with(|desk| desk.is_objected_to);
    // The mark and words in the fields, where they are not the ones that are kept.
    let unsaved = move || {
        if untrack(has_no_form) {
            return None;
        }
        let form = fields.get_untracked()?;
        let (kept, version) = desk.with_untracked(|desk| (form_of(&desk.mark), desk.mark.version));
        let now = read(&form, version, "save".to_owned());
        (now.points != kept.points || now.comment != kept.comment).then_some(now)
    };

    let show = move |next: MarkingDesk| {
        let is_another = desk.with_untracked(|desk| desk.submission != next.submission);
        typed.set(None);
        in_the_way.set(None);
        if is_another {
            let address = format!("/submissions/{}", next.submission);
            if let Ok(history) = window().history() {
                let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&address));
            }
            window().scroll_to_with_x_and_y(0.0, 0.0);
            document().set_title(&format!(
                "{} - {}",
                next.student,
                title_end.with_value(Clone::clone)
            ));
        }
        desk.set(next);
    };
    // What is to be shown next. Where it is not kept, it stays in the fields, beside why.
    let save = async move |id: SubmissionId, mut form: MarkForm| {
        form.attempt = desk.with_untracked(MarkingDesk::attempt);
        let what = match api::save(id, form.clone()).await {
            Ok(MarkSaved::Kept(next)) => return Some(next),
            Ok(MarkSaved::Invalid(errors)) => InTheWay::Invalid(errors),
            Ok(MarkSaved::Conflict(kept)) => {
                // What the desk says of it is true again. The version stays the one that was
                // read: only who presses Save goes over what is kept, nobody by going on.
                desk.update(|desk| {
                    let version = desk.mark.version;
                    desk.mark = KeptMark {
                        version,
                        ..KeptMark::clone(&kept)
                    };
                });
                InTheWay::Conflict(*kept)
            }
            Ok(MarkSaved::NewTry(anew)) => {
                desk.set(*anew);
                InTheWay::Said(NEW_TRY.to_owned())
            }
            Err(error) => InTheWay::Said(error.to_string()),
        };
        typed.set(Some(form));
        in_the_way.set(Some(what));
        None
    };
    // Another student. What is typed for this one and not kept yet is kept first; what
    // the student would see at once is never changed by going on. What cannot be kept, and
    // cannot be put right here, is left behind only if the teacher says so.
    let open = move |id: SubmissionId| {
        if busy.get_untracked().is_some() {
            return;
        }
        let (here, is_returned) =
            desk.with_untracked(|desk| (desk.submission, desk.mark.returned.is_some()));
        let is_conflict =
            in_the_way.with_untracked(|what| matches!(what, Some(InTheWay::Conflict(_))));
        let to_keep = unsaved();
        busy.set(Some(if to_keep.is_some() {
            "Saving"
        } else {
            "Opening"
        }));
        spawn_local(async move {
            let why = match to_keep {
                None => None,
                Some(_) if is_returned => Some(InTheWay::Said(RETURNED.to_owned())),
                // A whole page that says so has the newer version already.
                Some(_) if is_conflict => in_the_way.get_untracked(),
                Some(form) => match save(here, form).await {
                    // Where the next one does not open, the fields go on from this.
                    Some(kept) => {
                        show(*kept);
                        done.set(Some("Saved.".to_owned()));
                        None
                    }
                    None => in_the_way.get_untracked(),
                },
            };
            let stays = match why {
                None => false,
                Some(InTheWay::Said(why)) if why != NEW_TRY => !window()
                    .confirm_with_message(&(why + LEAVE))
                    .unwrap_or(false),
                Some(_) => true,
            };
            if stays {
                busy.set(None);
                focus_on("conflict");
                return;
            }
            match api::desk(id).await {
                Ok(next) => {
                    done.set(None);
                    show(next);
                    focus_on("work-h");
                }
                Err(error) => in_the_way.set(Some(InTheWay::Said(error.to_string()))),
            }
            busy.set(None);
        });
    };
    let go = Callback::new(move |(event, id): (MouseEvent, SubmissionId)| {
        let is_plain_click =
            event.button() == 0 && !event.ctrl_key() && !event.meta_key() && !event.shift_key();
        if is_plain_click {
            event.prevent_default();
            open(id);
        }
    });
    let send = Callback::new(move |(event, form): (SubmitEvent, MarkForm)| {
        event.prevent_default();
        if busy.get_untracked().is_some() {
            return;
        }
        busy.set(Some("Saving"));
        let id = desk.with_untracked(|desk| desk.submission);
        spawn_local(async move {
            let said = if form.intent == "return" {
                "Returned."
            } else {
                "Saved."
            };
            if let Some(next) = save(id, form).await {
                done.set(Some(said.to_owned()));
                let is_another = next.submission != id;
                show(*next);
                if is_another {
                    focus_on("points");
                }
            }
            busy.set(None);
        });
    });

    Effect::new(move || {
        // Back and forward in the browser load the page of that submission.
        let back = gloo::events::EventListener::new(&window(), "popstate", move |_| {
            let _ = window().location().reload();
        });
        back.forget();
        // A mark that is typed and not saved is not left without a question.
        let asks = gloo::events::EventListener::new_with_options(
            &window(),
            "beforeunload",
            gloo::events::EventListenerOptions::enable_prevent_default(),
            move |event| {
                if unsaved().is_some() {
                    event.prevent_default();
                }
            },
        );
        asks.forget();
    });

    view! {
        <div class="desk-bar" role="group" aria-label="Move through the queue">
            {move || desk.with(|desk| view! { <Steps desk=desk.clone() go /> })}
            <span role="status">
                {move || {
                    if let Some(what) = busy.get() {
                        Some(what.into_any())
                    } else {
                        done.get()
                            .map(|sentence| {
                                view! {
                                    <Chip tone=Tone::Ok icon=Some(IconName::TickCircle)>
                                        {sentence}
                                    </Chip>
                                }
                                    .into_any()
                            })
                    }
                }}
            </span>
        </div>
        <div class="desk">
            <section class="work" aria-labelledby="work-h">
                {move || desk.with(|desk| view! { <Work desk=desk.clone() /> })}
            </section>
            <section class="marks stack" aria-labelledby="marks-h">
                <h2 id="marks-h">"Mark and comment"</h2>
                {move || in_the_way.get().map(|what| view! { <Obstacle what mine={typed.get_untracked()} /> })}
                {move || {
                    if has_no_form() {
                        return Either::Left(desk.with(|desk| view! { <HeldUp mark=desk.mark.clone() /> }));
                    }
                    let form = typed.get().unwrap_or_else(|| desk.with(|desk| form_of(&desk.mark)));
                    let form = match in_the_way.get() {
                        Some(InTheWay::Conflict(kept)) => MarkForm { version: kept.version, ..form },
                        _ => form,
                    };
                    let errors = match in_the_way.get() {
                        Some(InTheWay::Invalid(errors)) => errors,
                        _ => Vec::new(),
                    };
                    Either::Right(
                        desk.with(|desk| view! { <MarkFields desk=desk.clone() form errors send node=fields busy /> }),
                    )
                }}
            </section>
            <nav class="queue" aria-labelledby="queue-h">
                {move || desk.with(|desk| view! { <Queue desk=desk.clone() go /> })}
            </nav>
        </div>
    }
}

/// Puts the keyboard there, once it is on the page.
fn focus_on(id: &'static str) {
    request_animation_frame(move || {
        let element = document()
            .get_element_by_id(id)
            .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
        if let Some(element) = element {
            let _ = element.focus();
        }
    });
}

/// Since when the student reads it, and what follows.
fn since(at: &str) -> String {
    format!("Returned {at}. A change is seen at once.")
}

fn form_of(mark: &KeptMark) -> MarkForm {
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

#[component]
fn Work(desk: MarkingDesk) -> impl IntoView {
    let files = desk.files;
    let (standing, earlier): (Vec<_>, Vec<_>) = desk
        .attempts
        .into_iter()
        .filter(|attempt| !attempt.is_withdrawn)
        .enumerate()
        .partition(|(at, _)| *at == 0);
    let attempt = standing.into_iter().map(|(_, attempt)| attempt).next();
    let late = attempt.as_ref().is_some_and(|attempt| attempt.is_late);
    let earlier = earlier
        .into_iter()
        .map(|(_, attempt)| view! { <EarlierTry attempt /> })
        .collect_view();
    view! {
        <div class="stack">
            <h2 id="work-h" tabindex="-1">{desk.student}</h2>
            <p class="cluster">
                {attempt
                    .map(|attempt| {
                        view! {
                            <span class="muted">
                                "Handed in " <time datetime=attempt.handed_in.iso>{attempt.handed_in.words}</time>
                                {attempt.written.map(|at| view! { ", written " {at.words} " by the tablet's clock, without a network" })}
                                {(attempt.number > 1).then(|| format!(", try {}", attempt.number))}
                                ", receipt "
                                {attempt.receipt}
                            </span>
                        }
                    })}
                {desk
                    .arranged
                    .map(|arranged| {
                        view! {
                            <a class="btn btn-quiet" href=format!("/arrangements/{}", arranged.student)>
                                {arranged.label()}
                            </a>
                        }
                    })}
                {late
                    .then(|| {
                        view! {
                            <Chip tone=Tone::Warn icon=Some(IconName::Clock)>
                                "Late"
                            </Chip>
                        }
                    })}
            </p>
            {(!desk.text.trim().is_empty())
                .then(|| view! { <article class="paper as-typed">{desk.text}</article> })}
            <Files files remove=None />
            {earlier}
        </div>
    }
}

#[component]
fn Obstacle(what: InTheWay, mine: Option<MarkForm>) -> impl IntoView {
    match what {
        InTheWay::Invalid(errors) => view! { <ErrorSummary errors /> }.into_any(),
        InTheWay::Said(sentence) => view! {
            <div class="notice" data-tone="error" role="alert">
                <p>{sentence}</p>
            </div>
        }
        .into_any(),
        InTheWay::Conflict(kept) => {
            let who = kept.marked_by.unwrap_or_default();
            let when = kept.marked.map(|at| at.words).unwrap_or_default();
            let title = if kept.returned.is_some() {
                "This was returned already".to_owned()
            } else {
                format!("{who} marked this first")
            };
            let points = kept
                .points
                .map_or_else(|| "No mark".to_owned(), |points| points.to_string());
            let mine = mine.unwrap_or_default();
            view! {
                <div class="notice" id="conflict" tabindex="-1" data-tone="warn" role="alert">
                    <div class="stack">
                        <h3>{title}</h3>
                        <p>"Nothing was overwritten. Look at both, change yours if need be, and save again."</p>
                        {kept.returned.map(|at| view! { <p>{since(&at.words)}</p> })}
                        <dl class="compare">
                            <dt>{format!("{who}, {when}")}</dt>
                            <dd>
                                <b>{points}</b>
                                " "
                                <span class="as-typed">{kept.comment}</span>
                            </dd>
                            <dt>"You, not saved yet"</dt>
                            <dd>
                                <b>{mine.points}</b>
                                " "
                                <span class="as-typed">{mine.comment}</span>
                            </dd>
                        </dl>
                    </div>
                </div>
            }
            .into_any()
        }
    }
}

#[component]
fn MarkFields(
    desk: MarkingDesk,
    form: MarkForm,
    errors: Vec<FieldError>,
    send: Callback<(SubmitEvent, MarkForm)>,
    node: NodeRef<Form>,
    busy: RwSignal<Option<&'static str>>,
) -> impl IntoView {
    let version = form.version;
    let attempt = desk.attempt();
    let out_of = desk.head.points;
    let has_next = desk.next.is_some();
    let is_returned = desk.mark.returned.is_some();
    let points_error = error_for(&errors, "points").map(str::to_owned);
    let comment_error = error_for(&errors, "comment").map(str::to_owned);
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
            <div class="field">
                <label for="points">"Mark"</label>
                <span class="hint" id="points-hint">
                    {hint}
                </span>
                {points_error.map(|error| view! { <span class="field-error" id="points-error">{error}</span> })}
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
                {comment_error.map(|error| view! { <span class="field-error" id="comment-error">{error}</span> })}
                <textarea
                    class="input"
                    id="comment"
                    name="comment"
                    rows="6"
                    prop:value=form.comment.clone()
                    prop:readOnly={move || busy.get().is_some()}
                    aria-describedby={has_comment_error.then_some("comment-error")}
                    aria-invalid={has_comment_error.then_some("true")}
                >
                    {as_content(comment)}
                </textarea>
            </div>
            <div class="stack gap-2">
                <button class="btn btn-main btn-wide" type="submit" name="intent" value={if has_next { "next" } else { "save" }}>
                    {if has_next { "Save and next" } else { "Save" }}
                </button>
                <button class="btn btn-wide" type="submit" name="intent" value="return">
                    {if is_returned { "Save and return again" } else { "Save and return" }}
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
            </p>
            {who.map(|(who, at)| view! { <p class="small muted">{format!("Last saved by {who}, {}", at.words)}</p> })}
        </form>
    }
}

fn read(form: &web_sys::HtmlFormElement, version: i32, intent: String) -> MarkForm {
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
