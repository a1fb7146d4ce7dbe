//! Cookies and who they belong to. Each request is looked up once; handlers take
//! [`SignedIn`], pages read the actor from the request.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, OptionalFromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::Actor;
use domain::accounts::sessions;
use domain::badges::devices::COOKIE_LASTS;
use domain::seal::Seal;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, header};
use vocab::usage::PageKind;

use app::badges::door::ENROLMENT_COOKIES;
use app::error::AppError;
use app::reading::{READING_COOKIE, THEME_COOKIE};
use app::ssr::cookie_in;

use crate::forms::{Unread, words_in};
use crate::policies;
use crate::respond;
use crate::security::{self, ForSomebody};
use crate::site::{ANSWERS_WITHIN, Site};

/// The device's own random id with our seal on it, to slow down guesses from it.
const DEVICE_COOKIE: &str = "device";
/// The school code typed last on this device.
pub(crate) const SCHOOL_COOKIE: &str = "school";

const A_YEAR_IN_SECONDS: i64 = 365 * 24 * 60 * 60;

/// The session cookie's name: with the prefix that binds it to this host where
/// the connection is encrypted (RFC 6265bis, 4.1.3.2).
pub(crate) fn session_cookie(site: &Site) -> &'static str {
    if site.config.is_encrypted() {
        "__Host-session"
    } else {
        "session"
    }
}

/// The cookie beside it, which pages take away to sign out without a network.
pub(crate) fn companion_cookie(site: &Site) -> &'static str {
    if site.config.is_encrypted() {
        "__Host-sk"
    } else {
        "sk"
    }
}

/// Gives the browser a session: two cookies, and both are asked for.
pub(crate) fn remember_session(headers: &mut HeaderMap, site: &Site, token: &str) {
    set_cookie(headers, site, session_cookie(site), token, None);
    let companion = sessions::companion(token);
    add_cookie(
        headers,
        site,
        (companion_cookie(site), &companion),
        "",
        None,
    );
}

/// Addresses that are the same for everybody: nobody's session is looked up for them, so
/// that nothing of anybody can be in the answer.
fn is_for_all(path: &str) -> bool {
    ["/pkg/", "/hue/", "/fonts/"]
        .iter()
        .any(|folder| path.starts_with(folder))
        || matches!(path, "/sw.js" | "/shell" | "/outbox" | security::REPORTS)
}

/// Whether the browser asks before anybody has pressed the link (Speculation Rules;
/// `Sec-Purpose: prefetch` or `prefetch;prerender`).
fn is_ahead(headers: &HeaderMap) -> bool {
    headers
        .get("sec-purpose")
        .and_then(|purpose| purpose.to_str().ok())
        .is_some_and(|purpose| purpose.contains("prefetch"))
}

/// Looks up who is asking and puts the [`Actor`] into the request.
pub(crate) async fn know_the_actor(
    State(site): State<Site>,
    mut request: Request,
    next: Next,
) -> Response {
    if is_for_all(request.uri().path()) {
        return next.run(request).await;
    }
    let Some(token) = cookie_in(request.headers(), session_cookie(&site)) else {
        return next.run(request).await;
    };
    // Behind the companion the page writes when it was touched last.
    let given = cookie_in(request.headers(), companion_cookie(&site)).unwrap_or_default();
    let (given, touched) = given.split_once('.').unwrap_or((&given, ""));
    let found = if sessions::is_companion(&token, given) {
        let touched = |session| domain::offline::touched_at(&site.offline, session, touched);
        sessions::find_touched(&site.db, &token, touched, site.clock.now()).await
    } else {
        sessions::end_left_behind(&site.db, &token, site.clock.now())
            .await
            .map(|()| None)
    };
    match found {
        Ok(Some(found)) => {
            let session = found.actor.session;
            let (school, person) = (found.actor.school, found.actor.person);
            let counted = PageKind::of(request.uri().path())
                .filter(|_| found.counts && request.method() == http::Method::GET)
                .map(|page| (found.actor.roles, page));
            let looks = found.actor.looks.clone();
            let is_read = request.method() != http::Method::POST;
            let is_ahead = is_ahead(request.headers());
            let is_first_page = request.method() == http::Method::GET
                && request.uri().path() == "/home"
                && !is_ahead;
            let asked = policies::ask(&site, &found.actor, found.standing, is_first_page).await;
            request.extensions_mut().insert(asked);
            let denied = found.actor.clone();
            request.extensions_mut().insert(found.actor);
            let asked_for = request.uri().path().to_owned();
            let mut response = next.run(request).await;
            note_denied(&site, &denied, response.status(), &asked_for, is_read).await;
            let looks = looks.take();
            if is_ahead && !looks.is_empty() {
                response = respond::not_ahead();
            } else if !looks.is_empty() {
                let kept = site.looks.keep(school, person, looks, site.clock.now());
                // What was changed is changed; what shows anything does not go out unseen: a
                // page, and a copy that was asked for with a form.
                let shows = is_read || response.status() == http::StatusCode::OK;
                if kept.await.is_err() && shows {
                    response = respond::not_on_record();
                }
            }
            if let Some((roles, page)) = counted
                && response.status() == http::StatusCode::OK
            {
                site.usage.count(school, roles, page, site.clock.now());
            }
            if found.needs_touch {
                // Nobody waits for it, and of many none holds a connection that is silent.
                let db = site.afterwards.clone().answering_within(ANSWERS_WITHIN);
                let now = site.clock.now();
                tokio::spawn(async move {
                    if let Err(error) = sessions::touch(&db, session, now).await {
                        tracing::warn!(error = %error, "the use of a session was not written down");
                    }
                });
            }
            response.extensions_mut().insert(ForSomebody);
            response
        }
        Ok(None) => {
            request.extensions_mut().insert(Ended);
            let mut response = next.run(request).await;
            forget(response.headers_mut(), &site);
            response
        }
        Err(error) => {
            let error = app::ssr::unavailable(error);
            request.extensions_mut().insert(Nobody(error));
            next.run(request).await
        }
    }
}

/// Writes down that somebody asked for what is not theirs: what they
/// may not do, and forms and pages of the school that answer them as if they were not there.
async fn note_denied(
    site: &Site,
    actor: &Actor,
    status: http::StatusCode,
    path: &str,
    is_read: bool,
) {
    let of_the_school = ["/school", "/people"]
        .iter()
        .any(|part| path.starts_with(part));
    let is_denied = status == http::StatusCode::FORBIDDEN
        || (status == http::StatusCode::NOT_FOUND && (!is_read || of_the_school));
    if !is_denied {
        return;
    }
    let page = crate::logging::pattern(path);
    if let Err(error) = domain::safety::denied(&site.db, actor, &page, site.clock.now()).await {
        tracing::warn!(%error, "a closed door was not written down");
    }
}

/// Why it cannot be said whose the session is that the browser named.
#[derive(Clone, Debug)]
struct Nobody(AppError);

/// Marks a request whose session has ended.
#[derive(Clone, Copy, Debug)]
struct Ended;

/// Marks the answer of a route that needs somebody and met nobody.
#[derive(Clone, Copy, Debug)]
struct NeedsSomebody;

/// Stops a request whose session cannot be looked up. What was typed into a form is given
/// back, also where the session has ended or its cookies are gone: they go with it in every
/// window of the browser.
pub(crate) async fn stop_nobody(
    State(site): State<Site>,
    mut request: Request,
    next: Next,
) -> Response {
    let is_form = request.method() == http::Method::POST;
    let unknown = request.extensions_mut().remove::<Nobody>();
    if let Some(Nobody(error)) = unknown
        && !is_open(request.uri().path())
    {
        let (parts, body) = request.into_parts();
        let typed = if is_form {
            words_in(&site, Request::from_parts(parts.clone(), body)).await
        } else {
            Vec::new()
        };
        return respond::failed_with(&site, &parts, error, typed).await;
    }
    if !is_form || request.extensions().get::<Actor>().is_some() {
        return next.run(request).await;
    }
    // Where nobody is signed in it changes the device, for which this was not meant.
    let is_for_a_person = request.uri().path().starts_with("/settings/reading");
    if is_for_a_person && request.extensions().get::<Ended>().is_some() {
        let (parts, _) = request.into_parts();
        return respond::failed(&site, &parts, AppError::SignedOut).await;
    }
    // The route alone knows whether it needs somebody, and says so before it reads the form.
    let (parts, body) = request.into_parts();
    let unread = Unread::new(body);
    let tried = Request::from_parts(parts.clone(), unread.as_body());
    let response = next.run(tried).await;
    let needs_somebody = response.extensions().get::<NeedsSomebody>().is_some();
    let Some(body) = unread.take().filter(|_| needs_somebody) else {
        return response;
    };
    let typed = words_in(&site, Request::from_parts(parts.clone(), body)).await;
    respond::failed_with(&site, &parts, AppError::SignedOut, typed).await
}

/// Whether anybody may ask for it, whatever their session.
fn is_open(path: &str) -> bool {
    let is_a_link = ["/invitation/", "/unsubscribe/", "/news/"]
        .iter()
        .any(|link| path.starts_with(link));
    is_a_link || OPEN_TO_ALL.contains(&path)
}

/// What anybody may ask for, whatever their session.
const OPEN_TO_ALL: &[&str] = &[
    "/sign-in",
    "/sign-out",
    "/badge",
    "/theme",
    "/set-up",
    "/healthz",
    "/readyz",
    "/shell",
    "/outbox",
];

/// The cookie of an enrolled device, on which badges work.
fn enrolment_cookie(site: &Site) -> &'static str {
    let [plain, bound] = ENROLMENT_COOKIES;
    if site.config.is_encrypted() {
        bound
    } else {
        plain
    }
}

/// The secret of an enrolled device, if the browser sent one.
pub(crate) fn enrolment(headers: &HeaderMap, site: &Site) -> Option<String> {
    cookie_in(headers, enrolment_cookie(site)).filter(|token| token.len() == 43)
}

/// Keeps the secret of an enrolment on the device, for a year from now.
pub(crate) fn remember_enrolment(headers: &mut HeaderMap, site: &Site, token: &str) {
    let life = Some(COOKIE_LASTS.num_seconds());
    set_cookie(headers, site, enrolment_cookie(site), token, life);
}

/// Takes the secret of an enrolment away.
pub(crate) fn forget_enrolment(headers: &mut HeaderMap, site: &Site) {
    set_cookie(headers, site, enrolment_cookie(site), "", Some(0));
}

/// Takes the device's own id away.
pub(crate) fn forget_name(headers: &mut HeaderMap, site: &Site) {
    set_cookie(headers, site, DEVICE_COOKIE, "", Some(0));
}

/// The device's own id, if the browser sent one that we sealed: whoever makes one up has
/// none, and is counted with all who have none.
pub(crate) fn device_id(headers: &HeaderMap, site: &Site) -> Option<String> {
    read_device(&cookie_in(headers, DEVICE_COOKIE)?, &device_seal(site))
}

/// The device's own id, sealed or not: ids had no seal once, and what lies on a tablet is
/// kept under its id. It proves nothing.
pub(crate) fn device_name(headers: &HeaderMap) -> Option<String> {
    let cookie = cookie_in(headers, DEVICE_COOKIE)?;
    let id = cookie.split_once('.').map_or(&*cookie, |(id, _)| id);
    is_device_id(id).then(|| id.to_owned())
}

/// The id of a browser from before ids were sealed, which gets a seal as it is. One with a
/// wrong seal is not among them: whoever made it up would have ours put on it. Cookies live
/// a year, so that this can go in December 2027, with all that asks for it.
pub(crate) fn unsealed_id(headers: &HeaderMap) -> Option<String> {
    cookie_in(headers, DEVICE_COOKIE).filter(|cookie| is_device_id(cookie))
}

/// Gives the device an id that no other has, with our seal; one that had none yet is sealed
/// as it is.
pub(crate) fn name_the_device(headers: &mut HeaderMap, site: &Site, named: Option<String>) {
    let id = named.unwrap_or_else(|| domain::secrets::token(&mut domain::secrets::random()));
    let cookie = sealed_device(&id, &device_seal(site));
    remember(headers, site, DEVICE_COOKIE, &cookie);
}

fn device_seal(site: &Site) -> Seal {
    Seal::new(&site.signer, "device id")
}

fn sealed_device(id: &str, seal: &Seal) -> String {
    format!("{id}.{}", seal.of(id))
}

fn read_device(cookie: &str, seal: &Seal) -> Option<String> {
    let (id, mac) = cookie.split_once('.')?;
    (is_device_id(id) && seal.fits(id, mac)).then(|| id.to_owned())
}

/// 32 bytes in the letters of base64url.
fn is_device_id(id: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    id.len() == 43 && id.bytes().all(is_letter)
}

/// Names a device that has no id of ours when it gets the sign-in form or the contact form,
/// so that its first try is counted for it alone.
pub(crate) async fn know_the_device(
    State(site): State<Site>,
    request: Request,
    next: Next,
) -> Response {
    let asks = request.method() == http::Method::GET;
    let is_plain = request.uri().path() == "/sign-in"
        && !request
            .uri()
            .query()
            .is_some_and(|query| query.contains("typed=") || query.contains("done="));
    if asks && is_plain && enrolment(request.headers(), &site).is_some() {
        return respond::on_to("/badge");
    }
    let is_new = request.method() == http::Method::GET
        && matches!(request.uri().path(), "/sign-in" | "/contact")
        && device_id(request.headers(), &site).is_none();
    let named = is_new.then(|| unsealed_id(request.headers()));
    let mut response = next.run(request).await;
    if let Some(named) = named {
        name_the_device(response.headers_mut(), &site, named);
    }
    response
}

/// The signed-in person, for handlers; others are sent to the sign-in page.
pub(crate) struct SignedIn(pub(crate) Actor);

impl FromRequestParts<Site> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let Some(actor) = parts.extensions.get::<Actor>() else {
            let mut response = respond::failed(site, parts, AppError::SignedOut).await;
            response.extensions_mut().insert(NeedsSomebody);
            return Err(response);
        };
        Ok(Self(actor.clone()))
    }
}

impl OptionalFromRequestParts<Site> for SignedIn {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Option<Self>, Infallible> {
        Ok(parts.extensions.get::<Actor>().cloned().map(Self))
    }
}

/// Adds a cookie to an answer. `seconds` is its life; none means until the browser closes.
pub(crate) fn set_cookie(
    headers: &mut HeaderMap,
    site: &Site,
    name: &str,
    value: &str,
    seconds: Option<i64>,
) {
    add_cookie(headers, site, (name, value), "; HttpOnly", seconds);
}

fn add_cookie(
    headers: &mut HeaderMap,
    site: &Site,
    (name, value): (&str, &str),
    http_only: &str,
    seconds: Option<i64>,
) {
    let secure = if site.config.is_encrypted() {
        "; Secure"
    } else {
        ""
    };
    let life = seconds
        .map(|seconds| format!("; Max-Age={seconds}"))
        .unwrap_or_default();
    let cookie = format!("{name}={value}; Path=/{http_only}; SameSite=Lax{secure}{life}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        headers.append(header::SET_COOKIE, cookie);
    }
}

/// A choice that stays on the device for a year.
pub(crate) fn remember(headers: &mut HeaderMap, site: &Site, name: &str, value: &str) {
    set_cookie(headers, site, name, value, Some(A_YEAR_IN_SECONDS));
}

/// Takes the session cookie away, and how the last one here wanted pages to look, unless
/// the answer sets a new one.
pub(crate) fn forget(headers: &mut HeaderMap, site: &Site) {
    forget_all(
        headers,
        site,
        [session_cookie(site), companion_cookie(site)],
    );
    forget_the_look(headers, site);
}

/// Takes away what was chosen on this device while nobody was signed in, so that the
/// next one here begins as everybody does.
pub(crate) fn forget_the_look(headers: &mut HeaderMap, site: &Site) {
    forget_all(headers, site, [THEME_COOKIE, READING_COOKIE]);
}

fn forget_all(headers: &mut HeaderMap, site: &Site, names: [&str; 2]) {
    for name in names {
        let sets_a_new_one = headers
            .get_all(header::SET_COOKIE)
            .iter()
            .filter_map(|cookie| cookie.to_str().ok()?.split_once('='))
            .any(|(set, _)| set == name);
        if !sets_a_new_one {
            set_cookie(headers, site, name, "", Some(0));
        }
    }
}

/// Such as "Chrome on Android", from the browser's own words: enough to know one's devices by.
pub(crate) fn device_label(headers: &HeaderMap) -> String {
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let first = |known: &[(&str, &'static str)]| {
        known
            .iter()
            .find(|(sign, _)| agent.contains(sign))
            .map(|(_, name)| *name)
    };
    let browser = first(&[
        ("Edg", "Edge"),
        ("Firefox", "Firefox"),
        ("CrOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPad", "iPad"),
        ("iPhone", "iPhone"),
        ("CrOS", "Chromebook"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "Unknown device".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use domain::consent::Signer;

    use super::*;

    #[test]
    fn a_device_id_holds_with_the_seal_of_this_server_alone() {
        let seal = |secret| Seal::new(&Signer::new([secret; 32]), "device id");
        let (id, other) = ("a".repeat(43), "b".repeat(43));
        let cookie = sealed_device(&id, &seal(7));
        assert_eq!(read_device(&cookie, &seal(7)), Some(id.clone()));
        assert_eq!(read_device(&cookie, &seal(8)), None);
        let (_, mac) = cookie.split_once('.').expect("sealed");
        for made_up in [id.clone(), format!("{id}."), format!("{other}.{mac}")] {
            assert_eq!(read_device(&made_up, &seal(7)), None, "{made_up}");
        }
    }

    #[test]
    fn an_id_without_a_seal_is_carried_over_and_one_with_a_wrong_seal_never() {
        let carried = |cookie: &str| {
            let mut headers = HeaderMap::new();
            let value = HeaderValue::from_str(&format!("device={cookie}")).expect("ASCII");
            headers.insert(header::COOKIE, value);
            unsealed_id(&headers)
        };
        let id = "a".repeat(43);
        assert_eq!(carried(&id), Some(id.clone()));
        for other in [format!("{id}."), format!("{id}.seal"), "short".to_owned()] {
            assert_eq!(carried(&other), None, "{other}");
        }
    }

    #[test]
    fn a_device_keeps_its_name_with_and_without_a_seal() {
        let name = |cookie: &str| {
            let mut headers = HeaderMap::new();
            let value = HeaderValue::from_str(&format!("device={cookie}")).expect("ASCII");
            headers.insert(header::COOKIE, value);
            device_name(&headers)
        };
        let id = "a".repeat(43);
        assert_eq!(name(&id), Some(id.clone()));
        assert_eq!(name(&format!("{id}.seal")), Some(id));
        let quotes = "\"".repeat(43);
        for no_id in ["", "short", quotes.as_str()] {
            assert_eq!(name(no_id), None, "{no_id}");
        }
    }

    #[test]
    fn a_device_is_named_so_that_its_owner_knows_it() {
        let label = |agent: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, HeaderValue::from_static(agent));
            device_label(&headers)
        };
        assert_eq!(
            label("Mozilla/5.0 (Linux; Android 14) Chrome/120 Safari/537"),
            "Chrome on Android"
        );
        assert_eq!(
            label("Mozilla/5.0 (iPad; CPU OS 17 like Mac OS X) Version/17 Safari/604"),
            "Safari on iPad"
        );
        assert_eq!(label("curl/8"), "Unknown device");
    }
}
