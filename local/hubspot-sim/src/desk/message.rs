//! Entries of a thread's history, in the shape of the API: messages, comments, and what happened
//! to the thread.

use serde::Serialize;
use serde_json::Value;

use super::{Client, MessageStatus, Party, ThreadStatus};

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MessageKind {
    /// Between customer and portal.
    Message,
    /// Only the portal sees it.
    Comment,
    /// The greeting of a chat.
    WelcomeMessage,
    /// The thread got another assignee.
    Assignment,
    /// The thread was opened or closed.
    ThreadStatusChange,
}

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Direction {
    /// From the customer.
    Incoming,
    /// To the customer.
    Outgoing,
}

/// An entry of a thread. What its kind does not have is `None`: a comment has no direction,
/// channel or status; a change of the thread has no text.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: MessageKind,
    /// Id: 32 hexadecimal digits.
    pub id: String,
    /// The thread that it is in.
    #[serde(rename = "conversationsThreadId")]
    pub thread: String,
    /// When it was written, ISO-8601.
    pub created_at: String,
    /// Actor who wrote it.
    pub created_by: String,
    /// Program that wrote it.
    pub client: Client,
    /// From whom.
    pub senders: Vec<Party>,
    /// To whom.
    pub recipients: Vec<Party>,
    /// Deleted.
    pub archived: bool,
    /// Everything that depends on the kind.
    #[serde(flatten)]
    pub content: Content,
}

/// The part of an entry that depends on its kind.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Content {
    /// Plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// HTML.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rich_text: Option<String>,
    /// Files, in the API's shape.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachments: Option<Vec<Value>>,
    /// Subject, on email.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Whether quoted text was cut off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncation_status: Option<String>,
    /// The message that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_reply_to_id: Option<String>,
    /// How far it got.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<MessageStatus>,
    /// Which way it went.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// Channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_id: Option<String>,
    /// The portal's account on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_account_id: Option<String>,
    /// The new assignee, `A-…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned_to: Option<String>,
    /// The assignee before, `A-…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned_from: Option<String>,
    /// The new status of the thread.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_status: Option<ThreadStatus>,
}

impl Message {
    /// Plain text; empty for entries that have none.
    pub fn text(&self) -> &str {
        self.content.text.as_deref().unwrap_or_default()
    }

    /// HTML, if the message has any.
    pub fn rich_text(&self) -> Option<&str> {
        self.content.rich_text.as_deref()
    }

    /// Which way it went; `None` for everything but messages.
    pub fn direction(&self) -> Option<Direction> {
        self.content.direction
    }

    /// Actor id of the first sender.
    pub fn sender(&self) -> Option<&str> {
        self.senders.first()?.actor_id.as_deref()
    }
}
