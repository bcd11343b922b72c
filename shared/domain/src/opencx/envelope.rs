//! The envelope of OpenCX's events, and what tells one event from another.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::ids::{OrgId, SessionId};
use crate::json::{self, Fields, Notes, Unreadable, value};

/// Longest name of an event and longest id that is kept as it came, in bytes: both
/// stand in every record.
const LONGEST_NAME: usize = 200;

/// Replaces an id that is longer than any real one by its hash.
pub fn short_id(id: String) -> String {
    if id.len() <= LONGEST_NAME { id } else { hex::encode(Sha256::digest(id.as_bytes())) }
}

/// Reads the id that an event was given; a number counts, a blank text does not.
pub fn event_id(event: &Value) -> Option<String> {
    let text = value::text(event.get("event_id")?)?;
    (!text.trim().is_empty()).then(|| short_id(text))
}

/// An event as it travels, its data not yet read.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// OpenCX's name of the event, e.g. `conversation.closed`.
    pub event: String,
    /// Its id, if it was given one.
    pub event_id: Option<String>,
    /// The organisation of the event.
    pub org: OrgId,
    /// Each with one conversation in it: closings may come as a list.
    pub data: Vec<Value>,
}

/// The data of one conversation.
pub trait EventData: Sized {
    /// Reads it; only what is required can fail.
    fn read(fields: &Fields<'_>) -> Result<Self, Unreadable>;

    /// The conversation.
    fn session(&self) -> &SessionId;

    /// Returns the mark by which this event differs from others of its kind and conversation.
    fn marks(&self) -> Marks<'_>;
}

/// The mark by which an event differs from others of its kind and conversation.
#[derive(Debug, Default)]
pub struct Marks<'a> {
    /// An id of its own, before the envelope's.
    pub id: Option<&'a str>,
    /// Its moment, as finely as repeats agree on it.
    pub moment: Option<i64>,
    /// The content by which it is another event, whatever its id.
    pub content: Vec<&'a str>,
}

/// Identity of an event within its organisation and function: equal for all its deliveries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Known from the event.
    Own(String),
    /// The event says nothing that tells it from another one: that of its queue message,
    /// of which this is the place within.
    OfMessage(String),
}

impl Envelope {
    /// Reads the envelope of one event.
    pub fn from_value(event: &Value) -> Result<Self, Unreadable> {
        let missing =
            |field: &str| Unreadable::new("(document)", format!("missing field `{field}`"));
        if !event.is_object() {
            return Err(Unreadable::new("(document)", "must be an object"));
        }
        let name = event.get("event").ok_or_else(|| missing("event"))?;
        let name = name.as_str().map(|name| name.trim().to_lowercase());
        let name = name.filter(|name| !name.is_empty() && name.len() <= LONGEST_NAME);
        let org = event.get("organization_id").ok_or_else(|| missing("organization_id"))?;
        let org = value::id(org).ok_or_else(|| Unreadable::new("organization_id", "must be an id"));
        Ok(Self {
            event: name.ok_or_else(|| Unreadable::new("event", "must be the name of an event"))?,
            event_id: event_id(event),
            org: OrgId::new(org?),
            data: match event.get("data").cloned().unwrap_or_default() {
                // One at least: an event without a conversation is refused, not passed over.
                Value::Array(list) if !list.is_empty() => list,
                Value::Array(_) => vec![Value::Null],
                one => vec![one],
            },
        })
    }

    /// Reads the envelope of one event from its JSON text.
    pub fn from_text(text: &str) -> Result<Self, Unreadable> {
        Self::from_value(&json::from_text(text)?)
    }

    /// Reads one piece of the event's data; an error and the notes name fields below `data`.
    pub fn read<T: EventData>(data: &Value, notes: &Notes) -> Result<T, Unreadable> {
        T::read(&Fields::of("data", data, notes))
    }

    /// Identifies one piece of the event: by its own id, else the envelope's, together with
    /// its content; else by its moment and content; else by the message that it came in.
    pub fn identity<T: EventData>(&self, at: usize, data: &T) -> Identity {
        let (session, marks) = (data.session(), data.marks());
        let content = digest(&marks.content);
        let given = marks.id.map(|id| short_id(id.to_owned())).or_else(|| self.id_of(at));
        match (given, marks.moment) {
            (Some(id), _) => Identity::Own(format!("{session}/{id}/{content}")),
            (None, Some(moment)) => Identity::Own(format!("{session}/{moment}/{content}")),
            (None, None) => Identity::OfMessage(format!("{session}/{at}")),
        }
    }

    /// The id of one piece of the event: pieces of a list are numbered.
    pub fn id_of(&self, at: usize) -> Option<String> {
        let id = self.event_id.clone()?;
        Some(if self.data.len() > 1 { format!("{id}-{at}") } else { id })
    }
}

/// A short digest of several texts, which is another one for other texts.
fn digest(texts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for text in texts {
        digest.update(text.len().to_le_bytes());
        digest.update(text.as_bytes());
    }
    hex::encode(&digest.finalize()[..8])
}

#[cfg(test)]
#[path = "envelope_tests.rs"]
mod tests;
