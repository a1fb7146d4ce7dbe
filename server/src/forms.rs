//! Reading forms: an urlencoded body into a form type, whatever its fields hold.
//! What cannot be read at all is answered like an interrupted request.

use axum::extract::{FromRequest, Request};
use axum::response::Response;
use http::request::Parts;
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

impl<F: DeserializeOwned> FromRequest<Site> for Posted<F> {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let read = axum::Form::<F>::from_request(Request::from_parts(parts.clone(), body), site).await;
        match read {
            Ok(axum::Form(form)) => Ok(Self { form, parts }),
            Err(_) => Err(respond::failed(site, &parts, AppError::Interrupted).await),
        }
    }
}
