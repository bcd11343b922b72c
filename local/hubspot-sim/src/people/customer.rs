//! Customers who write.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::MessageRef;
use super::content::{body, from_field, inbox, on_channel, to_field};
use crate::crm::{Draft, ObjectKind};
use crate::desk::{
    Author, Channel, Client, ClientType, Content, DeliveryIdentifier, Direction, MessageKind,
    Party, ThreadStatus,
};
use crate::origin::Origin;
use crate::refused::Refused;
use crate::state::State;

/// A customer's message.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomerMessage {
    /// The thread that it belongs to; a new one when `None`.
    #[serde(default)]
    pub thread: Option<String>,
    /// Channel of a new thread.
    #[serde(default = "email")]
    pub channel: Channel,
    /// The customer's name.
    #[serde(default)]
    pub name: Option<String>,
    /// The customer's address. On email it makes a contact; a chat visitor may have none.
    #[serde(default)]
    pub email: Option<String>,
    /// Subject, on email.
    #[serde(default)]
    pub subject: Option<String>,
    /// Who else the mail went to, as `CC`.
    #[serde(default)]
    pub cc: Vec<String>,
    /// Plain text.
    pub text: String,
    /// HTML.
    #[serde(default)]
    pub html: Option<String>,
    /// Files.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
}

impl Default for CustomerMessage {
    fn default() -> Self {
        Self {
            thread: None,
            channel: Channel::Email,
            name: None,
            email: None,
            subject: None,
            cc: Vec::new(),
            text: String::new(),
            html: None,
            attachments: Vec::new(),
        }
    }
}

fn email() -> Channel {
    Channel::Email
}

/// A file in a message.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// File name.
    pub name: String,
    /// Where it can be fetched.
    pub url: String,
}

pub(super) fn customer_writes(
    state: &mut State,
    message: CustomerMessage,
) -> Result<MessageRef, Refused> {
    let thread = match &message.thread {
        Some(thread) => state.desk.thread(thread)?.id.clone(),
        None => open(state, &message)?,
    };
    state.set_status(&thread, ThreadStatus::Open, Origin::Hubspot)?;
    let held = state.desk.thread(&thread)?;
    let (channel, customer) = (held.channel, held.customer.clone());
    let created_by = customer.actor_id.clone().unwrap_or_default();
    let inbox = inbox(state, channel);
    let author = Author {
        created_by,
        client: Client::of(ClientType::Hubspot),
        senders: vec![Party { sender_field: from_field(channel), ..customer }],
        recipients: [Party { recipient_field: to_field(channel), ..inbox }]
            .into_iter()
            .chain(message.cc.iter().map(|address| copied_to(address)))
            .collect(),
    };
    let content = Content {
        subject: message.subject.filter(|_| channel == Channel::Email),
        attachments: Some(message.attachments.iter().map(file).collect()),
        ..on_channel(channel, Direction::Incoming, body(&message.text, message.html.as_deref()))
    };
    Ok(state.write(&thread, MessageKind::Message, author, content)?.into())
}

/// Opens a thread for a customer who writes for the first time.
fn open(state: &mut State, message: &CustomerMessage) -> Result<String, Refused> {
    let contact = match &message.email {
        Some(email) => contact(state, email, message.name.as_deref())?,
        None => state.desk.visitor().to_string(),
    };
    let value = message.email.clone().filter(|_| message.channel == Channel::Email);
    let customer = Party {
        actor_id: Some(format!("V-{contact}")),
        name: message.name.clone(),
        delivery_identifier: Some(DeliveryIdentifier {
            kind: message.channel.identifier_type().to_owned(),
            value: value.unwrap_or_else(|| Uuid::new_v4().simple().to_string()),
        }),
        ..Party::default()
    };
    let thread = state.desk.open(message.channel, contact, customer);
    state.events.thread_created(thread);
    let thread = thread.to_string();
    state.desk.thread_mut(&thread)?.subject.clone_from(&message.subject);
    Ok(thread)
}

fn contact(state: &mut State, email: &str, name: Option<&str>) -> Result<String, Refused> {
    if let Ok(known) = state.crm.find(ObjectKind::Contact, email, Some("email")) {
        return Ok(known.id.to_string());
    }
    let mut properties = BTreeMap::from([("email".to_owned(), email.to_owned())]);
    if let Some((first, last)) = name.map(|name| name.split_once(' ').unwrap_or((name, ""))) {
        properties.insert("firstname".to_owned(), first.to_owned());
        properties.insert("lastname".to_owned(), last.to_owned());
    }
    let draft = Draft { properties, associations: Vec::new() };
    Ok(state.create(ObjectKind::Contact, draft, Origin::Hubspot)?.to_string())
}

fn copied_to(address: &str) -> Party {
    let identifier = DeliveryIdentifier {
        kind: Channel::Email.identifier_type().to_owned(),
        value: address.to_owned(),
    };
    Party {
        recipient_field: Some("CC".to_owned()),
        delivery_identifier: Some(identifier),
        ..Party::default()
    }
}

fn file(attachment: &Attachment) -> Value {
    json!({
        "type": "FILE", "fileId": Uuid::new_v4().simple().to_string(), "fileUsageType": "OTHER",
        "name": attachment.name, "url": attachment.url,
    })
}
