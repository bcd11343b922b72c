//! `/crm/v3/owners`: the portal's people under their ids as owners.

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::extract::{Params, page};
use crate::options::User;
use crate::portal::Portal;

const JOINED: &str = "2024-01-08T09:00:00.000Z";

pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route("/crm/v3/owners", get(list))
        .route("/crm/v3/owners/", get(list))
        .route("/crm/v3/owners/{id}", get(read))
}

async fn list(State(portal): State<Portal>, params: Params) -> Result<Json<Value>, ApiError> {
    let limit = params.limit(100, 500)?;
    let after: u64 = params.one("after").and_then(|text| text.parse().ok()).unwrap_or(0);
    let archived = params.flag("archived");
    let wanted = |user: &&User| {
        let named = params.one("email").is_none_or(|email| user.email.eq_ignore_ascii_case(email));
        named && user.archived == archived && user.owner_id > after
    };
    Ok(Json(portal.options(|options| {
        let mut found: Vec<&User> = options.users.iter().filter(wanted).collect();
        found.sort_by_key(|user| user.owner_id);
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|user| user.owner_id.to_string());
        page(found.into_iter().map(owner_json).collect(), next)
    })))
}

async fn read(
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
        "userIdIncludingInactive": user.user_id,
        "createdAt": JOINED, "updatedAt": JOINED, "archived": user.archived,
    })
}
