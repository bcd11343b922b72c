//! OpenCX's API: its routes, and the answer to everything that is none.

mod body;
mod contacts;
mod history;
mod send;
mod sessions;

use crate::gate::gate;
use crate::refusal::Refusal;
use crate::server::OpenCx;
use axum::Router;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, patch, post};

/// The API behind its gate.
pub(crate) fn routes(sim: &OpenCx) -> Router {
    Router::new()
        .route("/chat/sessions", post(sessions::open))
        .route("/chat/sessions/{id}", get(sessions::show).patch(sessions::change))
        .route("/chat/sessions/{id}/send", post(send::send))
        .route("/chat/sessions/{id}/history", get(history::show))
        .route("/contacts/{id}", patch(contacts::change))
        .fallback(nothing)
        .method_not_allowed_fallback(nothing)
        .layer(from_fn_with_state(sim.clone(), gate))
        .with_state(sim.clone())
}

async fn nothing(method: Method, uri: Uri) -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, format!("Cannot {method} {}", uri.path()))
}
