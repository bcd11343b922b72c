//! The people of the tests, and their events.

use hubspot_sim::{Channel, CustomerMessage};
use serde_json::{Value, json};

/// A message of Ann's in HubSpot: in a new thread, or in a known one.
pub fn ann(channel: Channel, thread: Option<&str>, text: &str) -> CustomerMessage {
    CustomerMessage {
        thread: thread.map(str::to_owned),
        channel,
        name: Some("Ann Lee".to_owned()),
        email: Some("ann@example.org".to_owned()),
        subject: Some("Hello".to_owned()),
        text: text.to_owned(),
        ..CustomerMessage::default()
    }
}

/// A whole handoff event of a session on a channel without a HubSpot thread.
pub fn handoff_event(session: &str) -> Value {
    json!({
        "event": "conversation.handoff_to_human",
        "event_id": format!("handoff-{session}"),
        "organization_id": "acme",
        "data": {
            "conversation_id": session,
            "channel": "whatsapp",
            "timestamp": "2026-11-21T20:48:00Z",
            "reason": "ai_decided_to_handoff_the_conversation",
            "summary": "Wants a refund.",
            "sentiment": "neutral",
            "language": "en",
            "contact": { "id": "c-1", "name": "Ann Lee", "email": "ann@example.org" },
            "custom_data": {},
            "transcript": [
                { "sender": "contact", "name": "Ann Lee", "text": "I want a refund", "created_at": "2026-11-21T20:46:10Z" },
            ],
            "ticketing_system": null,
        }
    })
}
