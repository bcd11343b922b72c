//! Messages that come in: from the customer of a thread, or from another participant.

use serde::Deserialize;
use uuid::Uuid;

use super::{Attachment, MessageRef, addressed, field, inbox};
use crate::conversations::{
    Channel, DeliveryIdentifier, Direction, InboxType, Message, MessageStatus, Party, Thread,
    ThreadStatus,
};
use crate::crm::{AssociationTo, Draft, ObjectKind, owned, type_from};
use crate::error::{ActionError, ApiError};
use crate::origin::Origin;
use crate::portal::Portal;
use crate::state::State;

/// HubSpot's type id of the association from a ticket to a contact.
const TICKET_TO_CONTACT: u16 = 16;

/// A message that comes in.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CustomerMessage {
    /// The thread that it belongs to; a new one when `None`.
    pub thread: Option<String>,
    pub inbox: InboxType,
    pub channel: Channel,
    pub name: Option<String>,
    /// The sender's address. Whoever opens a thread becomes its customer, and a contact. In a
    /// thread that is there, another address makes the sender another participant; without one
    /// it is the customer.
    pub email: Option<String>,
    pub phone: Option<String>,
    pub subject: Option<String>,
    /// Recipients of the mail beside the inbox.
    pub to: Vec<String>,
    pub cc: Vec<String>,
    pub text: String,
    pub html: Option<String>,
    pub attachments: Vec<Attachment>,
    /// The senders in the API's shape, instead of the one that follows from the above.
    pub senders: Option<Vec<Party>>,
}

impl Portal {
    /// Lets somebody write. Without a thread a new one opens, and an address that no contact has
    /// makes a contact, as HubSpot does. A closed thread opens again. Rejected for a thread that
    /// is not there.
    pub fn customer_writes(&self, message: CustomerMessage) -> Result<MessageRef, ActionError> {
        self.with(|state| {
            let thread = match &message.thread {
                Some(thread) => state.conversations.thread(thread)?.id.clone(),
                None => open(state, &message)?,
            };
            state.set_status(&thread, ThreadStatus::Open, Origin::Hubspot)?;
            let sender = sender(state, &thread, &message)?;
            let entry = entry(state, sender, message);
            Ok(state.write(&thread, entry)?.into())
        })
    }
}

fn entry(state: &mut State, sender: Party, message: CustomerMessage) -> Message {
    let channel = message.channel;
    let to_inbox = Party { recipient_field: field(channel, "TO"), ..inbox(state, channel) };
    let others = addressed("TO", &message.to).chain(addressed("CC", &message.cc));
    let from = Party { sender_field: field(channel, "FROM"), ..sender };
    Message {
        created_by: from.actor_id.clone().unwrap_or_default(),
        recipients: [to_inbox].into_iter().chain(others).collect(),
        senders: message.senders.unwrap_or_else(|| vec![from]),
        text: Some(message.text),
        rich_text: message.html,
        attachments: Some(Attachment::all_to_json(&message.attachments, &mut state.files)),
        subject: message.subject.filter(|_| channel == Channel::Email),
        truncation_status: Some("NOT_TRUNCATED"),
        status: Some(MessageStatus::of("RECEIVED")),
        direction: Some(Direction::Incoming),
        channel_id: Some(channel.id().to_owned()),
        channel_account_id: Some(state.conversations.accounts.id(channel)),
        ..Message::default()
    }
}

/// Opens a thread for a customer who writes for the first time.
fn open(state: &mut State, message: &CustomerMessage) -> Result<String, ActionError> {
    let contact = match &message.email {
        Some(email) => contact(state, email, message.name.as_deref())?,
        None => state.conversations.new_visitor().to_string(),
    };
    let channel = message.channel;
    let customer = Party {
        actor_id: Some(format!("V-{contact}")),
        name: message.name.clone(),
        delivery_identifier: Some(identifier(message)),
        ..Party::default()
    };
    let id = state.conversations.open(Thread {
        inbox_id: message.inbox.id().to_owned(),
        original_channel_id: channel.id().to_owned(),
        original_channel_account_id: state.conversations.accounts.id(channel),
        associated_contact_id: contact,
        channel,
        customer,
        subject: message.subject.clone(),
        ..Thread::default()
    });
    state.events.thread_event("conversation.creation", id);
    let thread = id.to_string();
    if message.inbox == InboxType::HelpDesk {
        state.open_ticket(&thread, message.subject.as_deref())?;
    }
    Ok(thread)
}

fn identifier(message: &CustomerMessage) -> DeliveryIdentifier {
    let value = match message.channel {
        Channel::Email => message.email.clone(),
        Channel::WhatsApp => message.phone.clone(),
        Channel::LiveChat | Channel::Custom => None,
    };
    DeliveryIdentifier {
        kind: message.channel.identifier_type().to_owned(),
        value: value.unwrap_or_else(|| Uuid::new_v4().simple().to_string()),
    }
}

fn contact(state: &mut State, email: &str, name: Option<&str>) -> Result<String, ActionError> {
    if let Some(known) = state.crm.by_email(email) {
        return Ok(known.id.to_string());
    }
    let mut properties = vec![("email", email)];
    if let Some((first, last)) = name.map(|name| name.split_once(' ').unwrap_or((name, ""))) {
        properties.extend([("firstname", first), ("lastname", last)]);
    }
    let properties = owned(&properties);
    let draft = Draft { properties, associations: Vec::new() };
    Ok(state.create(ObjectKind::Contact, draft, Origin::Hubspot)?.to_string())
}

impl State {
    /// Makes the ticket that the Help Desk has for each new thread, for its contact.
    pub(crate) fn open_ticket(
        &mut self,
        thread: &str,
        subject: Option<&str>,
    ) -> Result<(), ApiError> {
        let contact = self.conversations.thread(thread)?.associated_contact_id.clone();
        let subject = subject.unwrap_or("New conversation");
        let contact = self.crm.by_id(ObjectKind::Contact, &contact).map(|record| record.id);
        let to_contact = type_from(ObjectKind::Ticket, TICKET_TO_CONTACT).zip(contact);
        let draft = Draft {
            properties: owned(&[("subject", subject), ("hs_pipeline_stage", "1")]),
            associations: to_contact
                .map(|((kind, association_type), id)| AssociationTo { kind, id, association_type })
                .into_iter()
                .collect(),
        };
        let ticket = self.create(ObjectKind::Ticket, draft, Origin::Hubspot)?;
        self.tie(thread, ticket)
    }

    /// Ties a thread and a ticket together, as HubSpot does itself.
    pub(crate) fn tie(&mut self, thread: &str, ticket: u64) -> Result<(), ApiError> {
        self.conversations.thread_mut(thread)?.ticket = Some(ticket.to_string());
        let property = "hs_conversations_originating_thread_id";
        self.crm.stamp(ObjectKind::Ticket, ticket, property, thread);
        Ok(())
    }
}

/// Returns the sender of a message. The customer is known by the contact or by the address; a
/// customer who moves to another channel is from now on written to there.
fn sender(
    state: &mut State,
    thread: &str,
    message: &CustomerMessage,
) -> Result<Party, ActionError> {
    let held = state.conversations.thread(thread)?;
    let customer = held.customer.clone();
    let Some(email) = message.email.as_deref().filter(|_| message.channel == Channel::Email) else {
        return Ok(customer);
    };
    let known = state.crm.by_email(email).map(|contact| format!("V-{}", contact.id));
    let actor = known.unwrap_or_else(|| format!("E-{email}"));
    let is_customer = customer.actor_id.as_ref() == Some(&actor)
        || customer.address().is_some_and(|address| address.eq_ignore_ascii_case(email));
    let name = message.name.clone().or(customer.name.filter(|_| is_customer));
    let actor_id = if is_customer { customer.actor_id } else { Some(actor) };
    let sender = Party { actor_id, name, ..Party::email(email) };
    if is_customer {
        let held = state.conversations.thread_mut(thread)?;
        (held.customer, held.channel) = (sender.clone(), message.channel);
        held.subject = message.subject.clone().or(held.subject.take());
    }
    Ok(sender)
}
