//! The marking desk as an island: the work, its mark, the queue. Every button and
//! link is a form or an address of its own, so the desk works without WASM; with
//! it, going to the next student is one small call instead of a page.
#![expect(
    clippy::disallowed_methods,
    reason = "a part of an island keeps its types"
)]

use leptos::either::Either;
use leptos::ev::{MouseEvent, SubmitEvent};
use leptos::html::Form;
use leptos::prelude::*;
use leptos::task::spawn_local;
use vocab::form::error_for;
use vocab::ids::SubmissionId;
use vocab::marking::{KeptMark, MarkForm, MarkSaved, MarkingDesk};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::JsValue;

use super::api;
use super::fields::{MarkFields, form_of, read, typed_in_sleep};
use super::held_up::HeldUp;
use super::obstacle::{InTheWay, Obstacle, save_over};
use super::queue::{Queue, Steps};
use crate::assignments::{EarlierTry, Files};
use crate::ui::{Chip, IconName, Tone};

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
    let version = typed
        .as_ref()
        .map_or(desk.mark.version, |typed| typed.version);
    let desk = RwSignal::new(desk);
    let typed = RwSignal::new(typed_in_sleep(version).or(typed));
    let in_the_way = RwSignal::new(in_the_way);
    let done = RwSignal::new(done);
    // What is under way, as the status line says it. Until it is through nothing more
    // can be typed, for it would be replaced.
    let busy = RwSignal::new(None::<&'static str>);
    let fields = NodeRef::<Form>::new();
    let title_end = StoredValue::new(title_end);

    // Where somebody objected, or the classroom is archived, there is nothing to type in, and the
    // node of the fields may be that of an earlier student. What was typed before and came back
    // stays.
    let is_held_up =
        move || desk.with(|desk| desk.is_objected_to || desk.head.classroom.archived.is_some());
    let has_no_form = move || typed.with(Option::is_none) && is_held_up();
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
    // Whoever pressed a button low on the page is taken to why it did nothing.
    let focus_on_obstacle = move || {
        if let Some(id) = in_the_way.with_untracked(|what| what.as_ref().map(InTheWay::id)) {
            focus_on(id);
        }
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
            Err(error) => error.into(),
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
        let (here, student, is_returned) = desk.with_untracked(|desk| {
            let is_returned = desk.mark.returned.is_some();
            (desk.submission, desk.student.clone(), is_returned)
        });
        let is_conflict =
            in_the_way.with_untracked(|what| matches!(what, Some(InTheWay::Conflict(_))));
        let to_keep = unsaved();
        busy.set(Some(if to_keep.is_some() {
            "Saving"
        } else {
            "Opening"
        }));
        spawn_local(async move {
            let mut kept_for = None;
            let why = match to_keep {
                None => None,
                Some(_) if is_returned => Some(InTheWay::Said(RETURNED.to_owned())),
                // A whole page that says so has the newer version already.
                Some(_) if is_conflict => in_the_way.get_untracked(),
                Some(form) => {
                    let said = if form.is_empty() {
                        format!("Taken off for {student}.")
                    } else {
                        format!("Kept for {student}.")
                    };
                    match save(here, form).await {
                        // Where the next one does not open, the fields go on from this.
                        Some(kept) => {
                            show(*kept);
                            done.set(Some(said.clone()));
                            kept_for = Some(said);
                            None
                        }
                        None => in_the_way.get_untracked(),
                    }
                }
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
                focus_on_obstacle();
                return;
            }
            match api::desk(id).await {
                Ok(next) => {
                    done.set(kept_for);
                    show(next);
                    focus_on("work-h");
                }
                Err(error) => {
                    in_the_way.set(Some(error.into()));
                    focus_on_obstacle();
                }
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
            let said = match (form.intent.as_str(), form.is_empty()) {
                ("return", _) => "Returned.",
                (_, true) => "The mark is taken off.",
                (_, false) => "Saved.",
            };
            if let Some(next) = save(id, form).await {
                done.set(Some(said.to_owned()));
                let is_another = next.submission != id;
                let first = next.head.points.map_or("work-h", |_| "points");
                show(*next);
                if is_another {
                    focus_on(first);
                }
            } else {
                done.set(None);
                focus_on_obstacle();
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
                        return Either::Left(desk.with(|desk| view! { <HeldUp mark=desk.mark.clone() archived=desk.head.classroom.archived.clone() /> }));
                    }
                    let form = typed.get().unwrap_or_else(|| desk.with(|desk| form_of(&desk.mark)));
                    let (form, errors, over) = match in_the_way.get() {
                        Some(InTheWay::Conflict(kept)) => {
                            let over = save_over(&kept);
                            (MarkForm { version: kept.version, ..form }, Vec::new(), Some(over))
                        }
                        Some(InTheWay::Invalid(errors)) => (form, errors, None),
                        _ => (form, Vec::new(), None),
                    };
                    let wrong = ["points", "comment"].map(|field| error_for(&errors, field).map(str::to_owned));
                    Either::Right(
                        desk.with(|desk| {
                            view! { <MarkFields desk=desk.clone() form wrong over send node=fields busy /> }
                        }),
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
