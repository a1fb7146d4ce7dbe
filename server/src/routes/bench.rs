//! `/bench/plain`: one indexed database read and a short answer, with nothing
//! around it. Every other page is measured as a ratio to this one.

use axum::extract::State;
use axum::response::{IntoResponse, Response};

use crate::site::Site;

/// Reads one school by its code.
pub(crate) async fn plain(State(site): State<Site>) -> Response {
    match domain::schools::find_by_code(site.db.read(), "NORTH").await {
        Ok(school) => school
            .map_or("none".to_owned(), |school| school.name)
            .into_response(),
        Err(error) => (http::StatusCode::SERVICE_UNAVAILABLE, error.to_string()).into_response(),
    }
}
