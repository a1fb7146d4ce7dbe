//! Keeps a student's words while they type: what the island `DraftKeeper` does. The field and
//! all that is said beside it come from the server (`draft.rs`); nothing is drawn here. What
//! another device saved meanwhile stands below the field and is saved with it, until the
//! student says that it is not needed.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::Timeout;
use leptos::prelude::{document, window};
use leptos::task::spawn_local;
use vocab::assignments::DraftSaved;
use wasm_bindgen::JsCast;
use web_sys::{
    CustomEvent, CustomEventInit, Element, HtmlElement, HtmlInputElement, HtmlTemplateElement,
    HtmlTextAreaElement,
};

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
/// The version of a text that stands against words which nobody has seen: it goes on from
/// nothing before the server has shown them.
const UNSEEN: &str = "-1";

/// Where the words are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keeping {
    /// As the server has them.
    Kept,
    /// Typed, not yet sent.
    Typed,
    /// On their way.
    Sending,
    /// They did not get through; they are tried again.
    Waiting,
    /// They did not get through, and are sealed on this tablet.
    OnTablet,
}

/// The field of the page, and what is known of its words.
struct Keeper {
    field: HtmlTextAreaElement,
    /// Says where the words are.
    status: Element,
    /// The version that the words go on from. It goes along with the form, and what was sealed
    /// on the tablet may raise it too.
    version: HtmlInputElement,
    /// What another device saved, where it stands below the field. It is held here because the
    /// page may be emptied before it goes.
    theirs: RefCell<Option<HtmlTextAreaElement>>,
    keeping: Cell<Keeping>,
    /// The form around the field is on its way, with the words in it.
    is_sent: Cell<bool>,
    /// Counts the times that a save was put off: only the last one sends.
    put_off: Cell<u32>,
    /// Which save is on its way, by that count; none at zero. There is one at a time: the next
    /// begins from the version that it answers.
    out: Cell<u32>,
    /// One's own words as the server had them last, without theirs.
    mine: RefCell<String>,
    /// Whether it had theirs below them: whoever wrote after that has seen both.
    has_theirs: Cell<bool>,
    /// The words that were sent or sealed here since the server last said that it has them.
    /// Where it has some of these, an answer was lost, or another tab or a later visitor
    /// delivered them, and no other device wrote them. One after the other with a sign between
    /// that nobody can type, which weighs least.
    ours: RefCell<String>,
}

/// Begins to keep the words of this page's field.
pub(super) fn wake() {
    if let Some(keeper) = Keeper::of_page() {
        Rc::new(keeper).listen();
    }
}

/// The element of the page with this id, where it is of this kind.
fn find<T: JsCast>(id: &str) -> Option<T> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

impl Keeper {
    fn of_page() -> Option<Self> {
        let field: HtmlTextAreaElement = find("text")?;
        let version: HtmlInputElement = find("version")?;
        let is_unsaved = field.has_attribute("data-unsaved");
        // A browser that comes back to a page may have put older values in.
        let (goes_on_from, mine) = if is_unsaved {
            (UNSEEN.to_owned(), String::new())
        } else {
            let version = field.get_attribute("data-version");
            (version.unwrap_or_default(), as_sent(&field))
        };
        version.set_value(&goes_on_from);
        Some(Self {
            status: find("text-state")?,
            version,
            theirs: RefCell::new(find("theirs")),
            keeping: Cell::new(if is_unsaved {
                Keeping::Typed
            } else {
                Keeping::Kept
            }),
            is_sent: Cell::new(false),
            put_off: Cell::new(0),
            out: Cell::new(0),
            mine: RefCell::new(mine),
            has_theirs: Cell::new(false),
            ours: RefCell::default(),
            field,
        })
    }

    fn listen(self: Rc<Self>) {
        let keeper = self.clone();
        on(&self.field, "input", move || {
            keeper.is_sent.set(false);
            keeper.typed();
        });
        self.offer_to_drop_theirs();
        // A tablet that puts the page away gets no second chance: the words go at once. Where
        // some are on their way already, what is here now is sealed.
        let keeper = self.clone();
        on(&document(), "visibilitychange", move || {
            if !document().hidden() {
                return;
            }
            if keeper.out.get() > 0 {
                keeper.seal();
            } else if keeper.keeping.get() == Keeping::Typed {
                keeper.save_later(0);
            }
        });
        let keeper = self.clone();
        let sent = EventListener::new(&document(), "submit", move |event| {
            let form = event.target().and_then(|form| form.dyn_into().ok());
            let own = keeper.field.form();
            keeper.is_sent.set(own.is_some() && own == form);
        });
        sent.forget();
        // The script beside this island seals the words, and says when it has.
        let keeper = self.clone();
        on(&document(), "sealed", move || {
            keeper.note(&keeper.whole());
            keeper.on_tablet();
        });
        if let Some(words) = self.status.get_attribute("data-awake") {
            self.say(&words);
        }
        // What was typed before the island woke up is saved too.
        let is_typed = self.field.value() != as_sent(&self.field);
        if is_typed || self.keeping.get() == Keeping::Typed {
            self.typed();
        }
        // A page with words that are not saved asks before it closes.
        let asks = EventListener::new_with_options(
            &window(),
            "beforeunload",
            EventListenerOptions::enable_prevent_default(),
            move |event| {
                let is_safe = matches!(self.keeping.get(), Keeping::Kept | Keeping::OnTablet);
                if !is_safe && !self.is_sent.get() {
                    event.prevent_default();
                }
            },
        );
        asks.forget();
    }

    /// What is saved and sealed: one's own words, and theirs below.
    fn whole(&self) -> String {
        let own = self.field.value();
        match self.theirs() {
            Some(theirs) => own + BETWEEN + &theirs,
            None => own,
        }
    }

    /// What is not with the server is sealed on the tablet, as it is now.
    fn seal(&self) {
        self.note(&self.whole());
        self.tell("unsent", "");
    }

    fn typed(self: &Rc<Self>) {
        self.keeping.set(Keeping::Typed);
        self.say("Saving");
        self.save_later(PAUSE_MS);
    }

    fn on_tablet(self: &Rc<Self>) {
        self.keeping.set(Keeping::OnTablet);
        self.say(
            "On this tablet. There is no network; it is sent by itself, also after you sign out.",
        );
        self.save_later(AGAIN_MS);
    }

    fn save_later(self: &Rc<Self>, pause_ms: u32) {
        let this_time = self.put_off.get() + 1;
        self.put_off.set(this_time);
        let keeper = self.clone();
        let wait = Timeout::new(pause_ms, move || {
            // What is typed while a save is out is saved after its answer.
            if keeper.put_off.get() == this_time && keeper.out.get() == 0 {
                keeper.save(this_time);
            }
        });
        wait.forget();
    }

    fn save(self: Rc<Self>, this_time: u32) {
        let words = self.whole();
        if self.keeping.get() != Keeping::OnTablet {
            self.keeping.set(Keeping::Sending);
            self.say("Saving");
        }
        self.note(&words);
        self.out.set(this_time);
        let keeper = self.clone();
        let given_up = Timeout::new(GIVEN_UP_MS, move || {
            keeper.settle(this_time, "", Err(AppError::Interrupted));
        });
        given_up.forget();
        spawn_local(async move {
            let page = self.field.get_attribute("data-page").unwrap_or_default();
            let outcome = save_draft(page, words.clone(), self.goes_on_from()).await;
            self.settle(this_time, &words, outcome);
        });
    }

    fn goes_on_from(&self) -> i32 {
        self.version.value().parse().unwrap_or_default()
    }

    /// What became of a save. One that was given up may still be answered: what is older than
    /// what the server has said since is no news.
    fn settle(self: &Rc<Self>, save: u32, words: &str, outcome: Result<DraftSaved, AppError>) {
        let is_late = self.out.get() != save;
        if !is_late {
            self.out.set(0);
        }
        let is_news = |version: i32| !is_late || version >= self.goes_on_from();
        match outcome {
            Ok(DraftSaved::Kept { version, at }) if is_news(version) => {
                self.version.set_value(&version.to_string());
                let known = self.theirs();
                let own = known.and_then(|known| above(words, &known));
                self.has_theirs.set(own.is_some());
                own.unwrap_or(words).clone_into(&mut self.mine.borrow_mut());
                let now = self.whole();
                if !is_late {
                    self.ours.borrow_mut().clear();
                    self.note(words);
                    // These may be sealed already.
                    self.note(&now);
                }
                self.tell("saved", words);
                if now == words {
                    self.keeping.set(Keeping::Kept);
                    self.say(&format!("Saved {}", at.words));
                    self.mend();
                } else {
                    self.typed();
                }
            }
            Ok(DraftSaved::Conflict {
                version,
                theirs: newer,
            }) if is_news(version) => {
                let may_go_on = self.is_ours(&newer) || self.show_theirs(newer);
                // What is shown nowhere is not gone on from.
                if !may_go_on {
                    return;
                }
                self.version.set_value(&version.to_string());
                self.typed();
            }
            // Trying again does not make it shorter, and what is sealed would be refused for good.
            Err(AppError::Invalid(wrong)) if !is_late => {
                if self.whole() == words {
                    self.keeping.set(Keeping::Waiting);
                    for wrong in wrong {
                        self.say(&format!("Not saved yet: {}.", wrong.message));
                    }
                } else {
                    self.typed();
                }
            }
            Err(error) if !is_late => {
                if self.keeping.get() == Keeping::OnTablet {
                    self.on_tablet();
                } else {
                    self.keeping.set(Keeping::Waiting);
                    self.say(&format!(
                        "Not saved yet: {error} We try again by ourselves; keep this page open."
                    ));
                    self.save_later(AGAIN_MS);
                }
                self.seal();
            }
            _ => {}
        }
    }

    /// What the page said when it came holds no more once the server has words: that nothing
    /// was begun, and what was wrong with those that were changed since.
    fn mend(&self) {
        let words = self.field.value();
        if words.trim().is_empty() {
            return;
        }
        if let Some(begun) = find::<HtmlTemplateElement>("begun") {
            if let Some(not_begun) = begun.previous_element_sibling() {
                not_begun.remove();
            }
            unfold(&begun);
            begun.remove();
        }
        if words == as_sent(&self.field) {
            return;
        }
        if let Some(wrong) = find::<Element>("text-error") {
            wrong.remove();
            let _ = self.field.remove_attribute("aria-invalid");
            let _ = self.field.set_attribute("aria-describedby", "text-state");
        }
        // The summary stays where it names something else as well.
        if let Ok(Some(_)) = document().query_selector("#errors li:only-child > [href='#text']")
            && let Some(summary) = find::<Element>("errors")
        {
            summary.remove();
        }
    }

    /// Shows what another device saved, without one's own where it carried them, and with
    /// what stood here before where it had not seen that. Where the other device has emptied the
    /// field there is nothing to show. False where the page is empty already.
    fn show_theirs(self: &Rc<Self>, mut newer: String) -> bool {
        let carried = Some(self.mine.borrow())
            .filter(|own| !own.is_empty())
            .and_then(|own| above(&newer, &own).map(str::len));
        newer.truncate(carried.unwrap_or(newer.len()));
        if newer.is_empty() {
            return true;
        }
        let known = self.theirs().unwrap_or_default();
        if !self.has_theirs.get() && !newer.ends_with(&known) {
            newer = newer + BETWEEN + &known;
        }
        let is_there = self.theirs.borrow().is_some() || self.make_room().is_some();
        if let Some(field) = &*self.theirs.borrow() {
            field.set_value(&newer);
        }
        is_there
    }

    /// Puts the notice with the field for theirs below one's own.
    fn make_room(self: &Rc<Self>) -> Option<()> {
        unfold(&find::<HtmlTemplateElement>("theirs-to-come")?)?;
        self.theirs.replace(find("theirs"));
        self.offer_to_drop_theirs();
        Some(())
    }

    /// What another device saved, as it stands below the field.
    fn theirs(&self) -> Option<String> {
        self.theirs
            .borrow()
            .as_ref()
            .map(HtmlTextAreaElement::value)
    }

    /// Where theirs are shown: the student says when they are not needed any more.
    fn offer_to_drop_theirs(self: &Rc<Self>) {
        let Some(done) = find::<HtmlElement>("theirs-done") else {
            return;
        };
        done.set_hidden(false);
        let keeper = self.clone();
        on(&done, "click", move || {
            if let Some(notice) = find::<Element>("theirs-notice") {
                notice.remove();
            }
            keeper.theirs.take();
            keeper.typed();
            let _ = keeper.field.focus();
        });
    }

    /// Whether these words were sent or sealed here.
    fn is_ours(&self, words: &str) -> bool {
        self.ours.borrow().split('\0').any(|own| own == words)
    }

    fn note(&self, words: &str) {
        if !self.is_ours(words) {
            let mut ours = self.ours.borrow_mut();
            ours.push('\0');
            ours.push_str(words);
        }
    }

    /// Tells `public/js/offline.js` what became of a save: what did not get through ("unsent")
    /// it seals, the words that the server has ("saved") need not wait any more. Where that
    /// script is not there nobody listens, and the words stay in the page.
    fn tell(&self, what: &str, words: &str) {
        let told = CustomEventInit::new();
        told.set_bubbles(true);
        told.set_detail(&words.into());
        if let Ok(event) = CustomEvent::new_with_event_init_dict(what, &told) {
            let _ = self.field.dispatch_event(&event);
        }
    }

    /// Says where the words are; what is said already is not said again.
    fn say(&self, words: &str) {
        if self.status.text_content().as_deref() != Some(words) {
            self.status.set_text_content(Some(words));
        }
    }
}

/// Puts what a template holds before it.
fn unfold(template: &HtmlTemplateElement) -> Option<()> {
    let inside = template.content().clone_node_with_deep(true).ok()?;
    let around = template.parent_node()?;
    around.insert_before(&inside, Some(template)).ok()?;
    Some(())
}

/// Does this each time that the event comes, as long as the page lives.
fn on(target: &web_sys::EventTarget, event: &'static str, mut work: impl FnMut() + 'static) {
    EventListener::new(target, event, move |_| work()).forget();
}

/// The words that the page brought along.
fn as_sent(field: &HtmlTextAreaElement) -> String {
    field.default_value().unwrap_or_default()
}

/// What stands above these words in a whole; nothing where they do not end it.
fn above<'a>(whole: &'a str, below: &str) -> Option<&'a str> {
    whole.strip_suffix(below)?.strip_suffix(BETWEEN)
}
