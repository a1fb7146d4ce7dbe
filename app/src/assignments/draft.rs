//! The island that keeps a student's words while they type. Without WASM it is a
//! plain text field of the form around it, kept by "Save draft". What another device
//! saved meanwhile stands below the field and is saved with it, until the student says that
//! it is not needed.

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use leptos::html::Textarea;
use leptos::prelude::*;
use leptos::task::spawn_local;
use vocab::assignments::DraftSaved;
use wasm_bindgen::JsCast;

use super::api::save_draft;
use crate::error::AppError;

/// How long after the last keystroke a draft is saved.
const PAUSE_MS: u32 = 800;
/// How long after a failure it is tried again.
const AGAIN_MS: u32 = 5_000;
/// When a save that nobody answers is taken for failed.
const GIVEN_UP_MS: u32 = 15_000;
/// What stands between one's own words and those from another device; as in `partsOf` of
/// `public/js/offline.js`.
const BETWEEN: &str = "\n\n";

/// Where the words are.
#[derive(Clone)]
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
    /// What another device saved, where the form that came back still had it below the text.
    theirs: Option<String>,
    /// What is wrong with it, from the form.
    error: Option<String>,
) -> impl IntoView {
    let field = NodeRef::<Textarea>::new();
    // What came back may stand against words that nobody has seen: it goes on from nothing
    // before the server has shown them.
    let base = RwSignal::new(if unsaved { -1 } else { version });
    let keeping = RwSignal::new(if unsaved {
        Keeping::Typed
    } else {
        Keeping::Kept(saved)
    });
    // Until this is awake nothing is saved by itself, and nobody is told that it were.
    let is_awake = RwSignal::new(false);
    // The form around the field is on its way, with the words in it.
    let is_sent = RwSignal::new(false);
    // Counts the times that a save was put off: only the last one sends. Nothing that
    // belongs to one thread may be kept here, for the page is rendered on several.
    let put_off = RwSignal::new(0_u32);
    // Which save is on its way, by that count; none at zero. There is one at a time: the
    // next begins from the version that it answers.
    let out = RwSignal::new(0_u32);
    // What other devices saved, until it is not needed.
    let theirs = RwSignal::new(theirs);
    // One's own words as the server had them last, without theirs, and whether it had
    // theirs below them: whoever wrote after that has seen both.
    let mine = StoredValue::new(if unsaved { String::new() } else { text.clone() });
    let has_theirs = RwSignal::new(false);
    // The words that were sent or sealed here since the server last said that it has them.
    // Where it has some of these, an answer was lost, or another tab or a later visitor
    // delivered them, and no other device wrote them.
    // One after the other with a sign between that nobody can type, which weighs least.
    let ours = StoredValue::new(String::new());
    let page = StoredValue::new(page);

    // What is saved and sealed: one's own words, and theirs below.
    let whole = move || {
        let own = field.get_untracked()?.value();
        Some(match theirs.get_untracked() {
            Some(theirs) => own + BETWEEN + &theirs,
            None => own,
        })
    };
    // What is not with the server is sealed on the tablet, as it is now.
    let seal = move || {
        if let Some(words) = whole() {
            note(ours, &words);
        }
        tell(field, "unsent", "");
    };
    // What became of a save. One that was given up may still be answered: what is older than
    // what the server has said since is no news.
    let settle = move |save: u32, words: String, outcome: Result<DraftSaved, AppError>| {
        let is_late = out.get_untracked() != save;
        if !is_late {
            out.set(0);
        }
        let is_news = |version: i32| !is_late || version >= base.get_untracked();
        match outcome {
            Ok(DraftSaved::Kept { version, at }) if is_news(version) => {
                base.set(version);
                let known = theirs.get_untracked().unwrap_or_default();
                let own = above(&words, &known);
                has_theirs.set(own.is_some());
                mine.set_value(own.unwrap_or(&words).to_owned());
                let now = whole().unwrap_or_default();
                if !is_late {
                    ours.set_value(String::new());
                    note(ours, &words);
                    // These may be sealed already.
                    note(ours, &now);
                }
                tell(field, "saved", &words);
                keeping.set(if now == words {
                    Keeping::Kept(Some(at.words))
                } else {
                    Keeping::Typed
                });
            }
            Ok(DraftSaved::Conflict {
                version,
                theirs: newer,
            }) if is_news(version) => {
                base.set(version);
                if !is_ours(ours, &newer) {
                    let mut newer =
                        mine.with_value(|own| above(&newer, own).unwrap_or(&newer).to_owned());
                    let known = theirs.get_untracked().unwrap_or_default();
                    if !has_theirs.get_untracked() && !newer.ends_with(&known) {
                        newer = newer + BETWEEN + &known;
                    }
                    theirs.set(Some(newer));
                }
                keeping.set(Keeping::Typed);
            }
            Err(error) if !is_late => {
                // Said anew also where nothing changes: it is what tries again.
                keeping.set(match keeping.get_untracked() {
                    Keeping::OnTablet => Keeping::OnTablet,
                    _ => Keeping::Waiting(error.to_string()),
                });
                seal();
            }
            _ => {}
        }
    };
    let save_later = move |pause_ms: u32| {
        put_off.update_untracked(|times| *times += 1);
        let this_time = put_off.get_untracked();
        let wait = Timeout::new(pause_ms, move || {
            // What is typed while a save is out is saved after its answer.
            if put_off.get_untracked() != this_time || out.get_untracked() > 0 {
                return;
            }
            let Some(words) = whole() else {
                return;
            };
            if !matches!(keeping.get_untracked(), Keeping::OnTablet) {
                keeping.set(Keeping::Sending);
            }
            note(ours, &words);
            out.set(this_time);
            spawn_local(async move {
                let page = page.with_value(Clone::clone);
                let outcome = save_draft(page, words.clone(), base.get_untracked()).await;
                settle(this_time, words, outcome);
            });
            let given_up = Timeout::new(GIVEN_UP_MS, move || {
                settle(this_time, String::new(), Err(AppError::Interrupted));
            });
            given_up.forget();
        });
        wait.forget();
    };

    // What could not be sent is tried again until it is; what was typed meanwhile goes too.
    Effect::new(move || match keeping.get() {
        Keeping::Waiting(_) | Keeping::OnTablet => save_later(AGAIN_MS),
        Keeping::Typed => save_later(PAUSE_MS),
        _ => {}
    });
    let kept = text.clone();
    Effect::new(move || {
        is_awake.set(true);
        // What was typed before the island woke up is saved too.
        if field
            .get_untracked()
            .is_some_and(|field| field.value() != kept)
        {
            keeping.set(Keeping::Typed);
        }
        // A tablet that puts the page away gets no second chance: the words go at once. Where
        // some are on their way already, what is here now is sealed.
        let put_away = EventListener::new(&document(), "visibilitychange", move |_| {
            if !document().hidden() {
                return;
            }
            if out.get_untracked() > 0 {
                seal();
            } else if matches!(keeping.get_untracked(), Keeping::Typed) {
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
            if let Some(words) = whole() {
                note(ours, &words);
            }
            keeping.set(Keeping::OnTablet);
        });
        kept_here.forget();
        // A page with words that are not saved asks before it closes.
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
            {move || {
                theirs.get().map(|words| view! {
                    <div class="notice" data-tone="warn" role="alert">
                        <div class="stack">
                            <p>
                                <strong>"Your other device saved different words."</strong>
                                " They are here, so that you can copy what you need. Until you have it, they are saved below yours."
                            </p>
                            <textarea class="input" name="theirs" rows="4" readonly aria-label="The words from your other device">{words}</textarea>
                            <p>
                                <button
                                    class="btn"
                                    type="button"
                                    on:click={move |_| {
                                        theirs.set(None);
                                        keeping.set(Keeping::Typed);
                                        if let Some(field) = field.get_untracked() {
                                            let _ = field.focus();
                                        }
                                    }}
                                >
                                    "I have what I need"
                                </button>
                            </p>
                        </div>
                    </div>
                })
            }}
        </div>
    }
}

/// Whether these words were sent or sealed here.
fn is_ours(ours: StoredValue<String>, words: &str) -> bool {
    ours.with_value(|ours| ours.split('\0').any(|own| own == words))
}

/// What stands above these words in a whole; nothing where they do not end it.
fn above<'a>(whole: &'a str, below: &str) -> Option<&'a str> {
    whole.strip_suffix(below)?.strip_suffix(BETWEEN)
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
/// it seals, the words that the server has ("saved") need not wait any more. Where that
/// script is not there nobody listens, and the words stay in the page.
fn tell(field: NodeRef<Textarea>, what: &str, words: &str) {
    let told = web_sys::CustomEventInit::new();
    told.set_bubbles(true);
    told.set_detail(&words.into());
    if let (Some(field), Ok(event)) = (
        field.get_untracked(),
        web_sys::CustomEvent::new_with_event_init_dict(what, &told),
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
    }
}
