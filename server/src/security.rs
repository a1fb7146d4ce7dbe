//! Headers and refusals that every route has: no request that another site made
//! changes anything, no page is framed, nothing of a signed-in person is cached.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use app::error::AppError;

use crate::respond;
use crate::site::Site;

/// Where browsers report what the policy made them refuse.
pub(crate) const REPORTS: &str = "/csp-report";

/// Which pictures a page shows beside files of ours and those that stand in it.
#[derive(Clone, Copy)]
pub(crate) enum Pictures {
    /// None.
    Ours,
    /// What its script has opened: the page for no network shows kept photos.
    Opened,
}

/// The content security policy of a page. `nonce` is that of its own scripts;
/// what is no page gets a policy without one. `hosts` are those of third parties that
/// this one visitor has allowed, as `cookies::decision` says; there are none on any
/// page of a school.
pub(crate) fn content_security_policy(
    nonce: Option<&str>,
    hosts: &[String],
    pictures: Pictures,
) -> String {
    let theirs = hosts
        .iter()
        .fold(String::new(), |all, host| all + " " + host);
    let scripts = nonce.map_or_else(
        || "script-src 'none'".to_owned(),
        |nonce| {
            format!(
                "script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval' 'inline-speculation-rules'{theirs}"
            )
        },
    );
    let opened = match pictures {
        Pictures::Ours => "",
        Pictures::Opened => " blob:",
    };
    format!(
        "default-src 'self'; {scripts}; connect-src 'self'{theirs}; style-src 'self'; \
         img-src 'self' data:{opened}{theirs}; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
         report-uri {REPORTS}; report-to csp"
    )
}

/// Beside an answer that was made for somebody who is signed in.
#[derive(Clone, Copy)]
pub(crate) struct ForSomebody;

/// Puts the headers on that every answer carries.
pub(crate) async fn headers(State(site): State<Site>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let is_signed_in = response.extensions().get::<ForSomebody>().is_some();
    let headers = response.headers_mut();
    // What `report-to csp` names; older browsers go by `report-uri`.
    if let Ok(endpoints) = HeaderValue::from_str(&format!("csp=\"{REPORTS}\"")) {
        headers
            .entry(HeaderName::from_static("reporting-endpoints"))
            .or_insert(endpoints);
    }
    let mut set = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(HeaderName::from_static("x-robots-tag"), "noindex, nofollow");
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    set(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    set(
        HeaderName::from_static("permissions-policy"),
        "camera=(self), microphone=(), geolocation=(), browsing-topics=()",
    );
    if site.config.is_encrypted() {
        set(
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=63072000; includeSubDomains",
        );
    }
    if is_signed_in {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    } else {
        headers
            .entry(header::CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-store"));
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY)
        && let Ok(policy) =
            HeaderValue::from_str(&content_security_policy(None, &[], Pictures::Ours))
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Refuses a request to change something that did not come from our own pages.
/// Browsers say where a request comes from (`Sec-Fetch-Site`, or `Origin` where
/// they are older); one that says neither is refused too.
pub(crate) async fn refuse_other_sites(
    State(site): State<Site>,
    request: Request,
    next: Next,
) -> Response {
    if matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    ) || is_one_click(&request)
        || is_silent_report(&request)
        || is_from_here(request.headers(), &site)
    {
        return next.run(request).await;
    }
    let (parts, _) = request.into_parts();
    respond::failed(&site, &parts, AppError::NotAllowed).await
}

/// The one form that others send for somebody: a mail program switches a kind of mail
/// off (RFC 8058). Its address is the proof, and nothing of a signed-in person is read.
fn is_one_click(request: &Request) -> bool {
    request
        .uri()
        .path()
        .strip_prefix("/unsubscribe/")
        .is_some_and(|token| !token.is_empty() && !token.contains('/'))
}

/// A report of the browser itself, which some send without saying from where. A page of
/// another site cannot: what it sends names its origin. Nobody's session is read for it.
fn is_silent_report(request: &Request) -> bool {
    let says_where = [header::ORIGIN, HeaderName::from_static("sec-fetch-site")]
        .iter()
        .any(|name| request.headers().contains_key(name));
    request.uri().path() == REPORTS && !says_where
}

/// Sends whoever came unencrypted to the encrypted address, where the proxy says how they
/// came.
pub(crate) async fn only_encrypted(
    State(site): State<Site>,
    request: Request,
    next: Next,
) -> Response {
    let came_in_clear = request
        .headers()
        .get("x-forwarded-proto")
        .is_some_and(|by| by.as_bytes().eq_ignore_ascii_case(b"http"));
    if site.config.is_encrypted() && came_in_clear {
        let path = request
            .uri()
            .path_and_query()
            .map_or("/", |path| path.as_str());
        return Redirect::permanent(&format!("{}{path}", site.config.public_url)).into_response();
    }
    next.run(request).await
}

fn is_from_here(headers: &HeaderMap, site: &Site) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(from) = text("sec-fetch-site") {
        return from == "same-origin" || from == "none";
    }
    let Some(origin) = text("origin") else {
        return false;
    };
    let host = text("host").or_else(|| text(":authority"));
    let is_our_host = origin
        .split_once("://")
        .is_some_and(|(_, authority)| Some(authority) == host);
    is_our_host || origin == site.config.public_url
}
