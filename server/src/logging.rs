//! Logs: one line a request, with an id and without anything personal. Addresses
//! are logged as patterns, so that neither ids nor invitation tokens stand in them.

use std::collections::HashSet;
use std::sync::LazyLock;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};
use tracing::Instrument;

use crate::config::Config;

/// Starts logging to standard error.
pub fn start(config: &Config) {
    // The configuration has looked at the filter before.
    let filter = tracing_subscriber::EnvFilter::new(&config.log);
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false);
    // A second start, as in tests, keeps the first.
    let _ = if config.log_json {
        log.json().try_init()
    } else {
        log.try_init()
    };
}

/// Gives each request an id, logs its end, and tells the id to the browser.
pub(crate) async fn log(request: Request, next: Next) -> Response {
    let id = domain::secrets::new_id().simple().to_string();
    let method = request.method().clone();
    let route = pattern(request.uri().path());
    let began = std::time::Instant::now();
    let span = tracing::info_span!("request", id = %id);
    let mut response = next.run(request).instrument(span).await;
    let took_ms = began.elapsed().as_millis();
    let status = response.status().as_u16();
    if !route.starts_with("/pkg/") {
        tracing::info!(id = %id, %method, %route, status, took_ms, "answered");
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response
            .headers_mut()
            .insert(HeaderName::from_static("x-request-id"), id);
    }
    response
}

/// "/people/0190…/invite" becomes "/people/{}/invite": only the words of our own
/// addresses are written down.
fn pattern(path: &str) -> String {
    static OURS: LazyLock<HashSet<String>> = LazyLock::new(crate::router::words_of_addresses);
    path.split('/')
        .map(|part| {
            if part.is_empty() || OURS.contains(part) {
                part
            } else {
                "{}"
            }
        })
        .collect::<Vec<_>>()
        .join("/")
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn neither_ids_nor_tokens_are_logged() {
        assert_eq!(
            pattern("/people/0190a1b2-0000-7000-8000-000000000001/invite"),
            "/people/{}/invite"
        );
        assert_eq!(
            pattern("/invitation/3q2-8bV4mWcJ0yQk5o9T1xN7uZrLsE6dHfGaPiKjXvM"),
            "/invitation/{}"
        );
        assert_eq!(pattern("/sign-in"), "/sign-in");
        assert_eq!(pattern("/people/zainab"), "/people/{}");
        assert_eq!(pattern("/zainab.okafor"), "/{}");
        assert_eq!(pattern("/api/marking/save"), "/api/marking/save");
    }
}
