//! For whoever watches over the server: is it alive, is it ready.

use axum::extract::State;
use http::StatusCode;

use crate::site::Site;

/// `/healthz`: the process answers.
pub(crate) async fn alive() -> &'static str {
    "alive"
}

/// `/readyz`: the database answers as well.
pub(crate) async fn ready(State(site): State<Site>) -> (StatusCode, &'static str) {
    match domain::schools::any_exists(site.db.read()).await {
        Ok(_) => (StatusCode::OK, "ready"),
        Err(error) => {
            tracing::error!(error = %error, "not ready: the database does not answer");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the database does not answer",
            )
        }
    }
}
