//! Assignment of threads (docs/vendors/hubspot.md#assignee): a PUT with an actor id by the
//! specification, a POST with an address by an older guide; a portal may take either or none.

use axum::extract::{Path, State};
use axum::routing::{post, put};
use axum::{Extension, Json, Router};
use serde::Deserialize;
use serde_json::Value;

use crate::access::Caller;
use crate::error::ApiError;
use crate::extract::Input;
use crate::options::AssigneeApi;
use crate::origin::Origin;
use crate::portal::Portal;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssigneeInput {
    actor_id: String,
}

pub(super) fn routes() -> Router<Portal> {
    let thread = "threads/{thread}/assignee";
    Router::new()
        .route(&format!("/conversations/conversations/2026-09/{thread}"), put(assign))
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

fn give(
    portal: &Portal,
    caller: &Caller,
    thread: &str,
    actor: &str,
    user: Option<u64>,
) -> Result<Json<Value>, ApiError> {
    portal.with(|state| {
        state.conversations.thread(thread)?;
        let user = user.ok_or_else(|| ApiError::invalid(format!("Actor {actor} not found")))?;
        state.assign(thread, Some(user), Origin::App(caller.app_id))?;
        Ok(Json(state.conversations.thread(thread)?.to_json(false)))
    })
}

/// Rejects a form of the call that the portal does not take.
fn check(portal: &Portal, takes: &[AssigneeApi]) -> Result<(), ApiError> {
    match portal.options(|options| options.assignee) {
        set if takes.contains(&set) => Ok(()),
        AssigneeApi::Forbidden => Err(ApiError::missing_scopes(&["conversations.write"])),
        _ => Err(ApiError::no_route()),
    }
}
