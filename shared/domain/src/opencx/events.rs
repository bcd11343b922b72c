//! OpenCX's events: the envelope and the four that the bridge acts upon, in
//! all the spellings that were seen (docs/vendors/opencx.md#spellings).

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::ids::{OrgId, SessionId};
use crate::json::{self, Unreadable};
use crate::opencx::aliases::one_spelling;
use crate::opencx::custom_data::CustomData;
use crate::opencx::transcript::Entry;

pub use crate::opencx::contact::Contact;

/// Where a conversation takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// The web widget.
    Web,
    /// Email.
    Email,
    /// `WhatsApp`.
    WhatsApp,
    /// Text messages.
    Sms,
    /// Voice, whether by telephone or in the browser.
    #[serde(alias = "web_voice", alias = "phone_voice")]
    Phone,
    /// Slack.
    Slack,
    /// A program.
    Api,
}

impl Channel {
    /// OpenCX's name of the channel.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Email => "email",
            Self::WhatsApp => "whatsapp",
            Self::Sms => "sms",
            Self::Phone => "phone",
            Self::Slack => "slack",
            Self::Api => "api",
        }
    }

    /// The channel as a person calls it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Web => "Web chat",
            Self::Email => "Email",
            Self::WhatsApp => "WhatsApp",
            Self::Sms => "SMS",
            Self::Phone => "Phone",
            Self::Slack => "Slack",
            Self::Api => "API",
        }
    }
}

/// Longest name of an event and longest id that is kept as it came, in bytes: both
/// stand in every record.
const LONGEST_NAME: usize = 200;

/// An id that is longer than any real one becomes its hash.
pub fn short_id(id: String) -> String {
    if id.len() <= LONGEST_NAME { id } else { hex::encode(Sha256::digest(id.as_bytes())) }
}

/// An event as it travels, its data not yet read.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// OpenCX's name of the event, e.g. `conversation.closed`.
    pub event: String,
    /// As given, or derived from the content so that a repeat has the same.
    pub event_id: String,
    /// Whose event it is.
    pub org: OrgId,
    /// Each with one conversation in it: closings may come as a list.
    pub data: Vec<Value>,
}

impl Envelope {
    /// Reads the envelope of one event.
    pub fn from_value(value: Value) -> Result<Self, Unreadable> {
        #[derive(Deserialize)]
        struct Raw {
            event: String,
            #[serde(default)]
            event_id: Option<String>,
            organization_id: OrgId,
            #[serde(default)]
            data: Value,
        }
        let digest = Sha256::digest(value.to_string().as_bytes());
        let raw: Raw = json::from_value(value)?;
        if raw.event.len() > LONGEST_NAME {
            return Err(Unreadable::new("event", "is longer than any event's name"));
        }
        let event_id = raw.event_id.filter(|id| !id.trim().is_empty()).map(short_id);
        let data = match raw.data {
            // One at least: an event without a conversation is refused, not passed over.
            Value::Array(list) if !list.is_empty() => list,
            Value::Array(_) => vec![Value::Null],
            one => vec![one],
        };
        Ok(Self {
            event: raw.event,
            event_id: event_id.unwrap_or_else(|| hex::encode(&digest[..16])),
            org: raw.organization_id,
            data,
        })
    }

    /// Reads the envelope of one event from its JSON text.
    pub fn from_text(text: &str) -> Result<Self, Unreadable> {
        Self::from_value(json::from_text(text)?)
    }

    /// Reads one piece of the event's data; the error names the field below `data`.
    pub fn read<T: serde::de::DeserializeOwned>(data: &Value) -> Result<T, Unreadable> {
        json::from_value(one_spelling(data.clone())).map_err(|error| {
            let field = match error.field.as_str() {
                "(document)" => "data".to_owned(),
                field => format!("data.{field}"),
            };
            Unreadable { field, ..error }
        })
    }
}

/// `conversation.started`: somebody wrote for the first time.
#[derive(Clone, Debug, Deserialize)]
pub struct Started {
    /// The session.
    pub conversation_id: SessionId,
    /// Where it takes place.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// Who wrote.
    #[serde(default)]
    pub contact: Option<Contact>,
}

/// `conversation.ai_response`: the AI answered.
#[derive(Clone, Debug, Deserialize)]
pub struct AiResponse {
    /// The session.
    pub conversation_id: SessionId,
    /// Where it takes place.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// When the AI gave it.
    #[serde(default)]
    pub timestamp: Option<Value>,
    /// The answer, in Markdown.
    #[serde(default)]
    pub message: Option<String>,
}

/// `conversation.handoff_to_human`: the AI gave up, or a human took over.
#[derive(Clone, Debug, Deserialize)]
pub struct HandoffToHuman {
    /// The session.
    pub conversation_id: SessionId,
    /// Where it takes place.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// When: RFC 3339.
    #[serde(default)]
    pub timestamp: Option<Value>,
    /// An identifier or a person's words.
    #[serde(default)]
    pub reason: Option<String>,
    /// What it is about.
    #[serde(default)]
    pub summary: Option<String>,
    /// How the customer feels.
    #[serde(default)]
    pub sentiment: Option<Sentiment>,
    /// ISO code or name.
    #[serde(default)]
    pub language: Option<String>,
    /// The customer.
    #[serde(default)]
    pub contact: Option<Contact>,
    /// The session's custom data.
    #[serde(default)]
    pub custom_data: CustomData,
    /// The conversation so far.
    #[serde(default)]
    pub transcript: Option<Vec<Entry>>,
    /// Where a person finds the session.
    #[serde(default)]
    pub session_url: Option<String>,
    /// Where else the conversation is kept.
    #[serde(default)]
    pub ticketing_system: Option<TicketingSystem>,
}

/// `conversation.closed`: the conversation ended.
#[derive(Clone, Debug, Deserialize)]
pub struct Closed {
    /// The session.
    pub conversation_id: SessionId,
    /// When: RFC 3339.
    #[serde(default)]
    pub timestamp: Option<Value>,
    #[serde(default)]
    resolution_status: Option<String>,
    #[serde(default)]
    human_resolution_status: Option<String>,
    #[serde(default)]
    ai_resolution_status: Option<String>,
    /// How it ended, in words.
    #[serde(default)]
    pub summary: Option<String>,
    /// How the customer felt.
    #[serde(default)]
    pub user_sentiment: Option<Sentiment>,
}

impl Closed {
    /// Whether it was resolved. Newer versions say it twice; a human's word
    /// counts more than the AI's.
    pub fn is_resolved(&self) -> bool {
        let said = [&self.resolution_status, &self.human_resolution_status];
        let said = said.into_iter().chain([&self.ai_resolution_status]).flatten().next();
        said.is_some_and(|status| status.trim().eq_ignore_ascii_case("resolved"))
    }
}

/// How the customer feels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sentiment {
    /// Angry.
    Angry,
    /// Neither.
    Neutral,
    /// Happy.
    Happy,
}

impl Sentiment {
    /// OpenCX's name of it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Angry => "angry",
            Self::Neutral => "neutral",
            Self::Happy => "happy",
        }
    }
}

/// Where else a conversation is kept.
#[derive(Clone, Debug, Deserialize)]
pub struct TicketingSystem {
    /// Its name, e.g. `hubspot`.
    #[serde(default)]
    pub name: Option<String>,
    /// The id there.
    #[serde(default, deserialize_with = "optional_id")]
    pub external_id: Option<String>,
    /// What the id names. The values are not documented: see [`Self::hubspot_thread`].
    #[serde(default)]
    pub id_type: Option<String>,
}

impl TicketingSystem {
    /// The HubSpot thread it names. Which words OpenCX uses for `id_type` is
    /// UNKNOWN; this is the one place with the guess: whatever mentions a ticket
    /// is a ticket, everything else with a numeric id is a thread.
    pub fn hubspot_thread(&self) -> Option<crate::ids::ThreadId> {
        let name = self.name.as_deref()?.to_lowercase();
        let kind = self.id_type.as_deref().unwrap_or("thread").to_lowercase();
        let id = self.external_id.as_deref()?;
        let numeric = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
        (name.contains("hubspot") && !kind.contains("ticket") && numeric).then(|| id.into())
    }
}

fn optional_id<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

#[cfg(test)]
#[path = "events_tests.rs"]
mod tests;
