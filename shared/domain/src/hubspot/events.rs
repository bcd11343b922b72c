//! HubSpot's webhook events, and what of them is put on a queue (docs/vendors/hubspot.md).

use std::fmt;

use serde_json::Value;

use crate::hubspot::record_event::{RecordEvent, TicketChange};
use crate::ids::{MessageId, OrgId, ThreadId, TicketId};
use crate::json::{Fields, Notes, value};
use crate::settings::Settings;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Longest name of a property that is read, in bytes: it stands in the event's id.
/// HubSpot takes none of more than 100 characters.
const LONGEST_PROPERTY: usize = 200;

/// A message was posted in a thread. The webhook carries no text: it is fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessagePosted {
    /// The organisation of the portal.
    pub org: OrgId,
    /// HubSpot's name of the event.
    pub event: String,
    /// In which thread.
    pub thread: ThreadId,
    /// Which message.
    pub message: MessageId,
    /// True if it has waited in the email queue already.
    #[serde(default)]
    pub waited: bool,
    /// The id that this story's log lines share.
    #[serde(default)]
    pub trace: Option<String>,
}

impl MessagePosted {
    /// The same for every delivery of the message, as newMessage or messageCreated.
    pub fn event_id(&self) -> String {
        format!("{}-{}", self.thread, self.message)
    }
}

/// An event that asks for something to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// For `messages.fifo`.
    Message(MessagePosted),
    /// For `properties.fifo`.
    Record(RecordEvent),
}

/// An accepted event and its place in its delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedEvent {
    /// The event.
    pub event: Accepted,
    /// Equal for repeats within one delivery.
    pub repeat_key: String,
    /// When it happened, as HubSpot told it.
    pub occurred_at: Option<Timestamp>,
}

/// Reason why an event of a delivery is ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ignored {
    /// It is of another portal.
    OtherPortal,
    /// The bridge does not act upon events of this name.
    NotActedUpon,
    /// An internal comment never leaves HubSpot.
    Comment,
    /// The property was emptied.
    NoValue,
    /// It lacks this field, or it cannot be read.
    Lacks(&'static str),
}

impl Ignored {
    /// Returns whether somebody should look at the sender.
    pub fn is_odd(&self) -> bool {
        matches!(self, Self::Lacks(_) | Self::OtherPortal)
    }
}

impl fmt::Display for Ignored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherPortal => f.write_str("it is of another portal"),
            Self::NotActedUpon => f.write_str("the bridge does not act upon such events"),
            Self::Comment => f.write_str("it is an internal comment"),
            Self::NoValue => f.write_str("the property has no value"),
            Self::Lacks(field) => write!(f, "`{field}` is missing or cannot be read"),
        }
    }
}

/// An event of a delivery that is being read.
struct Reader<'a> {
    fields: Fields<'a>,
    settings: &'a Settings,
    trace: &'a str,
    now: Timestamp,
}

/// Sorts one event of a delivery that arrives now.
pub fn sort(
    event: &Value,
    settings: &Settings,
    trace: &str,
    now: Timestamp,
) -> Result<AcceptedEvent, Ignored> {
    let notes = Notes::default();
    let reader = Reader { fields: Fields::of("", event, &notes), settings, trace, now };
    reader.sort()
}

impl Reader<'_> {
    fn sort(&self) -> Result<AcceptedEvent, Ignored> {
        let portal = self.fields.read(&["portalId"], "not a number", value::whole);
        if portal.is_some_and(|portal| portal != self.settings.hubspot.portal_id) {
            return Err(Ignored::OtherPortal);
        }
        // The documentation calls it `eventType`, real payloads `subscriptionType`.
        let names = self.fields.values(&["subscriptionType", "eventType"]);
        let mut names = names.filter_map(|(_, name)| value::text(name)).peekable();
        if names.peek().is_none() {
            return Err(Ignored::Lacks("subscriptionType"));
        }
        let read = names.find_map(|name| self.named(name.trim()));
        read.unwrap_or(Err(Ignored::NotActedUpon))
    }

    /// Reads the event under one of its names; `None` if the bridge does not act upon it.
    fn named(&self, name: &str) -> Option<Result<AcceptedEvent, Ignored>> {
        Some(match name {
            "conversation.newMessage" | "conversation.messageCreated" => self.message(name),
            "ticket.propertyChange" => self.change(name),
            "conversation.propertyChange" => self.thread_status(name),
            "ticket.merge" => self.merge(name),
            "ticket.deletion" => self.deletion(name),
            "contact.privacyDeletion" | "conversation.privacyDeletion" => self.privacy(name),
            _ => return None,
        })
    }

    fn object(&self) -> Result<String, Ignored> {
        self.fields.id(&["objectId"]).ok_or(Ignored::Lacks("objectId"))
    }

    fn occurred_at(&self) -> Option<Timestamp> {
        self.fields.time(&["occurredAt"])
    }

    fn message(&self, name: &str) -> Result<AcceptedEvent, Ignored> {
        let kind = self.fields.text(&["messageType"]);
        if kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("COMMENT")) {
            return Err(Ignored::Comment);
        }
        let thread = self.object()?;
        let message = self.fields.id(&["messageId"]).ok_or(Ignored::Lacks("messageId"))?;
        let repeat_key = format!("{thread}/{message}");
        let event = Accepted::Message(MessagePosted {
            org: self.settings.org.clone(),
            event: name.to_owned(),
            thread: ThreadId::new(thread),
            message: MessageId::new(message),
            waited: false,
            trace: Some(self.trace.to_owned()),
        });
        Ok(AcceptedEvent { event, repeat_key, occurred_at: self.occurred_at() })
    }

    /// A change that does not say when it happened, or says a moment to come, counts as of
    /// now; its id keeps what HubSpot told, which it tells again with every delivery.
    fn change(&self, name: &str) -> Result<AcceptedEvent, Ignored> {
        let property = self.fields.text(&["propertyName"]);
        let property = property.filter(|name| name.len() <= LONGEST_PROPERTY);
        let property = property.ok_or(Ignored::Lacks("propertyName"))?;
        let value = match self.fields.raw("propertyValue") {
            None | Some(Value::Null) => return Err(Ignored::NoValue),
            Some(value) => value::text(value).ok_or(Ignored::Lacks("propertyValue"))?,
        };
        if value.is_empty() {
            return Err(Ignored::NoValue);
        }
        let ticket = self.object()?;
        let occurred_at = self.occurred_at();
        let event_id = self.fields.id(&["eventId"]);
        let moment = occurred_at.map(|at| at.as_millis().to_string());
        let is_past = occurred_at.is_some_and(|at| at <= self.now);
        let told = moment.clone().or_else(|| event_id.clone()).filter(|_| !is_past);
        let repeat_key =
            format!("{ticket}/{property}/{}/{value}", event_id.or(moment).unwrap_or_default());
        let event = Accepted::Record(RecordEvent::Change(TicketChange {
            org: self.settings.org.clone(),
            event: name.to_owned(),
            ticket: TicketId::new(ticket),
            property,
            value,
            occurred_at: occurred_at.unwrap_or(self.now).at_most(self.now),
            told,
            source: self.fields.text(&["changeSource"]),
            source_id: self.fields.text(&["sourceId"]),
            trace: Some(self.trace.to_owned()),
        }));
        Ok(AcceptedEvent { event, repeat_key, occurred_at })
    }

    /// A thread of a Custom Channel that is closed ends its session. Owners are read when they
    /// matter.
    fn thread_status(&self, name: &str) -> Result<AcceptedEvent, Ignored> {
        let property = self.fields.text(&["propertyName"]).unwrap_or_default();
        let value = self.fields.text(&["propertyValue"]).unwrap_or_default();
        let is_status = property.trim().eq_ignore_ascii_case("status");
        let closed = match value.trim().to_uppercase().as_str() {
            "CLOSED" => true,
            "OPEN" => false,
            _ => return Err(Ignored::NotActedUpon),
        };
        if !is_status || self.settings.channels.is_empty() {
            return Err(Ignored::NotActedUpon);
        }
        let moment = self.occurred_at().map(|at| at.as_millis().to_string());
        Ok(self.record(RecordEvent::ThreadStatus {
            org: self.settings.org.clone(),
            event: name.to_owned(),
            thread: ThreadId::new(self.object()?),
            closed,
            at: moment.or_else(|| self.fields.id(&["eventId"])).unwrap_or_default(),
            trace: Some(self.trace.to_owned()),
        }))
    }

    /// HubSpot names the surviving ticket in one of several fields, of which some may be
    /// missing.
    fn merge(&self, name: &str) -> Result<AcceptedEvent, Ignored> {
        let survivor = self.fields.id(&["newObjectId", "primaryObjectId", "objectId"]);
        let survivor = survivor.ok_or(Ignored::Lacks("primaryObjectId"))?;
        let mut merged: Vec<TicketId> = Vec::new();
        let listed = self.fields.list(&["mergedObjectIds"]);
        let listed = listed.into_iter().filter_map(|(_, id)| value::id(id));
        let others = ["primaryObjectId", "objectId"].into_iter();
        for id in listed.chain(others.filter_map(|name| self.fields.id(&[name]))) {
            let id = TicketId::new(id);
            if id.as_str() != survivor && !merged.contains(&id) {
                merged.push(id);
            }
        }
        if merged.is_empty() {
            return Err(Ignored::Lacks("mergedObjectIds"));
        }
        Ok(self.record(RecordEvent::Merge {
            org: self.settings.org.clone(),
            event: name.to_owned(),
            ticket: TicketId::new(survivor),
            merged,
            trace: Some(self.trace.to_owned()),
        }))
    }

    fn deletion(&self, name: &str) -> Result<AcceptedEvent, Ignored> {
        let ticket = TicketId::new(self.object()?);
        let (org, event) = (self.settings.org.clone(), name.to_owned());
        Ok(self.record(RecordEvent::Deletion {
            org,
            event,
            ticket,
            trace: Some(self.trace.to_owned()),
        }))
    }

    fn privacy(&self, name: &str) -> Result<AcceptedEvent, Ignored> {
        let erased = self.object()?;
        let (org, event) = (self.settings.org.clone(), name.to_owned());
        let trace = Some(self.trace.to_owned());
        Ok(self.record(RecordEvent::PrivacyDeletion { org, event, erased, trace }))
    }

    fn record(&self, event: RecordEvent) -> AcceptedEvent {
        let repeat_key = format!("{}/{}", event.name(), event.event_id());
        let event = Accepted::Record(event);
        AcceptedEvent { event, repeat_key, occurred_at: self.occurred_at() }
    }
}

#[cfg(test)]
#[path = "events_tests.rs"]
mod tests;
