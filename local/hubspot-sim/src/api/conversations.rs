//! `/conversations/v3/conversations/threads`: threads and their messages
//! (docs/vendors/hubspot.md#threads, #messages).

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Extension, Json, Router};
use serde_json::{Value, json};

use super::post::{PostInput, post_comment, post_message};
use crate::access::Caller;
use crate::conversations::Message;
use crate::error::ApiError;
use crate::extract::{Input, Params, page};
use crate::portal::Portal;

const BASE: &str = "/conversations/v3/conversations/threads/{thread}";
const PAGE: usize = 100;
const MAX_PAGE: usize = 500;

pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route(BASE, get(thread))
        .route(&format!("{BASE}/messages"), get(list).post(create))
        .route(&format!("{BASE}/messages/{{id}}"), get(read))
        .route(&format!("{BASE}/messages/{{id}}/original-content"), get(original))
}

async fn thread(
    State(portal): State<Portal>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<Value>, ApiError> {
    let with_ticket = params.list("association").iter().any(|name| name == "TICKET");
    portal.with(|state| Ok(Json(state.conversations.thread(&id)?.to_json(with_ticket))))
}

/// Lists messages, newest first. The cursor is a place in the history, so that pages stay right
/// while new messages arrive.
async fn list(
    State(portal): State<Portal>,
    Path(thread): Path<String>,
    params: Params,
) -> Result<Json<Value>, ApiError> {
    let limit = params.limit(PAGE, MAX_PAGE)?;
    portal.with(|state| {
        state.conversations.thread(&thread)?;
        let all = state.conversations.messages(&thread);
        let end = params.after().unwrap_or(all.len()).min(all.len());
        let start = end.saturating_sub(limit);
        let results = all.get(start..end).unwrap_or_default().iter().rev().map(Message::to_json);
        Ok(Json(page(results.collect(), (start > 0).then(|| start.to_string()))))
    })
}

async fn create(
    State(portal): State<Portal>,
    Extension(caller): Extension<Caller>,
    Path(thread): Path<String>,
    Input(input): Input<PostInput>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let posted = portal.with(|state| match input {
        PostInput::Message(message) => post_message(state, &caller, &thread, message),
        PostInput::Comment(comment) => post_comment(state, &caller, &thread, comment),
    })?;
    Ok((StatusCode::CREATED, Json(posted.to_json())))
}

async fn read(
    State(portal): State<Portal>,
    Path((thread, id)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    portal.with(|state| Ok(Json(state.conversations.message(&thread, &id)?.to_json())))
}

async fn original(
    State(portal): State<Portal>,
    Path((thread, id)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    portal.with(|state| {
        let message = state.conversations.message(&thread, &id)?;
        Ok(Json(json!({"text": message.text(), "richText": message.rich_text()})))
    })
}
