//! What the server puts within reach of a page: its means, who is asking, and a
//! form that came back with errors. Pages and server functions read it here.

use domain::consent::Signer;
use domain::db::Db;
use domain::mail::Letterhead;
use domain::presses::{self, Handout};
use domain::{AccessError, Actor, Clock, Time};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use vocab::accounts::Credential;
use vocab::form::{FieldError, HandoutForm};

use crate::error::AppError;
use crate::ui::Assets;

/// The server's means, the same for every request.
#[derive(Clone, Debug)]
pub struct Means {
    /// The records.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Addresses of the site's own files.
    pub assets: Assets,
    /// What the operator has set up for the public pages.
    pub public: std::sync::Arc<vocab::visitors::PublicPages>,
    /// The browser reloads itself when the server restarts: for developers only.
    pub reloads: bool,
    /// What stands around every mail, and who runs the server.
    pub head: Letterhead,
    /// Mail is shown instead of sent: on a developer's own machine alone.
    pub has_mailbox: bool,
    /// The gallery of parts can be looked at: on a developer's own machine and in demos.
    pub has_gallery: bool,
    /// Signs records, and knows what it signed.
    pub signer: Signer,
    /// Makes what is printed on badges.
    pub badge_keys: domain::badges::BadgeKeys,
}

/// Reads something of the server's means, without a copy of all of them. `read` asks for
/// no other context: it would wait for itself.
fn means<R>(read: impl FnOnce(&Means) -> R) -> R {
    with_context(read).expect("every page is rendered with the server's means")
}

/// Reads something of the head of the request, without a copy of all of it. `read` asks for
/// no other context: it would wait for itself.
pub fn of_request<R>(read: impl FnOnce(&http::request::Parts) -> R) -> Option<R> {
    with_context(read)
}

/// What the layers of the server have put beside the request.
pub fn beside<T: Clone + Send + Sync + 'static>() -> Option<T> {
    of_request(|parts| parts.extensions.get::<T>().cloned()).flatten()
}

/// What stands around every mail.
pub fn head() -> Letterhead {
    means(|means| means.head.clone())
}

/// What signs records, and knows what it signed.
pub fn signer() -> Signer {
    means(|means| means.signer.clone())
}

/// What makes the codes and pictures of badges.
pub fn badge_keys() -> domain::badges::BadgeKeys {
    means(|means| means.badge_keys.clone())
}

/// The records.
pub fn db() -> Db {
    means(|means| means.db.clone())
}

/// The time of this request.
pub fn now() -> Time {
    means(|means| means.clock.now())
}

/// Who is asking.
pub fn actor() -> Result<Actor, AppError> {
    maybe_actor().ok_or(AppError::SignedOut)
}

/// Who is asking, if anybody is signed in.
pub fn maybe_actor() -> Option<Actor> {
    beside()
}

/// What policies ask of whoever is signed in.
pub fn asked() -> domain::policies::Asked {
    beside().unwrap_or_default()
}

/// A cookie of the request.
pub fn cookie(name: &str) -> Option<String> {
    of_request(|parts| cookie_in(&parts.headers, name)).flatten()
}

/// A cookie among the headers of a request.
pub fn cookie_in(headers: &http::HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(http::header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// The path of the request, without its query.
pub fn path() -> String {
    of_request(|parts| parts.uri.path().to_owned()).unwrap_or_default()
}

/// The address of the sign-in page, which leads on to `next` afterwards.
pub fn sign_in_page(next: &str) -> String {
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("/sign-in?next={next}")
}

/// The address of the sign-in page that leads back to the page that was asked for, or
/// that the form stood on.
pub fn back_after_sign_in(parts: &http::request::Parts) -> String {
    let is_form =
        parts.method == http::Method::POST || parts.extensions.get::<WasPosted>().is_some();
    let back = if is_form {
        form_page(&parts.headers)
    } else {
        parts.uri.path_and_query().map(ToString::to_string)
    };
    sign_in_page(back.as_deref().unwrap_or("/home"))
}

/// Marks a request whose form is answered by a page.
#[derive(Clone, Copy, Debug)]
pub struct WasPosted;

/// The page that a form stood on: our own pages alone tell it (`same-origin`).
fn form_page(headers: &http::HeaderMap) -> Option<String> {
    let referrer = headers.get(http::header::REFERER)?.to_str().ok()?;
    let address: http::Uri = referrer.parse().ok()?;
    Some(address.path_and_query()?.as_str().to_owned())
}

/// A value of the request's query.
pub fn query(name: &str) -> Option<String> {
    of_request(|parts| {
        form_urlencoded::parse(parts.uri.query()?.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    })
    .flatten()
}

/// Sets the answer's status.
pub fn set_status(status: u16) {
    if let (Some(response), Ok(status)) = (
        use_context::<ResponseOptions>(),
        http::StatusCode::from_u16(status),
    ) {
        response.set_status(status);
    }
}

/// The end of a server function: an error goes out with its own status.
pub(crate) fn told<T>(outcome: Result<T, AppError>) -> Result<T, AppError> {
    if let Err(error) = &outcome {
        set_status(error.status());
    }
    outcome
}

/// The outcome of a form that was posted to this page, in context while the page
/// is rendered again.
#[derive(Clone, Debug)]
pub enum Posted {
    /// What was typed, and what is wrong with it.
    Refused {
        /// The form as it came.
        form: serde_json::Value,
        /// One for each field that needs another look.
        errors: Vec<FieldError>,
        /// A sentence where no field is to blame.
        sentence: Option<String>,
    },
    /// Passwords that are shown this once.
    Credentials(Handout<Credential>),
    /// An invitation link that is shown this once.
    Invitation(InvitationLink),
    /// Invitation links that are shown this once.
    Invitations(Handout<InvitationLink>),
    /// A signed statement that is compared with the record of consents.
    Statement(String),
    /// There is no page to show again.
    Failed(AppError, Vec<Typed>),
}

/// An invitation link that was just made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationLink {
    /// Whom it is for.
    pub name: String,
    /// The children of a guardian who is invited as one of many.
    pub children: Vec<String>,
    /// The link.
    pub link: String,
    /// It goes to them by mail as well.
    pub is_mailed: bool,
}

/// Words that somebody wrote into a form that could not be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// What they were, such as "Your words".
    pub label: &'static str,
    /// As they were typed.
    pub words: String,
}

impl Typed {
    /// What was typed into a field, if it is one for words or points and not empty.
    pub fn new(field: &str, words: String) -> Option<Self> {
        let label = label_of(field)?;
        // In other forms these hold a choice, by its name in the program.
        let is_name = |words: &str| words.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        let is_choice = matches!(field, "answer" | "purpose") && is_name(words.trim());
        (!is_choice && !words.trim().is_empty()).then_some(Self { label, words })
    }

    /// The words in a form.
    pub fn in_form(form: &impl Serialize) -> Vec<Self> {
        let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(form) else {
            return Vec::new();
        };
        fields
            .into_iter()
            .filter_map(|(field, value)| Self::new(&field, value.as_str()?.to_owned()))
            .collect()
    }
}

/// What words of a field are called where its form is not beside them: no password, code or
/// username, which are no loss, and no choice.
fn label_of(field: &str) -> Option<&'static str> {
    Some(match field {
        "text" | "words" => "Your words",
        "comment" => "Your comment",
        "instructions" => "Your instructions",
        "points" => "Points or mark",
        "title" => "Title",
        "details" => "Details",
        "answer" => "Your reply",
        "note" => "Your note",
        "reason" => "Reason",
        "because" => "Why it is needed",
        "kept" => "The statement",
        "what" => "What it is, or what happened",
        "what_helps" => "What helps",
        "place" => "Where",
        "matter" => "Matter",
        "authority" => "By what authority",
        "requester" => "Who wants it",
        "basis" => "Lawful basis",
        "categories" => "Which data",
        "purpose" => "What for",
        "system" => "System",
        "country" => "Country",
        "people" => "How many people",
        "establishment_number" => "Establishment number",
        "assessment" => "Assessment",
        "does" => "What they do",
        "allowed_by" => "What allows it",
        "policy_url" => "Privacy policy",
        "name" => "Name",
        "given_name" => "Given name",
        "family_name" => "Family name",
        "subject" => "Subject",
        "school_name" => "Name of the school",
        "contact_name" => "Who answers for data protection",
        "contact" => "How to reach them",
        "label" => "Name of the device",
        _ => return None,
    })
}

impl Posted {
    /// A form that is shown again with what was typed.
    pub fn refused(form: &impl Serialize, error: &AppError) -> Self {
        Self::Refused {
            form: serde_json::to_value(form).unwrap_or_default(),
            errors: error.fields().to_vec(),
            sentence: error.fields().is_empty().then(|| error.to_string()),
        }
    }
}

/// What was typed and what is wrong, if this page is shown again after a refusal.
#[derive(Clone, Debug, Default)]
pub struct Again<F> {
    /// What was typed, if anything came back.
    pub form: Option<F>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// A sentence where no field is to blame.
    pub sentence: Option<String>,
}

impl<F> Again<F> {
    /// Everything that is wrong with one field.
    pub fn error(&self, field: &str) -> Option<String> {
        let of_field = self.errors.iter().filter(|error| error.field == field);
        let messages: Vec<&str> = of_field.map(|error| error.message.as_str()).collect();
        (!messages.is_empty()).then(|| messages.join(". "))
    }
}

/// The form that came back, if one did.
pub fn again<F: DeserializeOwned>() -> Again<F> {
    match use_context::<Posted>() {
        Some(Posted::Refused {
            form,
            errors,
            sentence,
        }) => Again {
            form: serde_json::from_value(form).ok(),
            errors,
            sentence,
        },
        _ => Again {
            form: None,
            errors: Vec::new(),
            sentence: None,
        },
    }
}

/// The words of a form that came back to a page that cannot be shown any more.
pub fn typed() -> Vec<Typed> {
    match use_context::<Posted>() {
        Some(Posted::Refused { form, .. }) => Typed::in_form(&form),
        _ => Vec::new(),
    }
}

/// What the form of a button that hands something out goes on carrying: the page was not made
/// anew with all that was handed out on it.
pub fn carried_on() -> Option<String> {
    let carried = match use_context::<Posted>() {
        Some(Posted::Credentials(handout)) => handout.carries_on(),
        Some(Posted::Invitations(handout)) => handout.carries_on(),
        _ => again::<HandoutForm>().form.map(|form| form.page_made),
    };
    carried.filter(|made| !made.is_empty())
}

/// What the form of such a button carries.
pub fn page_made() -> String {
    carried_on().unwrap_or_else(|| presses::page_made(now()))
}

/// A form that stands many times on its page, with what it stood under.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Under<F> {
    /// The id of that.
    pub under: String,
    /// What was typed.
    #[serde(flatten)]
    pub form: F,
}

/// The form that came back, if it is the one that stands under this.
pub fn again_under<F: DeserializeOwned>(under: &str) -> Option<F> {
    let again: Again<Under<F>> = again();
    again
        .form
        .filter(|form| form.under == under)
        .map(|form| form.form)
}

/// The form that came back, if it stands once on its page: not one that stands under
/// something and has fields of the same names.
pub fn again_alone<F: DeserializeOwned>() -> Again<F> {
    let came: Again<serde_json::Value> = again();
    let is_under = came.form.is_some_and(|form| form.get("under").is_some());
    let mut alone = again();
    if is_under {
        alone.form = None;
    }
    alone
}

/// Maps a database that does not answer; what went wrong goes to the log, not to the page.
pub fn unavailable(error: impl std::error::Error) -> AppError {
    tracing::error!(error = %error, "the database did not answer");
    AppError::Unavailable
}

impl From<AccessError> for AppError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::NotFound => Self::NotFound,
            AccessError::NotAllowed => Self::NotAllowed,
            AccessError::Archived { .. } | AccessError::Objected | AccessError::Restricted => {
                Self::Refused(error.to_string())
            }
            AccessError::Database(error) => unavailable(error),
        }
    }
}
