//! Threads and their messages (docs/vendors/hubspot.md#threads, docs/vendors/hubspot.md#messages).

use serde_json::json;

use super::request::{Request, page};
use super::{Answer, ok};
use crate::conversations::Message;
use crate::state::State;

const PAGE: usize = 100;
const MAX_PAGE: usize = 500;

pub(super) fn thread(state: &State, id: &str, request: &Request) -> Answer {
    let with_ticket = request.list("association").iter().any(|name| name == "TICKET");
    ok(state.conversations.thread(id)?.to_json(with_ticket))
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
