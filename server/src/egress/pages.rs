//! The way out that asks whether a page is there: HTTPS only, one request for the page's
//! head, no cookies, no body, nothing about anybody.

use std::sync::Arc;
use std::time::Duration;

use domain::providers::Reach;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use url::{Host, Url};
use vocab::providers::LinkAnswer;

use super::EgressError;

/// A host that says nothing for so long does not answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// The first line of an answer is shorter than this.
const FIRST_LINE: usize = 1_024;

/// The way out for that question.
#[derive(Clone)]
pub struct PageDoor {
    tls: TlsConnector,
}

impl std::fmt::Debug for PageDoor {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("PageDoor").finish_non_exhaustive()
    }
}

impl PageDoor {
    /// Builds it; nothing is connected yet.
    pub fn new() -> Result<Self, EgressError> {
        let roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| EgressError::NotAServer(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            tls: TlsConnector::from(Arc::new(config)),
        })
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks for a page, encrypted and with nothing in it"
    )]
    async fn status(&self, url: &str) -> Option<u16> {
        let (host, port, path) = place(url)?;
        let name = ServerName::try_from(host.clone()).ok()?;
        for method in ["HEAD", "GET"] {
            let plain = TcpStream::connect((host.as_str(), port)).await.ok()?;
            let mut stream = self.tls.connect(name.clone(), plain).await.ok()?;
            let status = exchange(&mut stream, method, &host, &path).await?;
            // Some hosts do not know what a head is.
            if !matches!(status, 405 | 501) {
                return Some(status);
            }
        }
        None
    }
}

impl Reach for PageDoor {
    async fn ask(&self, url: &str) -> LinkAnswer {
        let status = tokio::time::timeout(PATIENCE, self.status(url)).await;
        meaning(status.ok().flatten())
    }
}

/// Host, port and path of an address that may be asked: HTTPS, at a name.
fn place(url: &str) -> Option<(String, u16, String)> {
    let url = Url::parse(url).ok().filter(|url| url.scheme() == "https")?;
    let Some(Host::Domain(host)) = url.host() else {
        return None;
    };
    let path = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    Some((host.to_owned(), url.port_or_known_default()?, path))
}

/// Asks once; answers the status that comes back.
async fn exchange(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    method: &str,
    host: &str,
    path: &str,
) -> Option<u16> {
    let ask = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Classimize-link-check\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(ask.as_bytes()).await.ok()?;
    stream.flush().await.ok()?;
    let mut answer = Vec::new();
    let mut part = [0; 256];
    while !answer.contains(&b'\n') && answer.len() < FIRST_LINE {
        match stream.read(&mut part).await.ok()? {
            0 => break,
            read => answer.extend_from_slice(&part[..read]),
        }
    }
    let line = String::from_utf8_lossy(&answer);
    let mut words = line.split(' ');
    words
        .next()
        .filter(|version| version.starts_with("HTTP/1."))?;
    words.next()?.trim().parse().ok()
}

/// A page that has moved leads somewhere; one that is gone does not; trouble at the host
/// says nothing yet.
const fn meaning(status: Option<u16>) -> LinkAnswer {
    match status {
        Some(200..=399 | 401 | 403 | 429) => LinkAnswer::There,
        Some(404 | 410) => LinkAnswer::Gone,
        _ => LinkAnswer::NoAnswer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A host that answers with these bytes; gives back what it was asked.
    async fn asked(answer: &'static [u8]) -> (Option<u16>, String) {
        let (mut ours, mut theirs) = tokio::io::duplex(4_096);
        let host = async move {
            let mut heard = vec![0; 2_048];
            let read = theirs.read(&mut heard).await.expect("asked");
            theirs.write_all(answer).await.expect("answered");
            drop(theirs);
            String::from_utf8_lossy(&heard[..read]).into_owned()
        };
        tokio::join!(
            exchange(&mut ours, "HEAD", "mail.example", "/privacy"),
            host
        )
    }

    #[tokio::test]
    async fn the_question_carries_nothing_but_the_address() {
        let (status, heard) = asked(b"HTTP/1.1 404 Not Found\r\nX: y\r\n\r\n").await;
        assert_eq!(status, Some(404));
        assert_eq!(meaning(status), LinkAnswer::Gone);
        assert!(heard.starts_with("HEAD /privacy HTTP/1.1\r\nHost: mail.example\r\n"));
        for nothing in ["Cookie", "Referer", "Authorization"] {
            assert!(!heard.contains(nothing), "{heard}");
        }
    }

    #[tokio::test]
    async fn what_is_no_answer_is_told_apart_from_a_page_that_is_gone() {
        for (answer, means) in [
            (&b"HTTP/1.1 200 OK\r\n\r\n"[..], LinkAnswer::There),
            (b"HTTP/1.0 301 Moved\r\n\r\n", LinkAnswer::There),
            (b"HTTP/1.1 410 Gone\r\n\r\n", LinkAnswer::Gone),
            (b"HTTP/1.1 503 Later\r\n\r\n", LinkAnswer::NoAnswer),
            (b"220 mail.example ESMTP\r\n", LinkAnswer::NoAnswer),
            (b"", LinkAnswer::NoAnswer),
        ] {
            assert_eq!(meaning(asked(answer).await.0), means);
        }
    }

    #[test]
    fn only_encrypted_pages_at_a_name_are_asked_for() {
        for refused in [
            "http://mail.example/",
            "https://127.0.0.1/",
            "file:///etc/x",
            "x",
        ] {
            assert_eq!(place(refused), None, "{refused}");
        }
        let taken = place("https://mail.example/privacy?a=b#c");
        let host = "mail.example".to_owned();
        assert_eq!(taken, Some((host, 443, "/privacy?a=b".to_owned())));
    }
}
