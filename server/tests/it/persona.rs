//! Personas: people of the cast at a browser of their own, with cookies, who get
//! pages and post forms.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use domain::accounts::passwords::{Cost, Hasher};
use domain::consent::Signer;
use domain::files::Store;
use domain::usage::Tally;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use server::config::Config;
use server::router::router;
use server::site::Site;
use tempfile::TempDir;
use test_kit::School;
use tower::ServiceExt;
use vocab::legal_entity::LegalEntity;
use vocab::visitors::PublicPages;

/// A server on the school's database.
pub(crate) struct Served {
    pub(crate) school: School,
    pub(crate) router: Router,
    pub(crate) usage: Arc<Tally>,
    folder: TempDir,
}

impl Served {
    /// The cast's two schools, served.
    pub(crate) async fn new() -> Self {
        Self::with(None).await
    }

    /// The same, with a set-up code as on a first start.
    pub(crate) async fn with(setup_code: Option<String>) -> Self {
        Self::configured(setup_code, |_| ()).await
    }

    /// The same, with a configuration of its own.
    pub(crate) async fn configured(
        setup_code: Option<String>,
        configure: impl FnOnce(&mut Config),
    ) -> Self {
        Self::made(School::new().await, setup_code, configure, local)
    }

    /// A server for this school.
    pub(crate) fn of(school: School) -> Self {
        Self::made(school, None, |_| (), local)
    }

    /// The same, keeping files in a store made for its folder.
    pub(crate) async fn storing(store: impl FnOnce(&Path) -> Store) -> Self {
        Self::made(School::new().await, None, |_| (), store)
    }

    fn made(
        school: School,
        setup_code: Option<String>,
        configure: impl FnOnce(&mut Config),
        store: impl FnOnce(&Path) -> Store,
    ) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let files = folder.path().join("files");
        std::fs::create_dir_all(&files).expect("the folder is ours");
        let store = store(&files);
        let site = site(&school, folder.path(), store, setup_code, configure);
        let usage = site.usage.clone();
        let router = router(site);
        Self {
            school,
            router,
            usage,
            folder,
        }
    }

    /// The same, with something set up for the public pages.
    pub(crate) async fn for_the_public(public: PublicPages) -> Self {
        Self::configured(None, |config| config.public = Arc::new(public)).await
    }

    /// Where the server keeps its data.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Somebody of the cast with a session.
    pub(crate) fn as_(&self, name: &str) -> Persona {
        let mut persona = self.stranger();
        let token = self.school.session_token(name);
        let companion = domain::accounts::sessions::companion(&token);
        persona.cookies.insert("session".to_owned(), token);
        persona.cookies.insert("sk".to_owned(), companion);
        persona
    }

    /// Somebody at a fresh browser.
    pub(crate) fn stranger(&self) -> Persona {
        Persona {
            router: self.router.clone(),
            cookies: BTreeMap::new(),
            headers: HeaderMap::new(),
        }
    }
}

fn local(folder: &Path) -> Store {
    Store::local(folder).expect("the store opens")
}

fn site(
    school: &School,
    folder: &Path,
    store: Store,
    setup_code: Option<String>,
    configure: impl FnOnce(&mut Config),
) -> Site {
    let mut config = Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        data: folder.to_owned(),
        database_url: school.database.url.clone(),
        database_connections: 3,
        keys_url: "sqlite::memory:".to_owned(),
        master_key: None,
        new_master_key: None,
        public_url: "http://school.test".to_owned(),
        smtp: None,
        legal_entity: LegalEntity::default(),
        log_json: false,
        log: "off".to_owned(),
        public: Arc::default(),
        check_links: false,
        site: None,
        gallery: false,
        dev_reload: false,
        count_queries: true,
        bench: false,
        most_drained_bytes: 1100 * 1024 * 1024,
    };
    configure(&mut config);
    Site::new(
        school.db.clone(),
        school.clock.clone(),
        store,
        Hasher::new(Cost::ForTests),
        Signer::new([7; 32]),
        config,
        setup_code,
    )
}

/// Somebody at a browser.
#[derive(Clone)]
pub(crate) struct Persona {
    router: Router,
    pub(crate) cookies: BTreeMap<String, String>,
    /// Sent with every request, over the usual ones.
    pub(crate) headers: HeaderMap,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// A header's text, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("")
    }

    /// Where it sends the browser.
    pub(crate) fn location(&self) -> &str {
        self.header("location")
    }

    /// What stands in the form that goes there.
    pub(crate) fn form(&self, action: &str) -> &str {
        let head = format!("action=\"{action}\"");
        let (_, form) = self.body.split_once(&head).expect("the form is there");
        form.split_once("</form>").expect("it ends").0
    }

    /// How many statements it took.
    pub(crate) fn statements(&self) -> u32 {
        self.header("server-timing")
            .split('"')
            .nth(1)
            .and_then(|count| count.parse().ok())
            .expect("statements are counted in tests")
    }
}

impl Persona {
    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// Posts a form as a browser does from one of our own pages.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect::<Vec<_>>()
            .join("&");
        self.send(
            Method::POST,
            path,
            Some(("application/x-www-form-urlencoded", body.into())),
        )
        .await
    }

    /// Posts a form with files: name of the field, file name, bytes.
    pub(crate) async fn post_files(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Answer {
        const BOUNDARY: &str = "a-boundary-that-no-test-writes";
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        for (name, file, bytes) in files {
            body.extend(
                format!(
                    "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
                     Content-Type: application/octet-stream\r\n\r\n"
                )
                .bytes(),
            );
            body.extend_from_slice(bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{BOUNDARY}--\r\n").bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.send(Method::POST, path, Some((&kind, body.into())))
            .await
    }

    pub(crate) async fn send(
        &mut self,
        method: Method,
        path: &str,
        body: Option<(&str, Bytes)>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "school.test")
            .header(header::ACCEPT, "text/html");
        if !self.cookies.is_empty() {
            let cookies = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>();
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if !self.headers.contains_key("sec-fetch-site") && !self.headers.contains_key("origin") {
            request = request.header("sec-fetch-site", "same-origin");
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = match body {
            Some((kind, bytes)) => request
                .header(header::CONTENT_TYPE, kind)
                .body(Body::from(bytes)),
            None => request.body(Body::empty()),
        }
        .expect("a request");
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("the router always answers");
        // The thread goes on with somebody else's request.
        assert!(
            leptos::prelude::Owner::current().is_none(),
            "{path}: an answer left its owner behind"
        );
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("the whole answer").to_bytes();
        self.keep_cookies(&parts.headers);
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for cookie in headers
            .get_all(header::SET_COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
        {
            let (pair, rest) = cookie.split_once(';').unwrap_or((cookie, ""));
            let Some((name, value)) = pair.split_once('=') else {
                continue;
            };
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

pub(crate) fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            b' ' => "+".to_owned(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}
