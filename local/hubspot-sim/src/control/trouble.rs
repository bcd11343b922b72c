//! Ordering trouble, and telling the portal where its webhooks go.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{post, put};

use crate::extract::Input;
use crate::gate::Fault;
use crate::portal::Portal;

pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route("/faults", post(fault).delete(no_faults))
        .route("/down", put(down))
        .route("/webhook-url", put(webhook_url))
}

async fn fault(State(portal): State<Portal>, Input(fault): Input<Fault>) -> StatusCode {
    portal.fail(fault);
    StatusCode::NO_CONTENT
}

async fn no_faults(State(portal): State<Portal>) -> StatusCode {
    portal.clear_faults();
    StatusCode::NO_CONTENT
}

async fn down(State(portal): State<Portal>, Input(down): Input<bool>) -> StatusCode {
    portal.set_down(down);
    StatusCode::NO_CONTENT
}

async fn webhook_url(
    State(portal): State<Portal>,
    Input(url): Input<Option<String>>,
) -> StatusCode {
    portal.set_webhook_url(url);
    StatusCode::NO_CONTENT
}
