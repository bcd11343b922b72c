//! Owners, pipelines, inboxes and channel accounts (docs/vendors/hubspot.md#owners, #pipelines,
//! #channels).

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::conversations::InboxType;
use crate::crm::ObjectKind;
use crate::error::ApiError;
use crate::extract::{Params, page};
use crate::options::User;
use crate::portal::Portal;

const CONVERSATIONS: &str = "/conversations/v3/conversations";

pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route("/crm/v3/owners/{id}", get(owner))
        .route("/crm/v3/pipelines/{kind}", get(pipelines))
        .route(&format!("{CONVERSATIONS}/inboxes/{{id}}"), get(inbox))
        .route(&format!("{CONVERSATIONS}/channel-accounts/{{id}}"), get(channel_account))
}

/// Reads an owner: the user id is not the owner id, and users who have left are archived.
async fn owner(
    State(portal): State<Portal>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<Value>, ApiError> {
    let archived = params.flag("archived");
    let by_user = match params.one("idProperty") {
        None | Some("id") => false,
        Some("userId") => true,
        Some(other) => {
            return Err(ApiError::invalid(format!("idProperty is id or userId, not {other}")));
        }
    };
    let is = |user: &&User| {
        let held = if by_user { user.user_id } else { user.owner_id };
        held.to_string() == id && user.archived == archived
    };
    let found = portal.options(|options| options.users.iter().find(is).map(owner_json));
    found.map(Json).ok_or_else(|| ApiError::not_found(format!("Owner {id} not found")))
}

/// Of somebody who has left, only `userIdIncludingInactive` tells the user.
fn owner_json(user: &User) -> Value {
    json!({
        "id": user.owner_id.to_string(), "email": user.email, "type": "PERSON",
        "firstName": user.first_name, "lastName": user.last_name,
        "userId": (!user.archived).then_some(user.user_id),
        "userIdIncludingInactive": user.user_id, "archived": user.archived,
    })
}

async fn pipelines(
    State(portal): State<Portal>,
    Path(kind): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let kind = ObjectKind::parse(&kind)?;
    portal.with(|state| {
        let all = state.crm.pipelines(kind).iter().enumerate();
        Ok(Json(page(all.map(|(at, pipeline)| pipeline.to_json(kind, at)).collect(), None)))
    })
}

async fn inbox(Path(id): Path<String>) -> Result<Json<Value>, ApiError> {
    let found = InboxType::ALL.into_iter().find(|inbox| inbox.id() == id);
    let found = found.ok_or_else(|| ApiError::not_found(format!("Inbox {id} not found")))?;
    Ok(Json(found.to_json()))
}

async fn channel_account(
    State(portal): State<Portal>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let found = portal
        .with(|state| state.conversations.accounts.to_json(&id, &state.options.inbox_address));
    found.map(Json).ok_or_else(|| ApiError::not_found(format!("Channel account {id} not found")))
}
