//! Acting on custom channels: their webhooks, accounts and unknowns.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{MethodFilter as Method, get, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use sim_kit::control::{Input, Rejected};

use super::action;
use crate::custom_channels::ChannelBehaviour;
use crate::portal::Portal;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhookUrl {
    channel: String,
    url: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Authorization {
    authorized: bool,
}

pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route("/channels", get(show))
        .route("/channel-accounts/{id}", put(authorize).delete(purge))
        .route(
            "/channel-webhook-url",
            action(Method::PUT, |portal, one: WebhookUrl| {
                portal.set_channel_webhook_url(&one.channel, one.url)
            }),
        )
        .route(
            "/channel-behaviour",
            action(Method::PUT, |portal, behaviour: ChannelBehaviour| {
                portal.set_channel_behaviour(behaviour);
                Ok(())
            }),
        )
}

async fn show(State(portal): State<Portal>) -> Json<Value> {
    let base = portal.url();
    let files: Vec<Value> = portal.files().iter().map(|file| file.to_json(&base)).collect();
    Json(json!({
        "channels": portal.custom_channels(),
        "accounts": portal.channel_accounts(),
        "files": files,
    }))
}

async fn authorize(
    State(portal): State<Portal>,
    Path(id): Path<String>,
    Input(Authorization { authorized }): Input<Authorization>,
) -> Result<StatusCode, Rejected> {
    portal.authorize_account(&id, authorized)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn purge(
    State(portal): State<Portal>,
    Path(id): Path<String>,
) -> Result<StatusCode, Rejected> {
    portal.purge_account(&id)?;
    Ok(StatusCode::NO_CONTENT)
}
