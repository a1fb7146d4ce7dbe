//! The site's own files: built into the binary, each with its compressed forms,
//! or read from a folder while the site is being worked on.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::ui::Assets;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;

/// A file inside the binary.
pub(crate) struct Embedded {
    name: &'static str,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// What the build writes down about itself.
#[derive(Debug, Default, Deserialize)]
struct Built {
    islands: BTreeMap<String, String>,
    #[serde(default)]
    scanner: String,
    css: String,
    icons: String,
    #[serde(default)]
    public: BTreeMap<String, String>,
}

/// The files of the site, ready to be sent.
#[derive(Clone, Debug)]
pub struct SiteFiles {
    folder: Option<Arc<PathBuf>>,
    /// Their addresses, for the pages.
    pub assets: Assets,
}

impl SiteFiles {
    /// From the binary, or from `folder` where one is named.
    pub fn open(folder: Option<&Path>) -> Self {
        let manifest = match folder {
            Some(folder) => std::fs::read(folder.join("assets.json"))
                .ok()
                .map(Bytes::from),
            None => embedded("assets.json").map(|file| Bytes::from_static(file.plain)),
        };
        let built: Built = manifest
            .and_then(|json| serde_json::from_slice(&json).ok())
            .unwrap_or_default();
        if built.css.is_empty() {
            tracing::warn!(
                "this binary was built without its site: pages have no style; build with `cargo xtask build`"
            );
        }
        let public = |name: &str| {
            let hashed = built.public.get(name).cloned();
            hashed.unwrap_or_else(|| format!("/{name}"))
        };
        let (favicon, door, offline, workspace, offer, ruler, dress, aloud) = (
            public("favicon.svg"),
            public("js/door.js"),
            public("js/offline.js"),
            public("js/workspace.js"),
            public("version/offer.js"),
            public("reading/ruler.js"),
            public("reading/dress.js"),
            public("reading/aloud.js"),
        );
        Self {
            folder: folder.map(|folder| Arc::new(folder.to_owned())),
            assets: Assets {
                css: built.css,
                icons: built.icons,
                islands: built.islands,
                favicon,
                door,
                offline,
                workspace,
                offer,
                ruler,
                dress,
                aloud,
                scanner: built.scanner,
            },
        }
    }

    /// The file at `path`, in the smallest form the browser takes.
    pub(crate) fn answer(&self, path: &str, headers: &HeaderMap) -> Option<Response> {
        let name = path.strip_prefix('/')?;
        if name.is_empty()
            || name == "assets.json"
            || name
                .split('/')
                .any(|part| part.is_empty() || part.starts_with('.'))
        {
            return None;
        }
        let accepts = headers
            .get(header::ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("");
        let (bytes, encoding) = match &self.folder {
            Some(folder) => (Bytes::from(std::fs::read(folder.join(name)).ok()?), None),
            None => smallest(embedded(name)?, accepts),
        };
        let mut response = (StatusCode::OK, Body::from(bytes)).into_response();
        let answer = response.headers_mut();
        answer.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(media_type(name)),
        );
        answer.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static(lifetime(name)),
        );
        answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        answer.insert("x-cache-class", HeaderValue::from_static("public"));
        if let Some(encoding) = encoding {
            answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        Some(response)
    }
}

fn embedded(name: &str) -> Option<&'static Embedded> {
    EMBEDDED
        .binary_search_by(|file| file.name.cmp(name))
        .ok()
        .map(|index| &EMBEDDED[index])
}

fn smallest(file: &'static Embedded, accepts: &str) -> (Bytes, Option<&'static str>) {
    let takes = |word: &str| {
        accepts.split(',').any(|part| {
            part.split(';')
                .next()
                .is_some_and(|name| name.trim() == word)
        })
    };
    match (file.brotli, file.gzip) {
        (Some(bytes), _) if takes("br") => (Bytes::from_static(bytes), Some("br")),
        (_, Some(bytes)) if takes("gzip") => (Bytes::from_static(bytes), Some("gzip")),
        _ => (Bytes::from_static(file.plain), None),
    }
}

/// Files with their content's hash in the name never change, nor do fonts, which carry
/// their version.
fn lifetime(name: &str) -> &'static str {
    if name.starts_with("pkg/") || media_type(name) == "font/woff2" {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=3600"
    }
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("ico") => "image/x-icon",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        Some("json") if name.ends_with("speculation.json") => "application/speculationrules+json",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}
