//! The people of a thread: the customer of its session, and everybody else.

use serde::{Deserialize, Serialize};

use crate::email::EmailAddress;
use crate::hubspot::message::{Direction, Message};
use crate::hubspot::party::{DeliveryIdentifier, Identifier, PHONE_NUMBER, Party};
use crate::ids::ContactId;
use crate::opencx::contact::Contact;

/// Most actor ids and addresses that are kept of a customer, the newest of them.
const MOST_KNOWN: usize = 20;

/// The contact for whom a session was opened, with every identifier seen of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Name as shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Actor ids, the newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actors: Vec<String>,
    /// Addresses on all channels, the newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<DeliveryIdentifier>,
    /// HubSpot was asked for all addresses of their contact.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub complete: bool,
}

impl Customer {
    /// The customer of a session, as OpenCX knows its contact.
    pub fn of_contact(contact: &Contact) -> Self {
        let email = contact.email.as_ref().map(DeliveryIdentifier::email);
        let phone = contact.phone.clone().map(DeliveryIdentifier::phone);
        let addresses = phone.into_iter().chain(email).collect();
        Self { name: contact.name.clone(), addresses, ..Self::default() }
    }

    /// The author of a session's first message.
    pub fn of_party(party: &Party) -> Self {
        let mut customer = Self::default();
        customer.learn(party);
        customer
    }

    /// Returns whether anything is known by which they could be recognised.
    pub fn is_known(&self) -> bool {
        !self.actors.is_empty() || !self.addresses.is_empty()
    }

    /// Returns whether this is them.
    pub fn is(&self, party: &Party) -> bool {
        party.identifiers().any(|identifier| self.has(&identifier))
    }

    fn has(&self, identifier: &Identifier) -> bool {
        self.identifiers().any(|known| known == *identifier)
    }

    /// All identifiers by which they are known.
    pub fn identifiers(&self) -> impl Iterator<Item = Identifier> {
        let actors = self.actors.iter().map(|actor| Identifier::of_actor(actor));
        actors.chain(self.addresses.iter().map(DeliveryIdentifier::identifier))
    }

    /// Their HubSpot contact, as far as a thread names it ("may be a visitor, not a contact").
    pub fn contact(&self) -> Option<ContactId> {
        let visitor = self.actors.iter().rev().find_map(|actor| actor.strip_prefix("V-"));
        visitor.map(ContactId::new)
    }

    /// Adds what a message of theirs tells: the address used last is the newest.
    pub fn learn(&mut self, party: &Party) {
        if let Some(name) = party.name.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
            self.name = Some(name.to_owned());
        }
        if let Some(actor) = &party.actor_id {
            put_last(&mut self.actors, actor.clone());
        }
        if let Some(address) = party.address() {
            put_last(&mut self.addresses, address);
        }
    }

    /// Adds an address that they are known by, behind those that they were seen to use.
    pub fn add_address(&mut self, address: DeliveryIdentifier) {
        if !self.has(&address.identifier()) && self.addresses.len() < MOST_KNOWN {
            self.addresses.insert(0, address);
        }
    }

    /// Adds an actor id that they are known by, behind those that they were seen with.
    pub fn add_actor(&mut self, actor: String) {
        if !self.actors.contains(&actor) && self.actors.len() < MOST_KNOWN {
            self.actors.insert(0, actor);
        }
    }

    /// Their newest email address.
    pub fn email(&self) -> Option<EmailAddress> {
        let mut newest = self.addresses.iter().rev();
        newest.find_map(|address| match address.identifier() {
            Identifier::Email(email) => Some(email),
            _ => None,
        })
    }

    /// Their newest phone number.
    pub fn phone(&self) -> Option<&str> {
        let mut newest = self.addresses.iter().rev();
        newest.find(|address| address.kind == PHONE_NUMBER).map(|address| address.value.as_str())
    }

    /// The address at which they are reached: on email the newest email address, elsewhere
    /// the newest other one.
    pub fn address_on(&self, is_email: bool) -> Option<&DeliveryIdentifier> {
        let mut newest = self.addresses.iter().rev();
        let fitting = newest.find(|address| address.is_email() == is_email);
        fitting.or(self.addresses.last().filter(|_| !is_email))
    }
}

fn put_last<T: PartialEq>(list: &mut Vec<T>, one: T) {
    list.retain(|known| *known != one);
    list.push(one);
    if list.len() > MOST_KNOWN {
        list.remove(0);
    }
}

/// The author of an incoming message, seen from a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The customer.
    Customer,
    /// Somebody else.
    Participant,
    /// Nobody who can be recognised: the thread's contact wrote it, which is not known yet.
    ThreadContact,
    /// Somebody who is not known by this; the customer's contact may have more addresses.
    Unrecognised,
}

/// The party that wrote an incoming message: its sender, else the author that HubSpot
/// noted, else the thread's contact.
pub fn author(message: &Message, thread_contact: Option<&ContactId>) -> Party {
    let named = message.sender().filter(|sender| sender.identifiers().next().is_some());
    if let Some(sender) = named {
        return sender.clone();
    }
    let by =
        message.created_by.as_deref().filter(|by| by.starts_with("V-") || by.starts_with("E-"));
    let party = match by {
        Some(by) => Party { actor_id: Some(by.to_owned()), ..Party::default() },
        None => thread_contact.map(Party::of_contact).unwrap_or_default(),
    };
    Party { name: message.sender().and_then(|sender| sender.name.clone()), ..party }
}

/// The relation of an incoming message's author to a session's customer.
///
/// `thread_contact` is `None` until the thread was read.
pub fn relation(
    message: &Message,
    customer: &Customer,
    thread_contact: Option<Option<&ContactId>>,
) -> Relation {
    let author = author(message, thread_contact.flatten());
    let is_named = author.identifiers().next().is_some();
    match (is_named, thread_contact) {
        _ if !customer.is_known() || customer.is(&author) => Relation::Customer,
        (false, None) => Relation::ThreadContact,
        // Neither the message nor the thread names anybody else.
        (false, Some(_)) => Relation::Customer,
        (true, _) if customer.complete => Relation::Participant,
        (true, _) => Relation::Unrecognised,
    }
}

/// The answer to whether a rep's message is addressed to the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addressed {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// It is not to any address known of them; their contact may have more.
    Unrecognised,
}

/// Tells whether a rep's message has the customer among its recipients. On channels
/// without recipients every message is for them.
pub fn addressed(message: &Message, customer: &Customer) -> Addressed {
    let named: Vec<&Party> =
        message.recipients.iter().filter(|party| party.identifiers().next().is_some()).collect();
    let is_mail = message.is_email() || named.iter().any(|party| party.email().is_some());
    if !is_mail || named.is_empty() || named.iter().any(|party| customer.is(party)) {
        Addressed::Yes
    } else if customer.complete {
        Addressed::No
    } else {
        Addressed::Unrecognised
    }
}

/// The recipients of the customer's mail who get a copy of the answer: those in CC, and
/// those in TO where there are several, of whom one is the inbox.
pub fn copies(message: &Message) -> Vec<Party> {
    let is_mail = message.is_email() && message.direction == Some(Direction::Incoming);
    let named = message.recipients.iter().filter(|to| to.email().is_some() && !to.is_field("BCC"));
    let all: Vec<Party> = named.cloned().collect();
    let is_inbox_alone = all.len() == 1 && !all.iter().any(|party| party.is_field("CC"));
    if is_mail && !is_inbox_alone { all } else { Vec::new() }
}

#[cfg(test)]
#[path = "participants_tests.rs"]
mod tests;
