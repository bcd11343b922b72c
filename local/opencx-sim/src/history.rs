//! The history of a session: messages, and the events between them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sim_kit::clock;
use uuid::Uuid;

/// The author of a message.
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
    /// Returns the name in the transcript of an event, which says `agent` where the history says
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
    pub name: String,
    /// The address at which it can be fetched.
    pub url: String,
    pub mime_type: String,
}

/// One message of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HistoryMessage {
    pub sender: Sender,
    /// The author's name, where one is known.
    pub name: Option<String>,
    /// The text; the AI writes Markdown.
    pub text: String,
    pub attachments: Vec<Attachment>,
    /// ISO 8601, UTC, milliseconds.
    pub created_at: String,
}

impl HistoryMessage {
    pub(crate) fn new(sender: Sender, name: Option<String>, text: impl Into<String>) -> Self {
        let (text, created_at) = (text.into(), clock::now_iso());
        Self { sender, name, text, attachments: Vec::new(), created_at }
    }
}

/// The kinds of items in a history.
#[derive(Clone, Debug)]
pub(crate) enum ItemKind {
    Message(HistoryMessage),
    Handoff,
    AiResolvedIssue,
    HumanAgentJoined,
    HumanAgentTakeover,
}

/// An item of a history.
#[derive(Clone, Debug)]
pub(crate) struct HistoryItem {
    pub(crate) id: String,
    pub(crate) created_at: String,
    pub(crate) kind: ItemKind,
}

impl HistoryItem {
    pub(crate) fn new(kind: ItemKind) -> Self {
        let created_at = match &kind {
            ItemKind::Message(message) => message.created_at.clone(),
            _ => clock::now_iso(),
        };
        Self { id: Uuid::new_v4().to_string(), created_at, kind }
    }

    /// Writes the item as `GET /chat/sessions/{id}/history` shows it.
    pub(crate) fn to_json(&self) -> Value {
        json!({ "id": self.id, "created_at": self.created_at, "event": self.event() })
    }

    fn event(&self) -> Value {
        let message = match &self.kind {
            ItemKind::Handoff => return json!({ "type": "handoff" }),
            ItemKind::AiResolvedIssue => return json!({ "type": "ai_resolved_issue" }),
            ItemKind::HumanAgentJoined => return json!({ "type": "human_agent_joined" }),
            ItemKind::HumanAgentTakeover => return json!({ "type": "human_agent_takeover" }),
            ItemKind::Message(message) => message,
        };
        let mut content = json!({ "type": "text", "text": message.text });
        if !message.attachments.is_empty() {
            content["attachments"] = json!(message.attachments);
        }
        json!({ "type": "message", "sender": { "type": message.sender }, "content": content })
    }
}
