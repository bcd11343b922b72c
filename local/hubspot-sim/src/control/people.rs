//! Acting as the people around the portal: customers and other participants, and its users.

use axum::Router;
use axum::routing::MethodFilter as Method;
use serde::Deserialize;

use super::action;
use crate::conversations::ThreadStatus;
use crate::portal::Portal;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Comment {
    thread: String,
    user_id: u64,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Assignment {
    thread: String,
    user_id: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatusChange {
    thread: String,
    status: ThreadStatus,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PropertyChange {
    ticket: String,
    name: String,
    value: String,
    user_id: u64,
}

pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route("/customer-messages", action(Method::POST, Portal::customer_writes))
        .route("/replies", action(Method::POST, Portal::rep_writes))
        .route(
            "/comments",
            action(Method::POST, |portal, one: Comment| {
                portal.rep_comments(&one.thread, one.user_id, &one.text)
            }),
        )
        .route(
            "/assignments",
            action(Method::POST, |portal, one: Assignment| portal.assign(&one.thread, one.user_id)),
        )
        .route(
            "/thread-status",
            action(Method::POST, |portal, one: StatusChange| {
                portal.set_thread_status(&one.thread, one.status)
            }),
        )
        .route(
            "/properties",
            action(Method::POST, |portal, one: PropertyChange| {
                portal.set_property(&one.ticket, &one.name, &one.value, one.user_id)
            }),
        )
}
