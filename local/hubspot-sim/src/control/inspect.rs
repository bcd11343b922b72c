//! Inspecting the portal.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::conversations::Thread;
use crate::crm::ObjectKind;
use crate::portal::Portal;
use crate::webhooks::Delivery;

pub(super) fn routes() -> Router<Portal> {
    Router::new().route("/state", get(state)).route("/deliveries", get(deliveries))
}

async fn deliveries(State(portal): State<Portal>) -> Json<Vec<Delivery>> {
    Json(portal.deliveries())
}

/// Returns the whole portal, for people to read.
async fn state(State(portal): State<Portal>) -> Json<Value> {
    let threads: Vec<Value> =
        portal.threads().iter().map(|thread| thread_json(&portal, thread)).collect();
    Json(json!({
        "threads": threads,
        "contacts": portal.records(ObjectKind::Contact),
        "companies": portal.records(ObjectKind::Company),
        "deals": portal.records(ObjectKind::Deal),
        "tickets": portal.records(ObjectKind::Ticket),
        "notes": portal.records(ObjectKind::Note),
    }))
}

fn thread_json(portal: &Portal, thread: &Thread) -> Value {
    let mut shown = thread.to_json(true);
    shown["messages"] = json!(portal.messages(&thread.id));
    shown
}
