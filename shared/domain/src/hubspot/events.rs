//! HubSpot's webhook events, and what of them is put on a queue.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ids::{MessageId, OrgId, ThreadId, TicketId, text_or_number};
use crate::settings::Settings;

/// Longest name of a property that is read, in bytes: it stands in the event's id.
/// HubSpot takes none of more than 100 characters.
const LONGEST_PROPERTY: usize = 200;

/// A message was posted in a thread. The webhook carries no text: it is fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessagePosted {
    /// Whose portal.
    pub org: OrgId,
    /// HubSpot's name of the event.
    pub event: String,
    /// In which thread.
    pub thread: ThreadId,
    /// Which message.
    pub message: MessageId,
    /// Whether it has waited in the email queue already.
    #[serde(default)]
    pub waited: bool,
    /// The id that this story's log lines share.
    #[serde(default)]
    pub trace: Option<String>,
}

/// A ticket's property was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketChange {
    /// Whose portal.
    pub org: OrgId,
    /// HubSpot's name of the event.
    pub event: String,
    /// Which ticket.
    pub ticket: TicketId,
    /// Which property.
    pub property: String,
    /// Its new value.
    pub value: String,
    /// When, in epoch milliseconds. HubSpot keeps no order; this does.
    pub occurred_at: i64,
    /// What made the change: `CRM_UI`, `INTEGRATION`, …
    #[serde(default)]
    pub source: Option<String>,
    /// Who, e.g. `userId:7`.
    #[serde(default)]
    pub source_id: Option<String>,
    /// The id that this story's log lines share.
    #[serde(default)]
    pub trace: Option<String>,
}

/// An event that is worth something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// For `messages.fifo`.
    Message(MessagePosted),
    /// For `properties.fifo`.
    Change(TicketChange),
}

/// An accepted event and what tells it from others in its delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedEvent {
    /// The event.
    pub event: Accepted,
    /// Equal for repeats within one delivery.
    pub repeat_key: String,
}

/// What HubSpot sends. Every field may be missing or of a surprising type; an
/// event that lacks what it needs must not hurt its neighbours
/// (docs/vendors/hubspot.md#webhook-events).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    /// The documentation calls it `eventType`, real payloads `subscriptionType`.
    #[serde(alias = "eventType")]
    subscription_type: String,
    portal_id: u64,
    #[serde(deserialize_with = "text_or_number")]
    object_id: String,
    #[serde(default)]
    message_id: Option<MessageId>,
    #[serde(default)]
    message_type: Option<String>,
    #[serde(default)]
    property_name: Option<String>,
    #[serde(default)]
    property_value: Value,
    #[serde(default)]
    event_id: Value,
    #[serde(default)]
    occurred_at: Option<i64>,
    #[serde(default)]
    change_source: Option<String>,
    #[serde(default)]
    source_id: Option<String>,
}

/// Sorts one event of a delivery; `None` when it is to be ignored.
pub fn sort(event: &Value, settings: &Settings, trace: &str) -> Option<AcceptedEvent> {
    let raw = Raw::deserialize(event).ok()?;
    if raw.portal_id != settings.hubspot.portal_id {
        return None;
    }
    match raw.subscription_type.as_str() {
        "conversation.newMessage" | "conversation.messageCreated" => message(raw, settings, trace),
        "ticket.propertyChange" => change(raw, settings, trace),
        _ => None,
    }
}

fn message(raw: Raw, settings: &Settings, trace: &str) -> Option<AcceptedEvent> {
    if raw.message_type.as_deref() == Some("COMMENT") {
        return None;
    }
    let message = raw.message_id?;
    let repeat_key = format!("{}/{message}", raw.object_id);
    let event = Accepted::Message(MessagePosted {
        org: settings.org.clone(),
        event: raw.subscription_type,
        thread: ThreadId::new(raw.object_id),
        message,
        waited: false,
        trace: Some(trace.to_owned()),
    });
    Some(AcceptedEvent { event, repeat_key })
}

fn change(raw: Raw, settings: &Settings, trace: &str) -> Option<AcceptedEvent> {
    let is_name = |name: &String| !name.trim().is_empty() && name.len() <= LONGEST_PROPERTY;
    let property = raw.property_name.filter(is_name)?;
    let value = match raw.property_value {
        Value::String(text) if !text.is_empty() => text,
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        _ => return None,
    };
    let occurred_at = raw.occurred_at?;
    // Some payloads have no event id; then its moment tells it from others.
    let id = if raw.event_id.is_null() { occurred_at.into() } else { raw.event_id };
    let repeat_key = format!("{}/{property}/{id}", raw.object_id);
    let event = Accepted::Change(TicketChange {
        org: settings.org.clone(),
        event: raw.subscription_type,
        ticket: TicketId::new(raw.object_id),
        property,
        value,
        occurred_at,
        source: raw.change_source,
        source_id: raw.source_id,
        trace: Some(trace.to_owned()),
    });
    Some(AcceptedEvent { event, repeat_key })
}

impl MessagePosted {
    /// The same for every delivery of the message, as newMessage or messageCreated.
    pub fn event_id(&self) -> String {
        format!("{}-{}", self.thread, self.message)
    }
}

impl TicketChange {
    /// The same for every delivery of the change. HubSpot's own `eventId` is
    /// "not guaranteed to be unique" (docs/vendors/hubspot.md#webhooks).
    pub fn event_id(&self) -> String {
        format!("{}-{}-{}", self.ticket, self.property, self.occurred_at)
    }
}

#[cfg(test)]
#[path = "events_tests.rs"]
mod tests;
