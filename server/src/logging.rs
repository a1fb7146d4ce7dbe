//! Logs: one line a request, with an id and without anything personal. Addresses
//! are logged as patterns, so that neither ids nor invitation tokens stand in them. Which
//! fields a line may hold stands in the data map (`datamap::LOG`).

use std::any::Any;
use std::collections::HashSet;
use std::io::IsTerminal;
use std::panic::PanicHookInfo;
use std::sync::LazyLock;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};
use tracing::{Instrument, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::Config;

/// What is said of invitations, under a name of its own.
pub(crate) const INVITATION: &str = "invitation";

/// What is said here: the id around a request's lines, and panics.
const HERE: &str = "request";

/// Starts logging to standard error, panics too.
pub fn start(config: &Config) {
    // The configuration has looked at the filter before. Invitation links are handed on
    // from the log while no mail is set up, however little else it says.
    let filter = EnvFilter::new(format!("{},{INVITATION}=info,{HERE}=error", config.log));
    // A second start, as in tests, keeps the first.
    let _ = if config.log_json {
        as_json(filter, std::io::stderr).try_init()
    } else {
        tracing_subscriber::fmt()
            // What cannot be written is said nowhere: saying so would break the program.
            .log_internal_errors(false)
            .with_env_filter(filter)
            .with_writer(std::io::stderr)
            .with_ansi(std::io::stderr().is_terminal())
            .with_target(false)
            .finish()
            .try_init()
    };
    std::panic::set_hook(Box::new(say));
}

/// One line for a panic, with the request's id around it.
fn say(panic: &PanicHookInfo) {
    let at = panic.location().map(ToString::to_string);
    let at = at.unwrap_or_default();
    tracing::error!(target: HERE, %at, error = words_of(panic.payload()), "the program broke here");
}

/// What a panic says: words that stand in the program. What was put together when it happened
/// may hold what was worked on, and is left out.
fn words_of(payload: &(dyn Any + Send)) -> &'static str {
    let words: Option<&&'static str> = payload.downcast_ref();
    words.copied().unwrap_or("words with values in them")
}

/// Writes each line as one JSON object.
pub fn as_json<W>(filter: EnvFilter, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    tracing_subscriber::fmt()
        .json()
        .log_internal_errors(false)
        .with_env_filter(filter)
        .with_writer(writer)
        .with_target(false)
        .finish()
}

/// Gives each request an id, logs its end, and tells the id to the browser.
pub(crate) async fn log(request: Request, next: Next) -> Response {
    let id = domain::secrets::new_id().simple().to_string();
    let method = request.method().clone();
    let route = pattern(request.uri().path());
    let began = std::time::Instant::now();
    // Of the highest level, so that it is around every line that is written at all.
    let span = tracing::error_span!(target: HERE, "request", id = %id);
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
pub(crate) fn pattern(path: &str) -> String {
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
    use super::{pattern, words_of};

    /// What is written in the log, kept for a test.
    #[derive(Clone, Default)]
    struct Lines(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0
                .lock()
                .map_err(|_| std::io::Error::other("poisoned"))?
                .extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_line_of_the_log_holds_neither_an_address_of_a_device_nor_its_browser() {
        use tower::ServiceExt as _;
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(move || writer.clone())
            .finish();
        let kept = tracing::subscriber::set_default(subscriber);
        let request = http::Request::builder()
            .uri("/sign-in?from=203.0.113.77")
            .header("x-forwarded-for", "203.0.113.77")
            .header("forwarded", "for=\"[2001:db8::17]\"")
            .header("user-agent", "Mozilla/5.0 (X11; Linux) Firefox/140.0")
            .body(axum::body::Body::empty())
            .expect("a request");
        axum::Router::new()
            .fallback(|| async { "here" })
            .layer(axum::middleware::from_fn(super::log))
            .oneshot(request)
            .await
            .expect("an answer");
        drop(kept);
        let bytes = lines.0.lock().expect("nobody panicked").clone();
        let text = String::from_utf8(bytes).expect("letters");
        assert!(
            text.contains("answered") && text.contains("/sign-in"),
            "{text}"
        );
        for personal in ["203.0.113", "2001:db8", "Firefox", "Mozilla"] {
            assert!(!text.contains(personal), "{text}");
        }
    }

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

    #[test]
    fn a_panic_says_what_stands_in_the_program_and_nothing_that_was_worked_on() {
        assert_eq!(words_of(&"the key is there"), "the key is there");
        let quoted = format!("byte index 3 is out of bounds of `{}`", "Ada");
        assert_eq!(words_of(&quoted), "words with values in them");
    }
}
