//! The events, as OpenCX words them.

use serde_json::{Value, json};
use sim_kit::clock;

use crate::contact::Contact;
use crate::history::{HistoryMessage, Sender};
use crate::session::{HandoffNotes, Session, Status};

/// Prefix of the address at which people see a session.
const INBOX: &str = "https://app.open.cx/inbox";

/// Wraps the `data` of an event.
pub(crate) fn envelope(organization: &str, name: &str, data: &Value) -> Value {
    json!({ "event": name, "organization_id": organization, "data": data })
}

/// Makes the data of `conversation.started`, with the customer's first message.
pub(crate) fn started(session: &Session, contact: &Contact, first_message: &str) -> Value {
    json!({
        "conversation_id": session.id,
        "channel": session.channel.in_events(),
        "timestamp": clock::now_iso(),
        "contact": contact_of(session, contact),
        "first_message": first_message,
    })
}

/// Makes the data of `conversation.ai_response`: the AI's answer, in Markdown.
pub(crate) fn ai_response(session: &Session, message_id: &str, message: &str) -> Value {
    json!({
        "conversation_id": session.id,
        "channel": session.channel.in_events(),
        "timestamp": clock::now_iso(),
        "message_id": message_id,
        "message": message,
    })
}

/// Makes the data of `conversation.contact_response` and `.agent_response`.
pub(crate) fn response(
    session: &Session,
    contact: &Contact,
    message_id: &str,
    message: &HistoryMessage,
) -> Value {
    let mut data = json!({
        "conversation_id": session.id,
        "channel": session.channel.in_events(),
        "timestamp": message.created_at,
        "message_id": message_id,
        "message": message.text,
        "contact": contact_of(session, contact),
    });
    if !message.attachments.is_empty() {
        data["attachments"] = json!(message.attachments);
    }
    if let Some(name) = message.name.as_ref().filter(|_| message.sender == Sender::HumanAgent) {
        data["agent"] = json!({ "name": name });
    }
    data
}

/// Makes the data of `conversation.handoff_to_human`: all that a person needs to take over.
pub(crate) fn handoff(
    session: &Session,
    contact: &Contact,
    reason: &str,
    notes: &HandoffNotes,
) -> Value {
    json!({
        "conversation_id": session.id,
        "channel": session.channel.in_events(),
        "timestamp": clock::now_iso(),
        "reason": reason,
        "summary": notes.summary,
        "sentiment": notes.sentiment,
        "language": session.language,
        "contact": contact_of(session, contact),
        "custom_data": session.custom_data,
        "transcript": session.messages().map(transcript_entry).collect::<Vec<_>>(),
        "session_url": format!("{INBOX}/{}", session.id),
        "ticketing_system": session.ticketing_system,
    })
}

/// Makes the data of `conversation.closed`; without summary and sentiment where none were made.
pub(crate) fn closed(session: &Session, summary: Option<&str>, sentiment: Option<&str>) -> Value {
    let resolved = session.status == Status::ClosedResolved;
    json!({
        "conversation_id": session.id,
        "timestamp": clock::now_iso(),
        "resolution_status": if resolved { "resolved" } else { "not_resolved" },
        "summary": summary,
        "user_sentiment": sentiment,
    })
}

/// Makes the data of `phone_call.ended`, which does not tell the resolution.
pub(crate) fn call_ended(session: &Session) -> Value {
    json!({
        "conversation_id": session.id,
        "channel": session.channel.in_events(),
        "timestamp": clock::now_iso(),
    })
}

/// Writes the contact of a session, with `verified` where it is known.
pub(crate) fn contact_of(session: &Session, contact: &Contact) -> Value {
    let mut written = json!(contact);
    if let Some(verified) = session.verified {
        written["verified"] = verified.into();
    }
    written
}

fn transcript_entry(message: &HistoryMessage) -> Value {
    let mut entry = json!({
        "sender": message.sender.in_transcript(),
        "text": message.text,
        "created_at": message.created_at,
    });
    if let Some(name) = &message.name {
        entry["name"] = json!(name);
    }
    if !message.attachments.is_empty() {
        entry["attachments"] = json!(message.attachments);
    }
    entry
}
