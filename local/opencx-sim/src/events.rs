//! The events, as OpenCX words them.

use crate::clock;
use crate::contact::Contact;
use crate::history::Entry;
use crate::options::OpenCxOptions;
use crate::session::{Handoff, Session};
use serde_json::{Value, json};
use uuid::Uuid;

/// Where people look at a session.
const INBOX: &str = "https://app.open.cx/inbox";

/// An event around its `data`.
pub(crate) fn envelope(options: &OpenCxOptions, name: &str, data: &Value) -> Value {
    let mut event =
        json!({ "event": name, "organization_id": options.organization_id, "data": data });
    if options.event_ids {
        event["event_id"] = json!(Uuid::new_v4().to_string());
    }
    event
}

/// `conversation.started`: the customer's first message.
pub(crate) fn started(session: &Session, contact: &Contact, first_message: &str) -> Value {
    json!({
        "conversation_id": session.id,
        "channel": session.channel.in_events(),
        "timestamp": clock::now(),
        "contact": contact,
        "first_message": first_message,
    })
}

/// `conversation.ai_response`: the AI's answer, in Markdown.
pub(crate) fn ai_response(session: &Session, message_id: &str, message: &str) -> Value {
    json!({
        "conversation_id": session.id,
        "channel": session.channel.in_events(),
        "timestamp": clock::now(),
        "message_id": message_id,
        "message": message,
    })
}

/// `conversation.handoff_to_human`: everything a person needs to take over.
pub(crate) fn handoff(
    session: &Session,
    contact: &Contact,
    reason: &str,
    handoff: &Handoff,
) -> Value {
    json!({
        "conversation_id": session.id,
        "channel": session.channel.in_events(),
        "timestamp": clock::now(),
        "reason": reason,
        "summary": handoff.summary,
        "sentiment": handoff.sentiment,
        "language": session.language,
        "contact": contact,
        "custom_data": session.custom_data,
        "transcript": session.messages().map(transcribed).collect::<Vec<_>>(),
        "session_url": format!("{INBOX}/{}", session.id),
        "ticketing_system": session.ticketing_system,
    })
}

/// `conversation.closed`; without a summary and a mood where none were made.
pub(crate) fn closed(
    session: &Session,
    resolved: bool,
    summary: Option<&str>,
    sentiment: Option<&str>,
) -> Value {
    json!({
        "conversation_id": session.id,
        "timestamp": clock::now(),
        "resolution_status": if resolved { "resolved" } else { "not_resolved" },
        "summary": summary,
        "user_sentiment": sentiment,
    })
}

fn transcribed(entry: &Entry) -> Value {
    let mut line = json!({
        "sender": entry.sender.in_transcript(),
        "text": entry.text,
        "created_at": entry.created_at,
    });
    if let Some(name) = &entry.name {
        line["name"] = json!(name);
    }
    line
}
