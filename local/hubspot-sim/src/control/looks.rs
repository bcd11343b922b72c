//! Looking into the portal.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::crm::ObjectKind;
use crate::desk::Thread;
use crate::portal::Portal;

pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route("/state", get(state))
        .route("/calls", get(calls).delete(no_calls))
        .route("/deliveries", get(deliveries))
}

async fn calls(State(portal): State<Portal>) -> impl IntoResponse {
    Json(portal.calls())
}

async fn no_calls(State(portal): State<Portal>) -> StatusCode {
    portal.reset_calls();
    StatusCode::NO_CONTENT
}

async fn deliveries(State(portal): State<Portal>) -> impl IntoResponse {
    Json(portal.deliveries())
}

/// The whole portal, for people to read.
async fn state(State(portal): State<Portal>) -> Json<Value> {
    let threads: Vec<Value> =
        portal.threads().iter().map(|one| thread_json(&portal, one)).collect();
    let records = |kind| portal.records(kind);
    Json(json!({
        "threads": threads,
        "contacts": records(ObjectKind::Contact), "companies": records(ObjectKind::Company),
        "deals": records(ObjectKind::Deal), "tickets": records(ObjectKind::Ticket),
        "notes": records(ObjectKind::Note),
    }))
}

fn thread_json(portal: &Portal, thread: &Thread) -> Value {
    let mut shown = thread.to_json(true);
    shown["messages"] = json!(portal.messages(&thread.id));
    shown
}
