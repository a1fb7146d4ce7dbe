//! Reading requests: an urlencoded body into a form type, ids out of the address.
//! What cannot be read is answered by a page of ours, never by a bare sentence.

use axum::extract::multipart::Field;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::Response;
use http::request::Parts;
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
/// answer instead of a broken connection.
#[derive(Debug, Default)]
pub(crate) struct Drain {
    bytes: usize,
}

impl Drain {
    /// Beyond this a request has no end, or its sender does not want an answer.
    const MOST_BYTES: usize = 512 * 1024 * 1024;

    /// Reads a part of the form to its end and forgets it.
    pub(crate) async fn part(&mut self, mut field: Field<'_>) -> Result<(), AppError> {
        while let Some(chunk) = field.chunk().await.map_err(|_| AppError::Interrupted)? {
            self.bytes += chunk.len();
            if self.bytes > Self::MOST_BYTES {
                return Err(AppError::Interrupted);
            }
        }
        Ok(())
    }
}
