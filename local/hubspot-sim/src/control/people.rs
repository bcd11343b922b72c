//! Acting as the people around the portal: customers and other participants, and its users.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use sim_kit::control::{Input, Rejected};

use crate::actors::{CustomerMessage, MessageRef, RepMessage};
use crate::conversations::ThreadStatus;
use crate::portal::Portal;

type Done = Result<StatusCode, Rejected>;
type Written = Result<(StatusCode, Json<MessageRef>), Rejected>;

pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route("/customer-messages", post(customer_message))
        .route("/replies", post(reply))
        .route("/comments", post(comment))
        .route("/assignments", post(assignment))
        .route("/thread-status", post(thread_status))
        .route("/properties", post(property))
}

async fn customer_message(
    State(portal): State<Portal>,
    Input(message): Input<CustomerMessage>,
) -> Written {
    Ok((StatusCode::CREATED, Json(portal.customer_writes(message)?)))
}

async fn reply(State(portal): State<Portal>, Input(message): Input<RepMessage>) -> Written {
    Ok((StatusCode::CREATED, Json(portal.rep_writes(message)?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CommentInput {
    thread: String,
    user_id: u64,
    text: String,
}

async fn comment(State(portal): State<Portal>, Input(input): Input<CommentInput>) -> Written {
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
    portal.assign(&input.thread, input.user_id)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatusInput {
    thread: String,
    status: ThreadStatus,
}

async fn thread_status(State(portal): State<Portal>, Input(input): Input<StatusInput>) -> Done {
    portal.set_thread_status(&input.thread, input.status)?;
    Ok(StatusCode::NO_CONTENT)
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
    portal.set_property(&ticket, &name, &value, user_id)?;
    Ok(StatusCode::NO_CONTENT)
}
