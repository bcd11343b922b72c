//! `conversation.contact_response`, `.ai_response` and `.agent_response`: what somebody said in
//! a session.

use serde_json::Value;

use crate::ids::SessionId;
use crate::json::{Fields, Unreadable, value};
use crate::opencx::aliases;
use crate::opencx::channel::Channel;
use crate::opencx::contact::Contact;
use crate::opencx::envelope::{EventData, Marks};
use crate::opencx::events::{channel, session};
use crate::opencx::transcript::EntryAttachment;
use crate::time::Timestamp;

/// The role of somebody who speaks in a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// The customer.
    #[default]
    Customer,
    /// The AI.
    Ai,
    /// An agent in OpenCX's inbox.
    Agent,
}

impl Role {
    /// The role of the sender of an event of this name.
    pub fn of_event(name: &str) -> Self {
        match name {
            "conversation.ai_response" => Self::Ai,
            "conversation.agent_response" => Self::Agent,
            _ => Self::Customer,
        }
    }

    /// The role of a sender in transcripts and histories; `None` for one that is not known.
    pub fn of_sender(name: &str) -> Option<Self> {
        match name.trim().to_lowercase().as_str() {
            "contact" => Some(Self::Customer),
            "ai" => Some(Self::Ai),
            "agent" | "human_agent" => Some(Self::Agent),
            _ => None,
        }
    }
}

/// Something that was said in a session.
#[derive(Clone, Debug)]
pub struct SessionMessage {
    /// The session.
    pub conversation_id: SessionId,
    /// The sender, as the name of the event tells.
    pub role: Role,
    /// The channel of the conversation.
    pub channel: Option<Channel>,
    /// When it was said.
    pub timestamp: Option<Timestamp>,
    /// OpenCX's id of the message.
    pub message_id: Option<String>,
    /// The text; empty for files alone.
    pub text: String,
    /// The files.
    pub attachments: Vec<EntryAttachment>,
    /// The agent's name.
    pub agent: Option<String>,
    /// The customer.
    pub contact: Option<Contact>,
}

impl EventData for SessionMessage {
    fn read(fields: &Fields<'_>) -> Result<Self, Unreadable> {
        let message = fields.raw("message").unwrap_or(&Value::Null);
        let nested = message.get("content").unwrap_or(message);
        let text = value::text(message).or_else(|| value::text(nested.get("text")?));
        let inner_path = fields.path_of("message");
        let nothing = Value::Null;
        let nested = if nested.is_object() { nested } else { &nothing };
        let inner = Fields::of(&inner_path, nested, fields.notes());
        let mut files = fields.list(&["attachments"]);
        files.extend(inner.list(&["attachments"]));
        let read =
            |(path, file): &(String, &Value)| EntryAttachment::read(path, file, fields.notes());
        let agent = fields.raw("agent").or_else(|| fields.raw("sender"));
        Ok(Self {
            conversation_id: session(fields)?,
            role: Role::default(),
            channel: channel(fields),
            timestamp: fields.time(&["timestamp", "created_at"]),
            message_id: fields.id(&["message_id"]).or_else(|| value::id(nested.get("id")?)),
            text: text.or_else(|| fields.text(&["text"])).unwrap_or_default(),
            attachments: files.iter().map(read).collect(),
            agent: agent.and_then(|agent| value::text(agent.get("name")?)),
            contact: aliases::contact(fields),
        })
    }

    fn session(&self) -> &SessionId {
        &self.conversation_id
    }

    fn marks(&self) -> Marks<'_> {
        let mut content = vec![self.text.as_str()];
        content.extend(self.attachments.iter().filter_map(|file| file.url.as_deref()));
        let id = self.message_id.as_deref();
        Marks { id, moment: self.timestamp.map(Timestamp::as_millis), content }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::json::Notes;

    #[test]
    fn text_and_files_are_read_in_every_shape() {
        let file = json!({ "name": "a.png", "url": "https://f/a" });
        let cases = [
            json!({ "conversation_id": "s", "message": "Hi", "attachments": [file] }),
            json!({ "session_id": "s", "message": { "text": "Hi", "attachments": ["https://f/a"] } }),
            json!({ "conversation_id": "s", "message": { "id": 7, "content": { "text": "Hi", "attachments": [null, file] } } }),
            json!({ "conversation_id": "s", "text": "Hi", "attachments": file }),
        ];
        for case in cases {
            let notes = Notes::default();
            let read = SessionMessage::read(&Fields::of("data", &case, &notes)).unwrap();
            assert_eq!((read.text.as_str(), read.attachments.len()), ("Hi", 1), "{case}");
            assert_eq!(read.attachments[0].url.as_deref(), Some("https://f/a"), "{case}");
        }
    }

    #[test]
    fn only_the_session_is_required() {
        let read = |data: Value| {
            let notes = Notes::default();
            SessionMessage::read(&Fields::of("data", &data, &notes))
        };
        for odd in [json!(null), json!(7), json!([]), json!({ "content": 3 })] {
            for field in ["message", "attachments", "agent", "contact", "timestamp", "channel"] {
                assert!(
                    read(json!({ "conversation_id": "s", field: odd })).is_ok(),
                    "{field} {odd}"
                );
            }
        }
        assert!(read(json!({ "message": "Hi" })).is_err());
    }
}
