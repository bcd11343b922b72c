//! Assignment of threads (docs/vendors/hubspot.md#assignee): a PUT with an actor id by the
//! specification, a POST with an address by an older guide; a portal may take either or none.

use serde::Deserialize;

use super::request::Request;
use super::{Answer, ok};
use crate::error::ApiError;
use crate::options::{AssigneeApi, User};
use crate::state::State;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    actor_id: String,
}

pub(super) fn by_actor(state: &mut State, thread: &str, request: &Request) -> Answer {
    check(state, &[AssigneeApi::Current])?;
    assign(state, thread, request, |user, actor| format!("A-{}", user.user_id) == actor)
}

pub(super) fn by_email(state: &mut State, thread: &str, request: &Request) -> Answer {
    check(state, &[AssigneeApi::Current, AssigneeApi::Older])?;
    assign(state, thread, request, |user, email| user.email.eq_ignore_ascii_case(email))
}

fn assign(
    state: &mut State,
    thread: &str,
    request: &Request,
    is_meant: fn(&User, &str) -> bool,
) -> Answer {
    state.conversations.thread(thread)?;
    let Input { actor_id } = request.read()?;
    let mut active = state.options.users.iter().filter(|user| !user.archived);
    let user = active.find(|user| is_meant(user, &actor_id)).map(|user| user.user_id);
    let user = user.ok_or_else(|| ApiError::invalid(format!("Actor {actor_id} not found")))?;
    state.assign(thread, Some(user), request.origin())?;
    ok(state.conversations.thread(thread)?.to_json(false))
}

/// Rejects a form of the call that the portal does not take.
fn check(state: &State, takes: &[AssigneeApi]) -> Result<(), ApiError> {
    match state.options.assignee {
        set if takes.contains(&set) => Ok(()),
        AssigneeApi::Forbidden => {
            Err(ApiError::missing_scopes(&["conversations.write".to_owned()]))
        }
        _ => Err(ApiError::no_route()),
    }
}
