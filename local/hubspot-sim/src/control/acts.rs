//! Acting in the portal: what customers and reps do, and what is there before.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::crm::ObjectKind;
use crate::desk::ThreadStatus;
use crate::extract::Input;
use crate::people::{CustomerMessage, MessageRef};
use crate::portal::Portal;
use crate::refused::Refused;

type Done = Result<StatusCode, Refused>;
type Written = Result<(StatusCode, Json<MessageRef>), Refused>;

pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route("/customer-messages", post(customer_message))
        .route("/replies", post(reply))
        .route("/comments", post(comment))
        .route("/assignments", post(assignment))
        .route("/thread-status", post(thread_status))
        .route("/properties", post(property))
        .route("/objects/{kind}", post(object))
        .route("/associations", post(association))
}

async fn customer_message(
    State(portal): State<Portal>,
    Input(message): Input<CustomerMessage>,
) -> Written {
    Ok((StatusCode::CREATED, Json(portal.customer_writes(message)?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RepInput {
    thread: String,
    user_id: u64,
    text: String,
    html: Option<String>,
}

async fn reply(State(portal): State<Portal>, Input(input): Input<RepInput>) -> Written {
    let RepInput { thread, user_id, text, html } = input;
    let written = portal.rep_replies(&thread, user_id, &text, html.as_deref())?;
    Ok((StatusCode::CREATED, Json(written)))
}

async fn comment(State(portal): State<Portal>, Input(input): Input<RepInput>) -> Written {
    let written = portal.rep_comments(&input.thread, input.user_id, &input.text)?;
    Ok((StatusCode::CREATED, Json(written)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AssignInput {
    thread: String,
    user_id: Option<u64>,
}

async fn assignment(State(portal): State<Portal>, Input(input): Input<AssignInput>) -> Done {
    portal.assign(&input.thread, input.user_id).map(|()| StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatusInput {
    thread: String,
    status: ThreadStatus,
}

async fn thread_status(State(portal): State<Portal>, Input(input): Input<StatusInput>) -> Done {
    portal.set_thread_status(&input.thread, input.status).map(|()| StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PropertyInput {
    ticket: String,
    name: String,
    value: String,
    user_id: u64,
}

async fn property(State(portal): State<Portal>, Input(input): Input<PropertyInput>) -> Done {
    let PropertyInput { ticket, name, value, user_id } = input;
    portal.set_property(&ticket, &name, &value, user_id).map(|()| StatusCode::NO_CONTENT)
}

async fn object(
    State(portal): State<Portal>,
    Path(kind): Path<ObjectKind>,
    Input(properties): Input<BTreeMap<String, String>>,
) -> Result<(StatusCode, Json<Value>), Refused> {
    let pairs: Vec<(&str, &str)> =
        properties.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Ok((StatusCode::CREATED, Json(json!({"id": portal.seed(kind, &pairs)?}))))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JoinInput {
    from: (ObjectKind, String),
    to: (ObjectKind, String),
}

async fn association(State(portal): State<Portal>, Input(input): Input<JoinInput>) -> Done {
    let JoinInput { from, to } = input;
    portal.associate((from.0, &from.1), (to.0, &to.1)).map(|()| StatusCode::NO_CONTENT)
}
