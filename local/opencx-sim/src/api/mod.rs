//! OpenCX's API: its routes, and the answer to everything else.

mod body;
mod contacts;
mod history;
mod send;
mod sessions;

use axum::Router;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, patch, post};
use sim_kit::gate;

use crate::error::ApiError;
use crate::sim::OpenCxSim;

/// Returns the API behind its gate.
pub(crate) fn routes(sim: &OpenCxSim) -> Router<OpenCxSim> {
    Router::new()
        .route("/chat/sessions", post(sessions::open))
        .route("/chat/sessions/{id}", get(sessions::show).patch(sessions::change))
        .route("/chat/sessions/{id}/send", post(send::send))
        .route("/chat/sessions/{id}/history", get(history::show))
        .route("/contacts/{id}", patch(contacts::change))
        .fallback(no_route)
        .method_not_allowed_fallback(no_route)
        .layer(from_fn_with_state(sim.clone(), gate::<OpenCxSim>))
}

async fn no_route(method: Method, uri: Uri) -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, format!("Cannot {method} {}", uri.path()))
}
