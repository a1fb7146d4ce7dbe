//! What every page does the same way: load first, then show; the frame with the
//! navigation of the person's roles; a page for what went wrong.

use std::future::Future;

use domain::Actor;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::people::Standing;

use crate::error::AppError;
use crate::navigation::{Counts, navigation};
use crate::readers::Reader;
use crate::ssr::{self, Again, Typed};
use crate::ui::{
    ButtonKind, ButtonLink, CollectErased, Column, Door, Erased, ErrorSummary, Frame, Notice,
    PageHead, Table, Tone, as_content,
};

/// Loads on the server, then shows; or says what went wrong, with its status and with the words
/// of a form that was sent to the page.
pub(crate) fn load<T, V>(
    future: impl Future<Output = Result<T, AppError>> + Send + 'static,
    show: impl FnOnce(T) -> V + Send + 'static,
) -> impl IntoView
where
    T: Send + 'static,
    V: IntoView + Send + 'static,
{
    Suspend::new(async move {
        match future.await {
            Ok(loaded) => Either::Left(show(loaded).erased()),
            // Its form has no place to come back to.
            Err(error) => Either::Right(view! { <Problem error typed={ssr::typed()} /> }),
        }
    })
}

/// The page for something that went wrong.
#[component]
pub(crate) fn Problem(
    /// What went wrong.
    error: AppError,
    /// What was typed and could not be kept.
    #[prop(optional)]
    typed: Vec<Typed>,
) -> impl IntoView {
    ssr::set_status(error.status());
    let sign_in = ssr::of_request(ssr::back_after_sign_in).unwrap_or_else(|| "/sign-in".to_owned());
    if error == AppError::SignedOut && typed.is_empty() {
        leptos_axum::redirect(&sign_in);
    }
    let title = error.title();
    let words = error.to_string();
    let home = if ssr::asked().is_stopped {
        ("/terms".to_owned(), "Go to the terms")
    } else if ssr::maybe_actor().is_some() {
        ("/home".to_owned(), "Go to your first page")
    } else {
        (sign_in, "Sign in")
    };
    let typed = typed
        .into_iter()
        .enumerate()
        .map(|(at, Typed { label, words })| {
            let id = format!("typed-{at}");
            // A mark does not need the room of an answer.
            let rows = (words.lines().count() + words.len() / 40).clamp(2, 10);
            view! {
                <div class="field">
                    <label for=id.clone()>{label}</label>
                    <span class="hint">"This was not saved. Copy it before you go on"</span>
                    <textarea class="input" id=id rows=rows.to_string() readonly>
                        {as_content(words)}
                    </textarea>
                </div>
            }
        })
        .collect_erased();
    let inside = move || {
        view! {
            <PageHead title=title />
            <div class="stack">
                <p class="lede">{words}</p>
                {typed}
                <p class="cluster">
                    <ButtonLink href=home.0 kind=ButtonKind::Main>
                        {home.1}
                    </ButtonLink>
                </p>
            </div>
        }
    };
    view! {
        <Title text=title />
        {match ssr::maybe_actor() {
            Some(actor) => Either::Left(view! { <Page actor current="">{inside()}</Page> }),
            None => Either::Right(view! { <Door theme=theme_word() back="/sign-in">{inside()}</Door> }),
        }}
    }
    .erased()
}

/// The theme in force, as the theme form names it.
pub(crate) fn theme_word() -> String {
    crate::shell::theme().unwrap_or("auto").to_owned()
}

/// A page of somebody who is signed in.
#[component]
pub(crate) fn Page(
    /// Who is signed in.
    actor: Actor,
    /// The navigation entry that this page belongs to where its address does not say so;
    /// an empty one for a page that is nowhere.
    #[prop(into)]
    current: String,
    /// A desk: the narrow rail, the full width.
    #[prop(optional)]
    dense: bool,
    /// What waits behind entries of the navigation, where the page knows it.
    #[prop(optional)]
    counts: Counts,
    /// The page.
    children: Children,
) -> impl IntoView {
    let person = (
        actor.name.clone(),
        actor.initials(),
        actor.person.to_string(),
    );
    let announcement = actor.announcement.clone();
    let leaving = crate::schools::leaving_notice(&actor);
    let nav = navigation(&actor, &current, &ssr::path(), &counts);
    let syncs = Reader::of(&actor) != Reader::Adult;
    view! {
        <Frame nav school=actor.school_name.clone() person=Some(person) dense syncs>
            {announcement
                .map(|words| {
                    view! {
                        <Notice tone=Tone::Info title="Somebody else will run this platform".to_owned()>
                            <p>
                                {words} " "
                                <a href="/privacy/transfer">"What you can do before"</a>
                            </p>
                        </Notice>
                    }
                })}
            {leaving}
            {children()}
        </Frame>
    }
    .erased()
}

/// The head of a form that came back: every error, or the sentence that says why.
#[component]
pub(crate) fn WhatIsWrong<F: Clone + Send + 'static>(
    /// The form that came back.
    again: Again<F>,
) -> impl IntoView {
    view! {
        {(!again.errors.is_empty()).then(|| view! { <ErrorSummary errors=again.errors.clone() /> })}
        {again.sentence.map(|sentence| view! { <Notice tone=Tone::Error title="This did not work".to_owned()><p>{sentence}</p></Notice> })}
    }
    .erased()
}

/// The fields of a form as they were saved or typed, to be read beside others.
#[component]
pub(crate) fn FieldsNotice(
    /// Whose they are: "The classroom as it is now".
    title: &'static str,
    /// The label of each field and what is in it.
    fields: Vec<(&'static str, String)>,
) -> impl IntoView {
    let facts = fields
        .into_iter()
        .map(|(label, words)| {
            let words = if words.is_empty() {
                "None".to_owned()
            } else {
                words
            };
            view! {
                <dt>{label}</dt>
                <dd>{words}</dd>
            }
        })
        .collect_erased();
    view! {
        <Notice title=title.to_owned()>
            <dl class="facts">{facts}</dl>
        </Notice>
    }
    .erased()
}

/// The sentence for what was just done, named by `?done=` in the address.
#[component]
pub(crate) fn Done() -> impl IntoView {
    let sentence = ssr::query("done").and_then(|word| done_sentence(&word));
    sentence.map(|sentence| view! { <Notice tone=Tone::Ok><p>{sentence}</p></Notice> })
}

pub(crate) fn done_sentence(word: &str) -> Option<&'static str> {
    Some(match word {
        "saved" => "Saved.",
        "taken-off" => "The mark is taken off.",
        "seen" => "It is not shown any more.",
        "read" => "Thank you. You find the notice under Privacy at any time.",
        "terms" => "You have accepted the terms.",
        "draft" => "Your draft is saved. Your teacher sees nothing of it until you hand it in.",
        "handed-in" => "Handed in. Your receipt is below.",
        "taken-back" => "Taken back. You can change your work and hand it in again.",
        "returned" => "Returned. The student can see it now.",
        "returned-all" => "Everything that was marked is returned.",
        "returned-what-could" => {
            "What could be returned is returned. Work of somebody who objects stays until that is decided."
        }
        "published" => "Published. Students can see it now.",
        "scheduled" => "Scheduled. It goes out by itself.",
        "closed" => "Closed. Nobody can hand in any more.",
        "reopened" => "Open again. Students can hand in.",
        "created" => "Made.",
        "archived" => "Archived. Everything in it can still be read.",
        "restored" => "Back from the archive.",
        "back" => "They are back in the school.",
        "added" => "Added.",
        "untied" => "Ended. The guardian sees nothing of this student any more.",
        "tie-ended" => "Ended. You find nothing of them here any more.",
        "role" => "The role is given.",
        "role-ended" => "The role has ended.",
        "request" => "Sent. The school answers within 48 hours; you see here how far it is.",
        "question" => "Sent. The school goes on with your request.",
        "request-back" => "Taken back. Nothing is done.",
        "reminded" => "Whoever has not answered is reminded, each at most once a day.",
        "reminded-nobody" => {
            "Nobody was left to remind: they have answered, or were reminded today."
        }
        "use-stopped" => "It has stopped. The school is told, and answers within 48 hours.",
        "restricted" => "Restricted. Everything is kept, and nothing else is done with it.",
        "restriction-ended" => "The restriction has ended. You can restrict it again at any time.",
        "declared" => "Declared. A second person has to approve it before anything comes in.",
        "approved" => "Approved. Files of this system can be imported now.",
        "source-ended" => "Ended. What came from it stays, and nothing more comes in.",
        "reported" => "Thank you. It has arrived. You see here how far it is.",
        "duty" => "Given. They find it under Account.",
        "duty-ended" => "Ended.",
        "lifting" => "They are told. It ends in a week.",
        "disagreed" => {
            "The school's data protection lead knows that you disagree. Until they decide it stays stopped."
        }
        "use-goes-on" => "Taken back. It goes on; you can object again at any time.",
        "objected" => "Your objection is written down. Nothing of your school goes there.",
        "kept" => "Written down. Its clocks run.",
        "said" => "Your school reads what you said. You can change it until it is granted.",
        "answered" => "Your answer is written down. You can change it at any time.",
        "asked-to-share" => "Asked. Nothing goes out before somebody says yes.",
        "asked" => "Asked. Guardians find it on their Privacy page.",
        "ended" => "Ended. Their work is kept.",
        "left" => "Your place has ended. All work and marks in the classroom are kept.",
        "removed" => "Removed.",
        "files" => "The files are added.",
        "password" => "Your password is changed. Other devices are signed out.",
        "signed-out-device" => "That device is signed out.",
        "signed-out-elsewhere" => "You are signed out everywhere else.",
        "welcome" => "Your account is ready. Sign in with your new password.",
        "signed" => "Signed. Rosters can be imported now.",
        "imported" => "Imported. You can undo it for 30 days.",
        "undone" => "Undone. What was put back, and what stayed, is told below.",
        "period" => "Changed. The next sweep counts with it.",
        "dry-run" => "Counted. Nothing was deleted; the counts are below.",
        "hold" => "Opened. It holds as soon as a second person approves it.",
        "hold-approved" => "Approved. Nothing of it is deleted until it is released.",
        "hold-kept" => "Kept. It comes back to be looked at when the days are over.",
        "hold-released" => "Released. What is due goes at the next sweep, within a day.",
        "mail-again" => "They are tried again now. What still does not arrive comes back here.",
        "called-off" => "Called off. Nothing is erased.",
        "leaving-asked" => "Asked. Nothing happens before a second person confirms it.",
        "leaving-confirmed" => "Confirmed. Everybody reads it on their pages from now on.",
        "stays" => "Called off. Your school stays, and nothing is deleted.",
        "badges" => "Made. Print them, and the sheet with the pictures.",
        "badge" => "A new badge is made. The old one does not work any more.",
        "pictures" => "Three other pictures are given. They stand on the sheet.",
        "badge-ended" => "Taken away. The badge does not work any more.",
        "enrolled" => "This device is set up. You are signed out of it.",
        "reading" => "Kept. Pages look like this for you now.",
        "reading-reset" => "Taken away. Pages look as they did at the start.",
        "arranged" => "Set. It is obeyed from the next page on.",
        "arranged-none" => "Nothing is arranged any more.",
        "colour" => "Kept. Everybody at your school sees it from the next page on.",
        "forgotten" => {
            "Forgotten. No badge works there any more. What it keeps to read goes as soon as it finds the network."
        }
        "device-forgotten" => "This device has forgotten you. Nothing of yours is kept on it.",
        "share-again" => "The photo did not come along. Choose it here once more.",
        _ => return None,
    })
}

/// In the form of a button that hands something out to many: when its page was made.
#[component]
pub(crate) fn PageMade() -> impl IntoView {
    view! { <input type="hidden" name="page_made" value=ssr::page_made() /> }
}

/// That only this answer holds, where the button was pressed before.
pub(crate) fn made_anew(what: &str, how_many: usize) -> String {
    format!(
        "The button was pressed before on the same page. For {how_many} of the people here the {what} of that answer do not work any more: use these."
    )
}

/// That another answer holds, where the button was pressed once more before this one came.
pub(crate) fn made_later(what: &str, how_many: usize) -> String {
    format!(
        "The button was pressed once more, and that answer shows the {what} that work for {how_many} of the people here. If you do not have it, press the button again: whoever has not used theirs gets a new one."
    )
}

/// That what was handed out after the page was opened still works.
pub(crate) fn kept_words(what: &str, how_many: usize) -> Option<String> {
    match how_many {
        0 => None,
        1 => Some(format!(
            "1 person was handed {what} after you had opened the list, and those still work. If they are lost too, open the list again and press the button there."
        )),
        many => Some(format!(
            "{many} people were handed {what} after you had opened the list, and those still work. If they are lost too, open the list again and press the button there."
        )),
    }
}

/// How many were left out because the roster has closed their accounts, and what opens them.
pub(crate) fn left_out_words(closed: u64) -> Option<String> {
    match closed {
        0 => None,
        1 => Some(
            "1 person was left out: the roster has closed their account. The next import that has it enabled opens it."
                .to_owned(),
        ),
        many => Some(format!(
            "{many} people were left out: the roster has closed their accounts. The next import that has them enabled opens them."
        )),
    }
}

/// Passwords that were just made: shown this once, never again.
#[component]
pub(crate) fn Credentials() -> impl IntoView {
    let Some(ssr::Posted::Credentials(handout)) = use_context::<ssr::Posted>() else {
        return ().into_any();
    };
    let (anew, later) = (handout.made_anew, handout.made_later);
    let elsewhere = (later > 0).then(|| view! { <p>{made_later("passwords", later)}</p> });
    let kept =
        kept_words("a link or a password", handout.kept).map(|words| view! { <p>{words}</p> });
    let left_out = left_out_words(handout.closed).map(|words| view! { <p>{words}</p> });
    if handout.made.is_empty() {
        let is_anew = ssr::query("state")
            .is_some_and(|word| word.parse::<Standing>() == Ok(Standing::NotCome));
        let words = match handout.closed {
            _ if is_anew => "Nobody here has an unused link or password any more.",
            0 => "Everybody here has a password already.",
            _ => "Everybody else here has a password already.",
        };
        let is_nobody = later == 0 && handout.kept == 0;
        let nobody = is_nobody.then(|| view! { <p>{words}</p> });
        return view! { <Notice>{nobody} {elsewhere} {kept} {left_out}</Notice> }.into_any();
    }
    let has_years = handout.made.iter().any(|one| one.year_group.is_some());
    let year = has_years.then(|| Column::text("Year"));
    let head: Vec<Column> = std::iter::once(Column::text("Name"))
        .chain(year)
        .chain(["School code", "Username", "Password"].map(Column::text))
        .collect();
    let rows = handout
        .made
        .into_iter()
        .map(|credential| {
            let year = credential.year_group.unwrap_or_default();
            view! {
                <tr>
                    <th scope="row">{credential.name}</th>
                    {has_years.then(|| view! { <td data-label="Year">{year}</td> })}
                    <td data-label="School code">{credential.school}</td>
                    <td data-label="Username">{credential.username}</td>
                    <td data-label="Password">
                        <code>{credential.password}</code>
                    </td>
                </tr>
            }
        })
        .collect_erased();
    view! {
        <Notice tone=Tone::Ok title="New passwords".to_owned()>
            <p>"You see them only this once. Print this page or write them down now."</p>
            {(anew > 0).then(|| view! { <p>{made_anew("passwords", anew)}</p> })}
            {elsewhere}
            {kept}
            {left_out}
        </Notice>
        <Table caption="New passwords" hide_caption=true head>
            {rows}
        </Table>
    }
    .into_any()
}
