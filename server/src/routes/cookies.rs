//! The answer to the question about third parties, given in a band or on the page about
//! cookies, and taken back there in one click.

use axum::extract::State;
use axum::response::Response;
use axum::routing::{MethodRouter, post};
use domain::visitors::{self, HOLDS_FOR, register_of};
use http::header;
use http::request::Parts;
use vocab::consent::ConsentKind;
use vocab::visitors::{CookieChoice, ThirdParty, ThirdPartyPurpose};

use app::error::AppError;

use crate::cookies::choice::Choice;
use crate::cookies::decision::RouteClass;
use crate::cookies::{choice_cookie, choice_in, expire_theirs, parties_now, seal};
use crate::forms::Posted;
use crate::respond::{change, failed, on_to};
use crate::session::set_cookie;
use crate::site::Site;

const THE_PAGE: &str = "/privacy/cookies";

/// The addresses of the forms.
pub(crate) fn forms() -> Vec<(&'static str, MethodRouter<Site>)> {
    vec![(THE_PAGE, post(choose))]
}

/// `POST /privacy/cookies`, by anybody. Effective with the very next answer.
async fn choose(
    State(site): State<Site>,
    Posted { form, parts }: Posted<CookieChoice>,
) -> Response {
    let parties = parties_now(&site).await;
    if parties.is_empty() {
        return failed(&site, &parts, AppError::NotFound).await;
    }
    let before = choice_in(&site, &parts.headers);
    let browser = before.as_ref().map_or_else(
        || domain::secrets::token(&mut domain::secrets::random()),
        |before| before.browser.clone(),
    );
    let had: Vec<ThirdPartyPurpose> = before.map(|before| before.allowed).unwrap_or_default();
    let answers: Vec<_> = parties
        .iter()
        .map(|party| (party.purpose, kind_of(&form, party, &had)))
        .collect();
    let choice = Choice {
        browser: browser.clone(),
        at: site.clock.now().timestamp(),
        register: register_of(&parties),
        allowed: answers
            .iter()
            .filter(|(_, kind)| *kind == ConsentKind::Given)
            .map(|(purpose, _)| *purpose)
            .collect(),
    };
    let entry = visitors::Choice {
        browser,
        register: choice.register.clone(),
        channel: if form.back == THE_PAGE {
            "cookies page"
        } else {
            "banner"
        },
        answers,
    };
    let written = change(&site, async |tx, now| {
        visitors::write(tx, entry, now)
            .await
            .map_err(app::ssr::unavailable)
    })
    .await;
    if let Err(error) = written {
        return failed(&site, &parts, error).await;
    }
    let is_public = RouteClass::of(&form.back) == RouteClass::Public;
    let mut response = on_to(if is_public { &form.back } else { THE_PAGE });
    let refused: Vec<ThirdParty> = parties
        .iter()
        .filter(|party| !choice.allowed.contains(&party.purpose))
        .cloned()
        .collect();
    expire_theirs(response.headers_mut(), host(&parts), &refused);
    set_cookie(
        response.headers_mut(),
        &site,
        choice_cookie(&site),
        &choice.sealed(&seal(&site)),
        Some(HOLDS_FOR.num_seconds()),
    );
    response
}

/// A yes is one only where the register allows it now.
fn kind_of(form: &CookieChoice, party: &ThirdParty, had: &[ThirdPartyPurpose]) -> ConsentKind {
    let is_given = form.allows(party.purpose) && party.is_open();
    match (is_given, had.contains(&party.purpose)) {
        (true, _) => ConsentKind::Given,
        (false, true) => ConsentKind::Withdrawn,
        (false, false) => ConsentKind::Refused,
    }
}

fn host(parts: &Parts) -> &str {
    parts
        .headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default()
}
