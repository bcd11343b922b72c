//! A session: one conversation from the customer's first message to its resolution.

use crate::channel::Channel;
use crate::clock;
use crate::contact::Contact;
use crate::history::{Entry, Happening, Item, Sender};
use crate::wording;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Custom data of a session: strings, numbers and booleans by name.
pub type CustomData = Map<String, Value>;

/// Where a session stands.
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

/// Where a session was born, which decides who carries messages to the customer.
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
    /// The id over there.
    pub external_id: String,
    /// What the id is the id of, such as `thread`.
    pub id_type: String,
}

/// A message that went to the customer on OpenCX's own channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Delivered {
    /// The address: mail address, telephone number, else the contact's id.
    pub to: String,
    /// The channel.
    pub channel: Channel,
    /// Who wrote.
    pub sender: Sender,
    /// What.
    pub text: String,
}

/// What the AI noted when a human took over.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Handoff {
    pub(crate) sentiment: &'static str,
    pub(crate) summary: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) status: Status,
    pub(crate) channel: Channel,
    pub(crate) origin: Origin,
    pub(crate) contact: String,
    pub(crate) custom_data: CustomData,
    pub(crate) language: Option<&'static str>,
    pub(crate) handoff: Option<Handoff>,
    pub(crate) handed_off: bool,
    pub(crate) ticketing_system: Option<TicketingSystem>,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
    pub(crate) items: Vec<Item>,
    pub(crate) delivered: Vec<Delivered>,
}

impl Session {
    /// A new open session of the contact with this id.
    pub(crate) fn open(channel: Channel, origin: Origin, contact: String) -> Self {
        let now = clock::now();
        Self {
            id: Uuid::new_v4().to_string(),
            status: Status::Open,
            channel,
            origin,
            contact,
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

    /// Notes that the session itself changed now.
    pub(crate) fn touch(&mut self) {
        self.updated_at = clock::now();
    }

    /// Notes that something happened now; the answer is its id.
    pub(crate) fn record(&mut self, happening: Happening) -> String {
        let item = Item::new(happening);
        self.updated_at.clone_from(&item.created_at);
        let id = item.id.clone();
        self.items.push(item);
        id
    }

    /// A message of the customer; it opens a closed session again, and the AI owns it again.
    pub(crate) fn hear(&mut self, entry: Entry) -> String {
        if self.status != Status::Open {
            self.status = Status::Open;
            self.handed_off = false;
        }
        self.language = Some(wording::language(&entry.text));
        self.record(Happening::Message(entry))
    }

    /// A message to the customer, delivered by OpenCX if the session is on its own channel.
    pub(crate) fn say(&mut self, contact: &Contact, entry: Entry) -> String {
        if self.origin == Origin::Channel {
            self.delivered.push(Delivered {
                to: address(self.channel, contact),
                channel: self.channel,
                sender: entry.sender,
                text: entry.text.clone(),
            });
        }
        self.record(Happening::Message(entry))
    }

    /// The messages, oldest first.
    pub(crate) fn messages(&self) -> impl Iterator<Item = &Entry> {
        self.items.iter().filter_map(|item| match &item.happening {
            Happening::Message(entry) => Some(entry),
            _ => None,
        })
    }

    /// What the customer wrote, oldest first.
    pub(crate) fn heard(&self) -> impl Iterator<Item = &str> {
        self.messages().filter(|m| m.sender == Sender::Contact).map(|m| m.text.as_str())
    }
}

fn address(channel: Channel, contact: &Contact) -> String {
    let known = match channel {
        Channel::Email => contact.email.as_deref(),
        other if other.uses_phone_number() => contact.phone_number.as_deref(),
        _ => None,
    };
    known.unwrap_or(contact.id()).to_owned()
}
