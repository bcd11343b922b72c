//! OpenCX's events: the ones that the bridge acts upon, in all the spellings that were
//! seen (docs/vendors/opencx.md#spellings). Only the conversation and the text of an answer
//! are required; everything else is read as far as it can be.

use serde_json::Value;

use crate::ids::SessionId;
use crate::json::{Fields, Unreadable, value};
use crate::opencx::aliases;
use crate::opencx::custom_data::CustomData;
use crate::opencx::envelope::{EventData, Marks};
use crate::opencx::transcript::{self, Entry};
use crate::time::Timestamp;

pub use crate::opencx::channel::Channel;
pub use crate::opencx::contact::Contact;
pub use crate::opencx::envelope::{Envelope, Identity, event_id, short_id};
pub use crate::opencx::sentiment::Sentiment;
pub use crate::opencx::ticketing_system::TicketingSystem;

/// `conversation.started`: somebody wrote for the first time.
#[derive(Clone, Debug)]
pub struct Started {
    /// The session.
    pub conversation_id: SessionId,
    /// The channel of the conversation.
    pub channel: Option<Channel>,
    /// When it happened.
    pub timestamp: Option<Timestamp>,
    /// The customer.
    pub contact: Option<Contact>,
}

/// `conversation.ai_response`: the AI answered.
#[derive(Clone, Debug)]
pub struct AiResponse {
    /// The session.
    pub conversation_id: SessionId,
    /// The channel of the conversation.
    pub channel: Option<Channel>,
    /// When it happened.
    pub timestamp: Option<Timestamp>,
    /// OpenCX's id of the message.
    pub message_id: Option<String>,
    /// The answer, in Markdown.
    pub message: String,
}

/// `conversation.handoff_to_human`: the AI gave up, or a human took over.
#[derive(Clone, Debug)]
pub struct HandoffToHuman {
    /// The session.
    pub conversation_id: SessionId,
    /// The channel of the conversation.
    pub channel: Option<Channel>,
    /// When it happened.
    pub timestamp: Option<Timestamp>,
    /// An identifier or a person's words.
    pub reason: Option<String>,
    /// The summary of the conversation.
    pub summary: Option<String>,
    /// The customer's sentiment.
    pub sentiment: Option<Sentiment>,
    /// ISO code or name.
    pub language: Option<String>,
    /// The customer.
    pub contact: Option<Contact>,
    /// The session's custom data.
    pub custom_data: CustomData,
    /// The conversation so far.
    pub transcript: Vec<Entry>,
    /// The address of the session for people.
    pub session_url: Option<String>,
    /// The other system that keeps the conversation.
    pub ticketing_system: Option<TicketingSystem>,
}

/// `conversation.closed`: the conversation ended. A telephone call has no such event:
/// `phone_call.ended` stands for it, and says nothing of its resolution.
#[derive(Clone, Debug)]
pub struct Closed {
    /// The session.
    pub conversation_id: SessionId,
    /// When it happened.
    pub timestamp: Option<Timestamp>,
    /// True if it was resolved; `None` if the event does not say.
    pub resolved: Option<bool>,
    /// The summary, in words.
    pub summary: Option<String>,
    /// The customer's sentiment.
    pub user_sentiment: Option<Sentiment>,
}

impl EventData for Started {
    fn read(fields: &Fields<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            conversation_id: session(fields)?,
            channel: channel(fields),
            timestamp: fields.time(&["timestamp"]),
            contact: aliases::contact(fields),
        })
    }

    fn session(&self) -> &SessionId {
        &self.conversation_id
    }

    fn marks(&self) -> Marks<'_> {
        Marks { moment: self.timestamp.map(Timestamp::as_millis), ..Marks::default() }
    }
}

impl EventData for AiResponse {
    fn read(fields: &Fields<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            conversation_id: session(fields)?,
            channel: channel(fields),
            timestamp: fields.time(&["timestamp"]),
            message_id: fields.id(&["message_id"]),
            message: answer(fields)?,
        })
    }

    fn session(&self) -> &SessionId {
        &self.conversation_id
    }

    /// An answer may be announced several times with moments that differ a little.
    fn marks(&self) -> Marks<'_> {
        Marks {
            id: self.message_id.as_deref(),
            moment: self.timestamp.map(|moment| moment.as_millis().div_euclid(60_000)),
            content: vec![&self.message],
        }
    }
}

impl EventData for HandoffToHuman {
    fn read(fields: &Fields<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            conversation_id: session(fields)?,
            channel: channel(fields),
            timestamp: fields.time(&["timestamp"]),
            reason: fields.text(&["reason"]),
            summary: fields.text(&["summary"]),
            sentiment: fields.known(&["sentiment"], Sentiment::from_name),
            language: fields.text(&["language"]),
            contact: aliases::contact(fields),
            custom_data: aliases::custom_data(fields),
            transcript: transcript::read(fields, &["transcript"]),
            session_url: fields.read(&["session_url"], "not a web address", web_address),
            ticketing_system: ticketing_system(fields),
        })
    }

    fn session(&self) -> &SessionId {
        &self.conversation_id
    }

    fn marks(&self) -> Marks<'_> {
        let content = [&self.reason, &self.summary].map(|text| text.as_deref().unwrap_or_default());
        let moment = self.timestamp.map(Timestamp::as_millis);
        Marks { id: None, moment, content: content.into() }
    }
}

/// Spellings of the resolution. Newer versions say it twice; a human's word counts more
/// than the AI's.
const RESOLUTION: [&str; 3] =
    ["resolution_status", "human_resolution_status", "ai_resolution_status"];

impl EventData for Closed {
    fn read(fields: &Fields<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            conversation_id: session(fields)?,
            timestamp: fields.time(&["timestamp"]),
            resolved: fields.read(&RESOLUTION, "not a known resolution", is_resolved),
            summary: fields.text(&["summary"]),
            user_sentiment: fields.known(&["user_sentiment", "sentiment"], Sentiment::from_name),
        })
    }

    fn session(&self) -> &SessionId {
        &self.conversation_id
    }

    fn marks(&self) -> Marks<'_> {
        let moment = self.timestamp.map(Timestamp::as_millis);
        let resolution = match self.resolved {
            Some(true) => "resolved",
            Some(false) => "not_resolved",
            None => "",
        };
        Marks { id: None, moment, content: vec![resolution] }
    }
}

/// Reads a resolution in any letter case and with any separators, also as a session's status
/// says it. Another one is left to the next spelling, and in the end to the session itself.
fn is_resolved(found: &Value) -> Option<bool> {
    let letters = value::text(found)?.to_lowercase();
    let letters: String = letters.chars().filter(char::is_ascii_alphanumeric).collect();
    match letters.trim_start_matches("closed") {
        "resolved" => Some(true),
        "notresolved" | "unresolved" => Some(false),
        _ => None,
    }
}

pub(crate) fn session(fields: &Fields<'_>) -> Result<SessionId, Unreadable> {
    let found = fields.values(&aliases::SESSION).find_map(|(_, id)| value::id(id));
    let field = fields.path_of(aliases::SESSION[0]);
    found.map(SessionId::new).ok_or_else(|| Unreadable::new(field, "must be an id"))
}

/// The text of an answer: itself, or within an object as in OpenCX's histories. An empty
/// one is a text, too; without any, the event says nothing.
fn answer(fields: &Fields<'_>) -> Result<String, Unreadable> {
    fields
        .raw("message")
        .and_then(answer_text)
        .ok_or_else(|| Unreadable::new(fields.path_of("message"), "must be the text of the answer"))
}

fn answer_text(found: &Value) -> Option<String> {
    let inner = found.get("content").unwrap_or(found);
    value::text(inner).or_else(|| value::text(inner.get("text")?))
}

pub(crate) fn channel(fields: &Fields<'_>) -> Option<Channel> {
    fields.read(&["channel"], "not the name of a channel", Channel::read)
}

/// An address that a rep may click: of the web, on one line.
fn web_address(found: &Value) -> Option<String> {
    let address = value::text(found)?.trim().to_owned();
    let scheme = address.split_once("://")?.0.to_lowercase();
    let is_one_word = !address.contains(|c: char| c.is_whitespace() || c.is_control());
    (["http", "https"].contains(&scheme.as_str()) && is_one_word).then_some(address)
}

fn ticketing_system(fields: &Fields<'_>) -> Option<TicketingSystem> {
    let (name, system) = fields.values(&["ticketing_system"]).next()?;
    Some(TicketingSystem::read(&fields.path_of(name), system, fields.notes()))
}

#[cfg(test)]
#[path = "events_tests.rs"]
mod tests;
