//! What a visitor of the public pages chose about third parties: read from their cookie,
//! decided on the server for each request, and taken back in one click. Where the
//! operator has set up no third party, nothing here asks, sets or loads anything.

#[cfg(feature = "ads")]
pub mod ads;
pub(crate) mod choice;
pub(crate) mod decision;
pub mod parties;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::seal::Seal;
use domain::visitors::register_of;
use http::{HeaderMap, HeaderValue, header};
use vocab::visitors::{ThirdParty, Visit};

use app::ssr::cookie_in;

use crate::session::session_cookie;
use crate::site::Site;
use choice::Choice;
use decision::{Asking, RouteClass, decide};

/// The name of the cookie that holds a choice, bound to this host where it can be.
pub(crate) fn choice_cookie(site: &Site) -> &'static str {
    if site.config.is_encrypted() {
        "__Host-consent_choice"
    } else {
        "consent_choice"
    }
}

/// The seal of that cookie.
pub(crate) fn seal(site: &Site) -> Seal {
    Seal::new(&site.signer, "cookie choice")
}

/// The choice in a request, if it still holds.
pub(crate) fn choice_in(site: &Site, headers: &HeaderMap) -> Option<Choice> {
    let cookie = cookie_in(headers, choice_cookie(site))?;
    let register = register_of(&site.config.public.third_parties);
    Choice::read(&cookie, &seal(site)).filter(|choice| choice.holds(&register, site.clock.now()))
}

/// Decides what the page of this request may load, and puts it into the request.
pub(crate) async fn know_the_choice(
    State(site): State<Site>,
    mut request: Request,
    next: Next,
) -> Response {
    if site.config.public.third_parties.is_empty() {
        return next.run(request).await;
    }
    let parties = parties_now(&site).await;
    let visit = visit(&site, &parties, request.uri().path(), request.headers());
    request.extensions_mut().insert(visit);
    next.run(request).await
}

/// What is set up, with what the register allows now; where that cannot be read, nothing
/// is allowed.
pub(crate) async fn parties_now(site: &Site) -> Arc<Vec<ThirdParty>> {
    let configured = &site.config.public.third_parties;
    let now = site.clock.now();
    match site.grounds.get(site.db.read(), configured, now).await {
        Ok(parties) => parties,
        Err(error) => {
            tracing::warn!(%error, "what allows third parties could not be read");
            Arc::new(configured.clone())
        }
    }
}

fn visit(site: &Site, parties: &[ThirdParty], path: &str, headers: &HeaderMap) -> Visit {
    let choice = choice_in(site, headers);
    let asking = Asking {
        class: RouteClass::of(path),
        has_session: cookie_in(headers, session_cookie(site)).is_some(),
        has_gpc: headers.get("sec-gpc").is_some_and(|value| value == "1"),
        choice: choice.as_ref(),
    };
    Visit {
        parties: parties.to_vec(),
        ..decide(asking, parties)
    }
}

/// Takes the cookies of third parties off the browser: for this host and for every
/// domain above it that they may have been set on.
pub(crate) fn expire_theirs(headers: &mut HeaderMap, host: &str, parties: &[ThirdParty]) {
    let host = host.split(':').next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    let domains = (0..labels.len().saturating_sub(1)).map(|at| labels[at..].join("."));
    let places: Vec<String> = std::iter::once(String::new())
        .chain(domains.map(|domain| format!("; Domain={domain}")))
        .collect();
    for name in parties.iter().flat_map(|party| &party.cookies) {
        for place in &places {
            let cookie = format!("{name}=; Path=/; Max-Age=0{place}");
            if let Ok(cookie) = HeaderValue::from_str(&cookie) {
                headers.append(header::SET_COOKIE, cookie);
            }
        }
    }
}
