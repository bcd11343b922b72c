//! A session: one conversation from the customer's first message to its resolution.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sim_kit::clock;
use uuid::Uuid;

use crate::channel::Channel;
use crate::contact::Contact;
use crate::history::{Attachment, HistoryItem, HistoryMessage, ItemKind, Sender};

/// Custom data of a session: strings, numbers and booleans by name.
pub type CustomData = Map<String, Value>;

/// The status of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The conversation goes on.
    Open,
    /// Closed, the matter settled.
    ClosedResolved,
    /// Closed, the matter not settled.
    ClosedUnresolved,
}

/// The birthplace of a session, which decides who delivers messages to the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Opened through the API: the program that opened it delivers.
    Api,
    /// Opened by a customer on OpenCX's own channel: OpenCX delivers.
    Channel,
}

/// The ticket of another system to which a session is linked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketingSystem {
    /// The system's name, such as `hubspot`.
    pub name: String,
    pub external_id: String,
    /// The kind of thing that the id names, such as `thread`.
    pub id_type: String,
}

/// A message that went to the customer on OpenCX's own channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Delivered {
    /// Email address or telephone number, else the contact's id.
    pub to: String,
    pub channel: Channel,
    pub sender: Sender,
    pub text: String,
    pub attachments: Vec<Attachment>,
}

/// The AI's notes for the human who takes over.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct HandoffNotes {
    pub(crate) sentiment: &'static str,
    pub(crate) summary: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) organization_id: String,
    pub(crate) status: Status,
    /// The status with which the API answers everything about a session that it no longer has.
    pub(crate) gone: Option<u16>,
    pub(crate) channel: Channel,
    pub(crate) origin: Origin,
    pub(crate) contact: String,
    /// The value of `verified` with which the session was opened, if it was given.
    pub(crate) verified: Option<bool>,
    pub(crate) custom_data: CustomData,
    pub(crate) language: Option<&'static str>,
    pub(crate) handoff: Option<HandoffNotes>,
    pub(crate) handed_off: bool,
    pub(crate) ticketing_system: Option<TicketingSystem>,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
    pub(crate) items: Vec<HistoryItem>,
    pub(crate) delivered: Vec<Delivered>,
}

impl Session {
    /// Creates an open session for a stored contact.
    pub(crate) fn open(
        organization_id: String,
        channel: Channel,
        origin: Origin,
        contact: String,
    ) -> Self {
        let now = clock::now_iso();
        Self {
            id: Uuid::new_v4().to_string(),
            organization_id,
            status: Status::Open,
            gone: None,
            channel,
            origin,
            contact,
            verified: None,
            custom_data: CustomData::new(),
            language: None,
            handoff: None,
            handed_off: false,
            ticketing_system: None,
            created_at: now.clone(),
            updated_at: now,
            items: Vec::new(),
            delivered: Vec::new(),
        }
    }

    /// Appends an item to the history and returns its id.
    pub(crate) fn record(&mut self, kind: ItemKind) -> String {
        let item = HistoryItem::new(kind);
        self.updated_at.clone_from(&item.created_at);
        let id = item.id.clone();
        self.items.push(item);
        id
    }

    /// Records a message to the customer, delivered by OpenCX if the session is on its own
    /// channel.
    pub(crate) fn record_outgoing(&mut self, contact: &Contact, message: HistoryMessage) -> String {
        if self.origin == Origin::Channel {
            self.delivered.push(Delivered {
                to: self.address(contact).to_owned(),
                channel: self.channel.clone(),
                sender: message.sender,
                text: message.text.clone(),
                attachments: message.attachments.clone(),
            });
        }
        self.record(ItemKind::Message(message))
    }

    fn address<'a>(&self, contact: &'a Contact) -> &'a str {
        let known = match &self.channel {
            Channel::Email => contact.email.as_deref(),
            other if other.uses_phone_number() => contact.phone_number.as_deref(),
            _ => None,
        };
        known.unwrap_or(contact.id())
    }

    /// Returns the messages, oldest first.
    pub(crate) fn messages(&self) -> impl Iterator<Item = &HistoryMessage> {
        self.items.iter().filter_map(|item| match &item.kind {
            ItemKind::Message(message) => Some(message),
            _ => None,
        })
    }

    /// Returns the texts of the customer's messages, oldest first.
    pub(crate) fn customer_texts(&self) -> impl Iterator<Item = &str> {
        self.messages().filter(|m| m.sender == Sender::Contact).map(|m| m.text.as_str())
    }
}
