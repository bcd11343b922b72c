//! Assignment of threads. The specification has PUT and DELETE under the version 2026-09 and with
//! actor ids, an older guide a POST under v3 with an address; a portal may take either or none.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{post, put};
use axum::{Extension, Json, Router};
use serde::Deserialize;
use serde_json::Value;

use crate::error::ApiError;
use crate::extract::Input;
use crate::gate::Caller;
use crate::options::AssigneeApi;
use crate::origin::Origin;
use crate::portal::Portal;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssigneeInput {
    actor_id: String,
}

pub(super) fn routes() -> Router<Portal> {
    let thread = "threads/{thread}/assignee";
    let base = "/conversations/conversations";
    Router::new()
        .route(&format!("{base}/2026-09/{thread}"), put(assign).delete(unassign))
        .route(&format!("{base}/v3/{thread}"), put(assign).delete(unassign))
        .route(&format!("/conversations/v3/conversations/{thread}"), post(assign_by_email))
}

async fn assign(
    State(portal): State<Portal>,
    Extension(caller): Extension<Caller>,
    Path(thread): Path<String>,
    Input(input): Input<AssigneeInput>,
) -> Result<Json<Value>, ApiError> {
    check(&portal, &[AssigneeApi::Current])?;
    let actor = &input.actor_id;
    let user = portal.with(|state| state.actor_user(actor).map(|user| user.user_id));
    give(&portal, &caller, &thread, actor, user)
}

async fn assign_by_email(
    State(portal): State<Portal>,
    Extension(caller): Extension<Caller>,
    Path(thread): Path<String>,
    Input(input): Input<AssigneeInput>,
) -> Result<Json<Value>, ApiError> {
    check(&portal, &[AssigneeApi::Current, AssigneeApi::Older])?;
    let email = &input.actor_id;
    let user = portal.options(|options| {
        let mut active = options.users.iter().filter(|user| !user.archived);
        active.find(|user| user.email.eq_ignore_ascii_case(email)).map(|user| user.user_id)
    });
    give(&portal, &caller, &thread, email, user)
}

async fn unassign(
    State(portal): State<Portal>,
    Extension(caller): Extension<Caller>,
    Path(thread): Path<String>,
) -> Result<StatusCode, ApiError> {
    check(&portal, &[AssigneeApi::Current])?;
    portal.with(|state| {
        state.desk.thread(&thread)?;
        state.assign(&thread, None, Origin::App(caller.app_id))
    })?;
    Ok(StatusCode::NO_CONTENT)
}

fn give(
    portal: &Portal,
    caller: &Caller,
    thread: &str,
    actor: &str,
    user: Option<u64>,
) -> Result<Json<Value>, ApiError> {
    portal.with(|state| {
        state.desk.thread(thread)?;
        let user = user.ok_or_else(|| ApiError::invalid(format!("Actor {actor} not found")))?;
        state.assign(thread, Some(user), Origin::App(caller.app_id))?;
        Ok(Json(state.desk.thread(thread)?.to_json(false)))
    })
}

/// Whether the portal takes this form of the call.
fn check(portal: &Portal, takes: &[AssigneeApi]) -> Result<(), ApiError> {
    let set = portal.options(|options| options.assignee);
    if takes.contains(&set) {
        return Ok(());
    }
    Err(if set == AssigneeApi::Forbidden {
        ApiError::missing_scopes(&["conversations.write"])
    } else {
        ApiError::no_route()
    })
}
