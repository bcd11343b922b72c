//! `/threads/{id}/messages`: the history of a thread, and new entries through the API.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Extension, Json, Router};
use serde_json::{Value, json};

use super::post::{PostInput, post_comment, post_message};
use crate::desk::Message;
use crate::error::ApiError;
use crate::extract::{Input, Params, page};
use crate::gate::Caller;
use crate::portal::Portal;

const BASE: &str = "/conversations/v3/conversations/threads/{thread}/messages";
const PAGE: usize = 100;
const PAGE_LIMIT: usize = 500;
const LONGEST_SHOWN: usize = 10_000;

pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route(BASE, get(list).post(create))
        .route(&format!("{BASE}/{{id}}"), get(read))
        .route(&format!("{BASE}/{{id}}/original-content"), get(original))
}

/// Newest first, unless `sort=createdAt`. The cursor is a place in the history, so that pages stay
/// right while new messages arrive.
async fn list(
    State(portal): State<Portal>,
    Path(thread): Path<String>,
    params: Params,
) -> Result<Json<Value>, ApiError> {
    let limit = params.limit(PAGE, PAGE_LIMIT)?;
    let oldest_first = match params.one("sort") {
        None | Some("-createdAt") => false,
        Some("createdAt") => true,
        Some(other) => {
            return Err(ApiError::invalid(format!("sort is createdAt or -createdAt, not {other}")));
        }
    };
    let after: Option<usize> = params.one("after").and_then(|text| text.parse().ok());
    portal.with(|state| {
        state.desk.thread(&thread)?;
        let all: Vec<(usize, &Message)> = state.desk.messages(&thread).iter().enumerate().collect();
        let beyond = |at: usize| {
            after.is_none_or(|after| if oldest_first { at > after } else { at < after })
        };
        let mut rest: Vec<_> = all.into_iter().filter(|(at, _)| beyond(*at)).collect();
        if !oldest_first {
            rest.reverse();
        }
        let more = rest.len() > limit;
        rest.truncate(limit);
        let next = rest.last().filter(|_| more).map(|(at, _)| at.to_string());
        Ok(Json(page(rest.into_iter().map(|(_, message)| shown(message)).collect(), next)))
    })
}

/// A message as HubSpot shows it: long text cut, until somebody asks for the original. The length
/// at which it cuts is not documented.
fn shown(message: &Message) -> Value {
    let mut shown = json!(message);
    let is_long =
        |key: &str| shown[key].as_str().is_some_and(|text| text.chars().count() > LONGEST_SHOWN);
    if ["text", "richText"].into_iter().any(is_long) {
        for key in ["text", "richText"] {
            if let Some(text) = shown[key].as_str() {
                shown[key] = text.chars().take(LONGEST_SHOWN).collect::<String>().into();
            }
        }
        shown["truncationStatus"] = "TRUNCATED".into();
    }
    shown
}

async fn create(
    State(portal): State<Portal>,
    Extension(caller): Extension<Caller>,
    Path(thread): Path<String>,
    Input(input): Input<PostInput>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let made = portal.with(|state| match input {
        PostInput::Message(message) => post_message(state, &caller, &thread, message),
        PostInput::Comment(comment) => post_comment(state, &caller, &thread, comment),
    })?;
    Ok((StatusCode::CREATED, Json(json!(made))))
}

async fn read(
    State(portal): State<Portal>,
    Path((thread, id)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    portal.with(|state| state.desk.message(&thread, &id).map(|message| Json(shown(message))))
}

async fn original(
    State(portal): State<Portal>,
    Path((thread, id)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    portal.with(|state| {
        let message = state.desk.message(&thread, &id)?;
        Ok(Json(json!({"text": message.text(), "richText": message.rich_text()})))
    })
}
