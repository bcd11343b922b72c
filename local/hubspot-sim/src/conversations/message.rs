//! Entries of a thread's history: messages, comments, and changes of the thread
//! (docs/vendors/hubspot.md#messages).

use serde::Serialize;
use serde_json::{Value, json};

use super::{Client, Party, ThreadStatus};
use crate::json::without_nulls;

/// The length at which HubSpot cuts a text is not documented.
const MAX_SHOWN: usize = 10_000;

/// The kind of an entry.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MessageKind {
    #[default]
    Message,
    Comment,
    WelcomeMessage,
    Assignment,
    ThreadStatusChange,
}

impl MessageKind {
    /// Returns the `messageType` of webhooks; changes of the thread have none.
    pub(crate) fn webhook_type(self) -> Option<&'static str> {
        match self {
            Self::Message => Some("MESSAGE"),
            Self::Comment => Some("COMMENT"),
            Self::WelcomeMessage => Some("WELCOME_MESSAGE"),
            Self::Assignment | Self::ThreadStatusChange => None,
        }
    }
}

/// The direction of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Direction {
    Incoming,
    Outgoing,
}

/// The delivery of a message.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageStatus {
    pub status_type: &'static str,
    pub failure_details: Option<Value>,
}

impl MessageStatus {
    pub(crate) fn of(status_type: &'static str) -> Self {
        Self { status_type, failure_details: None }
    }
}

/// An entry of a thread. Fields that its kind does not have are `None`: a comment has no
/// direction, channel or status; a change of the thread has no text.
#[derive(Debug, Default, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    #[serde(rename = "type")]
    pub kind: MessageKind,
    pub id: String,
    #[serde(rename = "conversationsThreadId")]
    pub thread: String,
    pub created_at: String,
    pub created_by: String,
    pub client: Client,
    pub senders: Vec<Party>,
    pub recipients: Vec<Party>,
    pub archived: bool,
    pub text: Option<String>,
    pub rich_text: Option<String>,
    pub attachments: Option<Vec<Value>>,
    pub subject: Option<String>,
    /// `NOT_TRUNCATED`, or that quoted text was cut off.
    pub truncation_status: Option<&'static str>,
    pub status: Option<MessageStatus>,
    pub direction: Option<Direction>,
    pub channel_id: Option<String>,
    pub channel_account_id: Option<String>,
    pub assigned_to: Option<String>,
    pub assigned_from: Option<String>,
    pub new_status: Option<ThreadStatus>,
}

impl Message {
    /// Returns the plain text; empty for entries that have none.
    pub fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    /// Returns the HTML, if the message has any.
    pub fn rich_text(&self) -> Option<&str> {
        self.rich_text.as_deref()
    }

    /// Returns the direction; `None` for everything but messages.
    pub fn direction(&self) -> Option<Direction> {
        self.direction
    }

    /// Returns the actor id of the first sender.
    pub fn sender(&self) -> Option<&str> {
        self.senders.first()?.actor_id.as_deref()
    }

    /// Returns the addresses of the recipients in a field: `TO`, `CC`, `BCC`.
    pub fn addresses(&self, field: &str) -> Vec<&str> {
        let named = self.recipients.iter();
        let named = named.filter(|party| party.recipient_field.as_deref() == Some(field));
        named.filter_map(Party::address).collect()
    }

    /// Returns the entry with its whole text.
    pub(crate) fn to_json_whole(&self) -> Value {
        without_nulls(json!(self))
    }

    /// Returns the entry as the API shows it: a long text is cut until somebody asks for the
    /// original content.
    pub(crate) fn to_json(&self) -> Value {
        let mut shown = self.to_json_whole();
        for key in ["text", "richText"] {
            let Some(text) = shown[key].as_str() else { continue };
            if text.chars().count() > MAX_SHOWN {
                shown[key] = text.chars().take(MAX_SHOWN).collect::<String>().into();
                shown["truncationStatus"] = "TRUNCATED".into();
            }
        }
        shown
    }
}
