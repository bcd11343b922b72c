//! Owners, pipelines, inboxes and channel accounts (docs/vendors/hubspot.md#owners,
//! docs/vendors/hubspot.md#pipelines, docs/vendors/hubspot.md#channels).

use serde_json::json;

use super::request::{Request, page};
use super::{Answer, ok};
use crate::conversations::InboxType;
use crate::crm::ObjectKind;
use crate::error::ApiError;
use crate::state::State;

/// Reads an owner: the user id is not the owner id, and users who have left are archived. Of
/// those, only `userIdIncludingInactive` tells the user.
pub(super) fn owner(state: &State, id: &str, request: &Request) -> Answer {
    let archived = request.one("archived") == Some("true");
    let by_user = request.one("idProperty") == Some("userId");
    let mut users = state.options.users.iter().filter(|user| user.archived == archived);
    let found = users.find(|user| {
        let held = if by_user { user.user_id } else { user.owner_id };
        held.to_string() == id
    });
    let user = found.ok_or_else(|| ApiError::not_found(format!("Owner {id} not found")))?;
    ok(json!({
        "id": user.owner_id.to_string(), "email": user.email, "type": "PERSON",
        "firstName": user.first_name, "lastName": user.last_name,
        "userId": (!user.archived).then_some(user.user_id),
        "userIdIncludingInactive": user.user_id, "archived": user.archived,
    }))
}

pub(super) fn pipelines(state: &State, kind: &str) -> Answer {
    let kind = ObjectKind::parse(kind)?;
    let all = state.crm.pipelines(kind).iter().enumerate();
    ok(page(all.map(|(at, pipeline)| pipeline.to_json(kind, at)).collect(), None))
}

pub(super) fn inboxes() -> Answer {
    ok(page(InboxType::ALL.into_iter().map(InboxType::to_json).collect(), None))
}

pub(super) fn inbox(id: &str) -> Answer {
    let found = InboxType::ALL.into_iter().find(|inbox| inbox.id() == id);
    ok(found.ok_or_else(|| ApiError::not_found(format!("Inbox {id} not found")))?.to_json())
}

pub(super) fn channel_account(state: &State, id: &str) -> Answer {
    let found = state.conversations.accounts.to_json(id, &state.options.inbox_address);
    ok(found.ok_or_else(|| ApiError::not_found(format!("Channel account {id} not found")))?)
}
