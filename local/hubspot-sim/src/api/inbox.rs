//! `/conversations/v3/conversations`: inboxes, channels and the accounts on them.

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::desk::{Channel, INBOX_ID, account_json, channel_json, inbox_json};
use crate::error::ApiError;
use crate::extract::{Params, page};
use crate::portal::Portal;

const BASE: &str = "/conversations/v3/conversations";

pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route(&format!("{BASE}/channels"), get(channels))
        .route(&format!("{BASE}/channels/{{id}}"), get(channel))
        .route(&format!("{BASE}/channel-accounts"), get(accounts))
        .route(&format!("{BASE}/channel-accounts/{{id}}"), get(account))
        .route(&format!("{BASE}/inboxes"), get(inboxes))
        .route(&format!("{BASE}/inboxes/{{id}}"), get(inbox))
}

fn with_total(results: Vec<Value>) -> Json<Value> {
    let total = results.len();
    let mut answer = page(results, None);
    answer["total"] = json!(total);
    Json(answer)
}

async fn channels() -> Result<Json<Value>, ApiError> {
    let all: Result<Vec<Value>, ApiError> =
        ["1000", "1001", "1002"].map(channel_json).into_iter().collect();
    all.map(with_total)
}

async fn channel(Path(id): Path<String>) -> Result<Json<Value>, ApiError> {
    channel_json(&id).map(Json)
}

fn all_accounts(portal: &Portal) -> Vec<Value> {
    portal.options(|options| {
        let shown = |channel| account_json(channel, &options.inbox_address);
        [Channel::LiveChat, Channel::Email].map(shown).to_vec()
    })
}

async fn accounts(State(portal): State<Portal>, params: Params) -> Json<Value> {
    let is = |account: &Value, name: &str| params.one(name).is_none_or(|id| account[name] == id);
    let mut all = all_accounts(&portal);
    all.retain(|account| is(account, "channelId") && is(account, "inboxId"));
    with_total(all)
}

async fn account(
    State(portal): State<Portal>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let found = all_accounts(&portal).into_iter().find(|account| account["id"] == id);
    found.map(Json).ok_or_else(|| ApiError::not_found(format!("Channel account {id} not found")))
}

async fn inboxes() -> Json<Value> {
    with_total(vec![inbox_json()])
}

async fn inbox(Path(id): Path<String>) -> Result<Json<Value>, ApiError> {
    if id == INBOX_ID {
        return Ok(Json(inbox_json()));
    }
    Err(ApiError::not_found(format!("Inbox {id} not found")))
}
