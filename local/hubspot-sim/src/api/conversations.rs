//! Threads and their messages (docs/vendors/hubspot.md#threads, docs/vendors/hubspot.md#messages).

use serde::Deserialize;
use serde_json::json;

use super::request::{Request, page};
use super::{Answer, ok};
use crate::conversations::{Message, ThreadStatus};
use crate::error::ApiError;
use crate::state::State;

const PAGE: usize = 100;
const MAX_PAGE: usize = 500;

pub(super) fn thread(state: &State, id: &str, request: &Request) -> Answer {
    let with_ticket = request.list("association").iter().any(|name| name == "TICKET");
    ok(state.conversations.thread(id)?.to_json(with_ticket))
}

/// Lists the threads of a contact with one status, which is required.
pub(super) fn list_threads(state: &State, request: &Request) -> Answer {
    let required = |name| {
        let missing = || ApiError::invalid(format!("{name} is required"));
        request.one(name).ok_or_else(missing)
    };
    let (contact, status) = (required("associatedContactId")?, required("threadStatus")?);
    let all = state.conversations.threads();
    let of_contact = all.filter(|thread| {
        let is_shown = !thread.archived && thread.status.name() == status;
        is_shown && thread.associated_contact_id == contact
    });
    let mut found: Vec<_> = of_contact.map(|thread| thread.to_json(false)).collect();
    if request.one("sort") == Some("-id") {
        found.reverse();
    }
    ok(page(found, None))
}

#[derive(Deserialize)]
struct ThreadUpdate {
    status: Option<ThreadStatus>,
}

pub(super) fn update_thread(state: &mut State, thread: &str, request: &Request) -> Answer {
    state.conversations.thread(thread)?;
    if let Some(status) = request.read::<ThreadUpdate>()?.status {
        state.set_status(thread, status, request.origin())?;
    }
    ok(state.conversations.thread(thread)?.to_json(false))
}

/// Lists messages, newest first. The cursor is a place in the history, so that pages stay right
/// while new messages arrive.
pub(super) fn list(state: &State, thread: &str, request: &Request) -> Answer {
    state.conversations.thread(thread)?;
    let all = state.conversations.messages(thread);
    let after = request.after().and_then(|after| usize::try_from(after).ok());
    let end = after.unwrap_or(all.len()).min(all.len());
    let start = end.saturating_sub(request.limit(PAGE, MAX_PAGE)?);
    let results = all.get(start..end).unwrap_or_default().iter().rev().map(Message::to_json);
    ok(page(results.collect(), (start > 0).then(|| start.to_string())))
}

pub(super) fn message(state: &State, thread: &str, id: &str) -> Answer {
    ok(state.conversations.message(thread, id)?.to_json())
}

pub(super) fn original_content(state: &State, thread: &str, id: &str) -> Answer {
    let message = state.conversations.message(thread, id)?;
    ok(json!({"text": message.text(), "richText": message.rich_text()}))
}
