//! Reading requests: an urlencoded body into a form type, ids out of the address.
//! What cannot be read is answered by a page of ours, never by a bare sentence.

use std::sync::{Arc, Mutex, PoisonError};

use app::ssr::Typed;
use axum::body::Body;
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::Response;
use domain::submissions::FileToAdd;
use futures::{StreamExt, stream};
use http::request::Parts;
use http::{HeaderMap, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use app::error::AppError;

use crate::respond;
use crate::site::Site;

/// A form and the head of the request it came with, to render its page again.
pub(crate) struct Posted<F> {
    /// What was typed.
    pub(crate) form: F,
    /// The head of the request.
    pub(crate) parts: Parts,
}

/// A form that is a button alone: whatever comes with it is not read.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Nothing {}

impl<F: DeserializeOwned + Send> FromRequest<Site> for Posted<F> {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let read = axum::Form::<F>::from_request(Request::from_parts(parts.clone(), body), site)
            .await
            .map(|axum::Form(form)| form)
            .ok();
        match read {
            Some(form) => Ok(Self { form, parts }),
            None => Err(respond::failed(site, &parts, AppError::Interrupted).await),
        }
    }
}

/// Ids in the address; what is no id leads to a page that is not there.
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Site> for Path<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let read = axum::extract::Path::<T>::from_request_parts(parts, site)
            .await
            .map(|axum::extract::Path(id)| id)
            .ok();
        match read {
            Some(id) => Ok(Self(id)),
            None => Err(respond::failed(site, parts, AppError::NotFound).await),
        }
    }
}

/// What of one request is read only to be thrown away, so that the browser hears our
/// answer instead of a broken connection. Where there is too much of it, that alone is no
/// news: whoever reads the request says what was wrong with it before.
#[derive(Debug)]
pub(crate) struct Drain {
    bytes: usize,
    /// Beyond this a request has no end, or its sender does not want an answer.
    most_bytes: usize,
}

impl Drain {
    /// The longest text of a form, in bytes.
    const MOST_TEXT: usize = 2 * 1024 * 1024;

    /// For one request.
    pub(crate) fn new(site: &Site) -> Self {
        Self {
            bytes: 0,
            most_bytes: site.config.most_drained_bytes,
        }
    }

    /// Reads a part of the form to its end and forgets it.
    pub(crate) async fn part(&mut self, mut field: Field<'_>) -> Result<(), AppError> {
        while let Some(chunk) = field.chunk().await.map_err(|_| AppError::Interrupted)? {
            self.bytes += chunk.len();
            if self.bytes > self.most_bytes {
                return Err(AppError::Interrupted);
            }
        }
        Ok(())
    }

    /// A text of the form, whose lines browsers send with CRLF; nothing if it is too
    /// long to be one.
    pub(crate) async fn text(&mut self, mut field: Field<'_>) -> Result<Option<String>, AppError> {
        let mut bytes = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(|_| AppError::Interrupted)? {
            if bytes.len() + chunk.len() > Self::MOST_TEXT {
                self.part(field).await?;
                return Ok(None);
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Some(String::from_utf8_lossy(&bytes).replace("\r\n", "\n")))
    }
}

/// A form without files may be so long where the route itself has no bound: the longest
/// answer, with every sign of it in its longest spelling.
const MOST_FORM_BYTES: usize = 8 * 1024 * 1024;

/// Reads an urlencoded form on a route whose files are bounded one by one.
pub(crate) async fn urlencoded<F: DeserializeOwned>(request: Request) -> Result<F, AppError> {
    let bytes = axum::body::to_bytes(request.into_body(), MOST_FORM_BYTES)
        .await
        .map_err(|_| AppError::Interrupted)?;
    serde_urlencoded::from_bytes(&bytes).map_err(|_| AppError::Interrupted)
}

/// The body of a form that stays whole until somebody begins to read it: where nobody does,
/// its words can be given back.
#[derive(Clone)]
pub(crate) struct Unread(Arc<Mutex<Option<Body>>>);

impl Unread {
    /// Of one request.
    pub(crate) fn new(body: Body) -> Self {
        Self(Arc::new(Mutex::new(Some(body))))
    }

    /// The body in the request's place. It is begun once the first of it is asked for.
    pub(crate) fn as_body(&self) -> Body {
        let unread = self.clone();
        let begun = async move { unread.take().unwrap_or_default().into_data_stream() };
        Body::from_stream(stream::once(begun).flatten())
    }

    /// The whole of it, if nobody has begun.
    pub(crate) fn take(&self) -> Option<Body> {
        let mut unread = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        unread.take()
    }
}

/// The words in a form that cannot be taken, to be given back: every field for words,
/// read to its end, and nothing of its files.
pub(crate) async fn words_in(site: &Site, request: Request) -> Vec<Typed> {
    /// More fields for words than any form of ours has.
    const MOST_TYPED: usize = 8;
    if !is_multipart(request.headers()) {
        let form = axum::Form::<Vec<(String, String)>>::from_request(request, site).await;
        return form.map_or_else(
            |_| Vec::new(),
            |axum::Form(fields)| {
                fields
                    .into_iter()
                    .filter_map(|(field, words)| Typed::new(&field, words))
                    .take(MOST_TYPED)
                    .collect()
            },
        );
    }
    let mut typed = Vec::new();
    let mut rest = Drain::new(site);
    let Ok(mut multipart) = Multipart::from_request(request, site).await else {
        return typed;
    };
    while let Ok(Some(field)) = multipart.next_field().await {
        let name = field.name().unwrap_or_default().to_owned();
        let read = if field.file_name().is_some() {
            rest.part(field).await.map(|()| None)
        } else {
            rest.text(field).await
        };
        match read {
            Ok(words) if typed.len() < MOST_TYPED => {
                typed.extend(words.and_then(|words| Typed::new(&name, words)));
            }
            Ok(_) => {}
            Err(_) => break,
        }
    }
    typed
}

/// The file of a form's field, as it is called where it was chosen: the HTML standard has
/// browsers write three signs of a name as these, and no others.
pub(crate) fn named(field: &Field<'_>) -> FileToAdd {
    let name = field.file_name().unwrap_or_default();
    FileToAdd {
        name: name
            .replace("%22", "\"")
            .replace("%0D", "\r")
            .replace("%0A", "\n"),
        media_type: field
            .content_type()
            .unwrap_or("application/octet-stream")
            .to_owned(),
    }
}

/// Whether a field of a form holds a chosen file; an empty picker sends a nameless one.
pub(crate) fn is_chosen(field: &Field<'_>) -> bool {
    field.file_name().is_some_and(|name| !name.is_empty())
}

/// Whether the form comes in parts, as one with a file picker does.
pub(crate) fn is_multipart(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("multipart/form-data"))
}
