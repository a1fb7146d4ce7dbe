//! The island that keeps a student's words while they type. Without WASM it is a
//! plain text field of the form around it, kept by "Save draft".

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use leptos::html::Textarea;
use leptos::prelude::*;
use leptos::task::spawn_local;
use vocab::assignments::DraftSaved;
use wasm_bindgen::JsCast;

use super::api::save_draft;

/// How long after the last keystroke a draft is saved.
const PAUSE_MS: u32 = 800;
/// How long after a failure it is tried again.
const AGAIN_MS: u32 = 5_000;

/// Where the words are.
#[derive(Clone, Debug, PartialEq)]
enum Keeping {
    /// As the server has them, and since when.
    Kept(Option<String>),
    /// Typed, not yet sent.
    Typed,
    /// On their way.
    Sending,
    /// They did not get through; they are tried again.
    Waiting(String),
    /// They did not get through, and are sealed on this tablet.
    OnTablet,
    /// Another device saved other words: what the server has.
    Conflict(String),
}

/// The text field of an answer, saved as it is typed.
#[island]
pub fn DraftKeeper(
    /// Which work, and whose page this is: handed back as it came.
    page: String,
    /// The draft as the server has it.
    text: String,
    /// Its version.
    version: i32,
    /// When it was saved, in words.
    saved: Option<String>,
    /// True where the text came back with a form and is not the draft that is kept.
    unsaved: bool,
    /// What is wrong with it, from the form.
    error: Option<String>,
) -> impl IntoView {
    let field = NodeRef::<Textarea>::new();
    let base = RwSignal::new(version);
    let keeping = RwSignal::new(if unsaved {
        Keeping::Typed
    } else {
        Keeping::Kept(saved)
    });
    // Until this is awake nothing is saved by itself, and nobody is told that it were.
    let is_awake = RwSignal::new(false);
    Effect::new(move || is_awake.set(true));
    // The form around the field is on its way, with the words in it.
    let is_sent = RwSignal::new(false);
    // Counts the times that a save was put off: only the last one sends. Nothing that
    // belongs to one thread may be kept here, for the page is rendered on several.
    let put_off = RwSignal::new(0_u32);
    // One save is on its way at a time: the next begins from the version that it answers.
    let is_out = RwSignal::new(false);
    // The words that were sent or sealed here since the server last said that it has them.
    // Where it has some of these, an answer was lost, or another tab or a later visitor
    // delivered them, and no other device wrote them.
    // One after the other with a sign between that nobody can type, which weighs least.
    let ours = StoredValue::new(String::new());
    let page = StoredValue::new(page);

    let save_later = move |pause_ms: u32| {
        put_off.update_untracked(|times| *times += 1);
        let this_time = put_off.get_untracked();
        let wait = Timeout::new(pause_ms, move || {
            // What is typed while a save is out is saved after its answer.
            if put_off.get_untracked() != this_time || is_out.get_untracked() {
                return;
            }
            let Some(words) = field.get_untracked().map(|field| field.value()) else {
                return;
            };
            if keeping.get_untracked() != Keeping::OnTablet {
                keeping.set(Keeping::Sending);
            }
            note(ours, &words);
            is_out.set(true);
            spawn_local(async move {
                let page = page.with_value(Clone::clone);
                let outcome = save_draft(page, words.clone(), base.get_untracked()).await;
                is_out.set(false);
                let is_still_so = field
                    .get_untracked()
                    .is_some_and(|field| field.value() == words);
                match outcome {
                    Ok(DraftSaved::Kept { version, at }) => {
                        base.set(version);
                        ours.set_value(String::new());
                        tell(field, "saved");
                        keeping.set(if is_still_so {
                            Keeping::Kept(Some(at.words))
                        } else {
                            Keeping::Typed
                        });
                    }
                    Ok(DraftSaved::Conflict { version, theirs }) => {
                        base.set(version);
                        keeping.set(if is_still_so && theirs == words {
                            Keeping::Kept(None)
                        } else if is_ours(ours, &theirs) {
                            Keeping::Typed
                        } else {
                            Keeping::Conflict(theirs)
                        });
                    }
                    Err(error) => {
                        // Said anew also where nothing changes: it is what tries again.
                        keeping.set(match keeping.get_untracked() {
                            Keeping::OnTablet => Keeping::OnTablet,
                            _ => Keeping::Waiting(error.to_string()),
                        });
                        tell(field, "unsent");
                    }
                }
            });
        });
        wait.forget();
    };

    // What was typed before the island woke up is saved too.
    let kept = text.clone();
    Effect::new(move || {
        if field.get().is_some_and(|field| field.value() != kept) {
            keeping.set(Keeping::Typed);
            save_later(PAUSE_MS);
        }
    });
    // What could not be sent is tried again until it is; what was typed meanwhile goes too.
    Effect::new(move || match keeping.get() {
        Keeping::Waiting(_) | Keeping::OnTablet => save_later(AGAIN_MS),
        Keeping::Typed => save_later(PAUSE_MS),
        _ => {}
    });
    // A tablet that puts the page away gets no second chance: the words go at once.
    Effect::new(move || {
        let put_away = EventListener::new(&document(), "visibilitychange", move |_| {
            if document().hidden() && keeping.get_untracked() == Keeping::Typed {
                save_later(0);
            }
        });
        put_away.forget();
        let sent = EventListener::new(&document(), "submit", move |event| {
            let form = event.target().and_then(|form| form.dyn_into().ok());
            let own = field.get_untracked().and_then(|field| field.form());
            is_sent.set(own.is_some() && own == form);
        });
        sent.forget();
        // The script beside this island seals the words, and says when it has.
        let kept_here = EventListener::new(&document(), "sealed", move |_| {
            if let Some(field) = field.get_untracked() {
                note(ours, &field.value());
            }
            keeping.set(Keeping::OnTablet);
        });
        kept_here.forget();
    });
    // A page with words that are not saved asks before it closes.
    Effect::new(move || {
        let asks = EventListener::new_with_options(
            &window(),
            "beforeunload",
            gloo::events::EventListenerOptions::enable_prevent_default(),
            move |event| {
                let is_safe = matches!(
                    keeping.get_untracked(),
                    Keeping::Kept(_) | Keeping::OnTablet
                );
                if !is_safe && !is_sent.get_untracked() {
                    event.prevent_default();
                }
            },
        );
        asks.forget();
    });

    let described = if error.is_some() {
        "text-error text-state"
    } else {
        "text-state"
    };
    let is_wrong = error.is_some();
    view! {
        <div class="field">
            <label for="text">"My answer"</label>
            <span class="hint" id="text-state" role="status">
                {move || words_for(&keeping.get(), is_awake.get())}
            </span>
            {error.map(|error| view! { <span class="field-error" id="text-error">{error}</span> })}
            <textarea
                class="input lined"
                id="text"
                name="text"
                rows="8"
                aria-describedby=described
                aria-invalid={is_wrong.then_some("true")}
                node_ref=field
                on:input={move |_| {
                    is_sent.set(false);
                    keeping.set(Keeping::Typed);
                }}
            >
                {text}
            </textarea>
            <input type="hidden" name="version" value=version prop:value={move || base.get().to_string()} />
            {move || match keeping.get() {
                Keeping::Conflict(theirs) => Some(view! {
                    <div class="notice" data-tone="warn" role="alert">
                        <div class="stack">
                            <p>
                                <strong>"Your other device saved different words."</strong>
                                " They are here, so that you can copy what you need. What you type above is kept from now on."
                            </p>
                            <textarea class="input" rows="4" readonly aria-label="The words from your other device">{theirs}</textarea>
                        </div>
                    </div>
                }),
                _ => None,
            }}
        </div>
    }
}

/// Whether these words were sent or sealed here.
fn is_ours(ours: StoredValue<String>, words: &str) -> bool {
    ours.with_value(|ours| ours.split('\0').any(|own| own == words))
}

fn note(ours: StoredValue<String>, words: &str) {
    if !is_ours(ours, words) {
        ours.update_value(|ours| {
            ours.push('\0');
            ours.push_str(words);
        });
    }
}

/// Tells `public/js/offline.js` what became of a save: what did not get through ("unsent")
/// it seals, what the server has ("saved") need not wait any more. Where that script is
/// not there nobody listens, and the words stay in the page.
fn tell(field: NodeRef<Textarea>, what: &str) {
    let asked = web_sys::EventInit::new();
    asked.set_bubbles(true);
    if let (Some(field), Ok(event)) = (
        field.get_untracked(),
        web_sys::Event::new_with_event_init_dict(what, &asked),
    ) {
        let _ = field.dispatch_event(&event);
    }
}

fn words_for(keeping: &Keeping, is_awake: bool) -> String {
    match keeping {
        Keeping::Kept(None) | Keeping::Typed if !is_awake => {
            "Press Save draft to keep what you write".to_owned()
        }
        Keeping::Kept(None) => "Saved as you write".to_owned(),
        Keeping::Kept(Some(when)) => format!("Saved {when}"),
        Keeping::Typed | Keeping::Sending => "Saving".to_owned(),
        Keeping::Waiting(reason) => {
            format!("Not saved yet: {reason} We try again by ourselves; keep this page open.")
        }
        Keeping::OnTablet => {
            "On this tablet. There is no network; it is sent by itself, also after you sign out."
                .to_owned()
        }
        Keeping::Conflict(_) => "Two devices: look below".to_owned(),
    }
}
