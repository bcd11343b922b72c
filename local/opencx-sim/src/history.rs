//! What happens in a session, in order: messages, and the events between them.

use crate::clock;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sender {
    /// The customer.
    Contact,
    /// OpenCX's AI.
    Ai,
    /// A person of the support team.
    HumanAgent,
}

impl Sender {
    /// The name in the transcript of an event, which says `agent` where the history says
    /// `human_agent`.
    pub(crate) fn in_transcript(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Ai => "ai",
            Self::HumanAgent => "agent",
        }
    }
}

/// A file that came with a message; all three parts are required.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// The file's name.
    pub name: String,
    /// Where it can be fetched.
    pub url: String,
    /// Its media type.
    pub mime_type: String,
}

/// One message of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Who wrote it.
    pub sender: Sender,
    /// The writer's name, where one is known.
    pub name: Option<String>,
    /// The text; the AI writes Markdown.
    pub text: String,
    /// Its files.
    pub attachments: Vec<Attachment>,
    /// ISO 8601, UTC, milliseconds.
    pub created_at: String,
}

impl Entry {
    /// A message of this moment, without files.
    pub(crate) fn new(sender: Sender, name: Option<String>, text: String) -> Self {
        Self { sender, name, text, attachments: Vec::new(), created_at: clock::now() }
    }
}

/// One thing that happened in a session.
#[derive(Clone, Debug)]
pub(crate) enum Happening {
    /// Somebody wrote.
    Message(Entry),
    /// The AI stopped.
    Handoff,
    /// The AI closed the conversation as resolved.
    AiResolvedIssue,
    /// A colleague's private remark.
    HumanAgentComment {
        /// Who remarked.
        name: String,
        /// What.
        text: String,
    },
    /// A colleague came to the conversation.
    HumanAgentJoined,
    /// A colleague took the conversation from the AI.
    HumanAgentTakeover,
}

/// A happening with its id and its time.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) created_at: String,
    pub(crate) happening: Happening,
}

impl Item {
    /// Something that happens now.
    pub(crate) fn new(happening: Happening) -> Self {
        let created_at = match &happening {
            Happening::Message(entry) => entry.created_at.clone(),
            _ => clock::now(),
        };
        Self { id: Uuid::new_v4().to_string(), created_at, happening }
    }

    /// The item as `GET /chat/sessions/{id}/history` shows it.
    pub(crate) fn to_json(&self) -> Value {
        json!({ "id": self.id, "created_at": self.created_at, "event": self.event() })
    }

    fn event(&self) -> Value {
        match &self.happening {
            Happening::Message(entry) => json!({
                "type": "message",
                "sender": { "type": entry.sender },
                "content": content(entry),
            }),
            Happening::HumanAgentComment { name, text } => json!({
                "type": "human_agent_comment", "agent": { "name": name }, "text": text,
            }),
            Happening::Handoff => json!({ "type": "handoff" }),
            Happening::AiResolvedIssue => json!({ "type": "ai_resolved_issue" }),
            Happening::HumanAgentJoined => json!({ "type": "human_agent_joined" }),
            Happening::HumanAgentTakeover => json!({ "type": "human_agent_takeover" }),
        }
    }
}

fn content(entry: &Entry) -> Value {
    let mut content = json!({ "type": "text", "text": entry.text });
    if !entry.attachments.is_empty() {
        content["attachments"] = json!(entry.attachments);
    }
    content
}
